// Package control lets programs on this computer ask the station for something: a line of words goes in over a unix socket, a line of
// JSON comes out. Whoever may write to the socket is asked for nothing else; doors are opened only if the configuration says so.
package control

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"intercom/cmd/intercom/unixsock"
)

// Station is what is asked. By is the name of the user whose program it is.
type Station interface {
	Status() (any, error)
	Press(button string) error
	Open(door, by string) error
	Call(target, by string) error
	HangUp(by string) error
	Reload() error
}

// Options is what a Server is made of.
type Options struct {
	Path    string
	MayOpen bool
	Station Station
	Log     *slog.Logger
}

// Reply is the answer to a line.
type Reply struct {
	OK     bool            `json:"ok"`
	Error  string          `json:"error,omitempty"`  // a sentence; empty if OK
	Status json.RawMessage `json:"status,omitempty"` // to "status"
}

const (
	mode        = 0o660
	mostClients = 8
	longestLine = 1024 // octets
	patience    = 10 * time.Second
)

// Server is a socket with whoever is connected to it.
type Server struct {
	o        Options
	listener *net.UnixListener
	running  sync.WaitGroup

	mu    sync.Mutex
	conns map[*net.UnixConn]bool // nil: closed
}

// Listen begins to serve.
func Listen(o Options) (*Server, error) {
	l, err := unixsock.Listen(o.Path, mode)
	if err != nil {
		return nil, err
	}
	s := &Server{o: o, listener: l, conns: map[*net.UnixConn]bool{}}
	s.running.Go(s.accept)
	return s, nil
}

// Close takes the socket away and returns when nobody is served any more.
func (s *Server) Close() error {
	err := unixsock.Remove(s.listener, s.o.Path)
	s.mu.Lock()
	for conn := range s.conns {
		conn.Close()
	}
	s.conns = nil
	s.mu.Unlock()
	s.running.Wait()
	return err
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.AcceptUnix()
		if err != nil {
			return
		}
		if !s.admit(conn) {
			conn.Close()
		}
	}
}

// admit serves a client, unless there are too many.
func (s *Server) admit(conn *net.UnixConn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns == nil || len(s.conns) >= mostClients {
		return false
	}
	s.conns[conn] = true
	s.running.Go(func() {
		s.serve(conn)
		s.mu.Lock()
		delete(s.conns, conn)
		s.mu.Unlock()
		conn.Close()
	})
	return true
}

// serve answers a client's lines until it goes away, is silent for too long, or says what is no line.
func (s *Server) serve(conn *net.UnixConn) {
	by, err := whose(conn)
	if err != nil {
		s.o.Log.Warn("a program is not let in to the control socket", "err", err)
		return
	}
	lines := bufio.NewScanner(conn)
	lines.Buffer(make([]byte, 0, longestLine), longestLine)
	for conn.SetDeadline(time.Now().Add(patience)) == nil && lines.Scan() {
		text, err := json.Marshal(s.obey(lines.Text(), by))
		if err != nil {
			s.o.Log.Error("an answer cannot be written as JSON", "err", err)
			return
		}
		if _, err := conn.Write(append(text, '\n')); err != nil {
			return
		}
	}
}

// obey does what a line says.
func (s *Server) obey(line, by string) Reply {
	command, what, _ := strings.Cut(strings.TrimSpace(line), " ")
	what = strings.TrimSpace(what)
	if !utf8.ValidString(line) || strings.ContainsFunc(what, unicode.IsControl) {
		return refused(errors.New("there is something in the line that is no text"))
	}
	if command == "status" && what == "" {
		return s.status()
	}
	s.o.Log.Info("asked over the control socket", "command", command, "for", what, "by", by)
	return refused(s.do(command, what, by))
}

func (s *Server) do(command, what, by string) error {
	switch {
	case command == "press" && what != "":
		return s.o.Station.Press(what)
	case command == "open" && what != "" && !s.o.MayOpen:
		return errors.New("programs may not open doors here; may_open = true in [control] of the configuration lets them")
	case command == "open" && what != "":
		return s.o.Station.Open(what, by)
	case command == "call" && what != "":
		return s.o.Station.Call(what, by)
	case command == "hangup" && what == "":
		return s.o.Station.HangUp(by)
	case command == "reload" && what == "":
		return s.o.Station.Reload()
	}
	return fmt.Errorf("%q is not understood; say status, press NAME, open DOOR, call URI, hangup or reload", command)
}

func (s *Server) status() Reply {
	status, err := s.o.Station.Status()
	if err != nil {
		return refused(err)
	}
	text, err := json.Marshal(status)
	if err != nil {
		return refused(err)
	}
	return Reply{OK: true, Status: text}
}

func refused(err error) Reply {
	if err != nil {
		return Reply{Error: err.Error()}
	}
	return Reply{OK: true}
}
