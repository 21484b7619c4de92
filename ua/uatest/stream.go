package uatest

import (
	"bytes"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"intercom/ua/sip"
)

// Stream lets a Peer talk over a connection as if each message were a
// datagram. It answers pings (RFC 5626 §4.4.1) while somebody reads.
type Stream struct {
	net.Conn
	in    []byte
	pings atomic.Int32
	deaf  atomic.Bool
}

// NewStream wraps a connection.
func NewStream(conn net.Conn) *Stream { return &Stream{Conn: conn} }

// Pings counts those of the other side.
func (s *Stream) Pings() int { return int(s.pings.Load()) }

// Deafen leaves further pings without an answer.
func (s *Stream) Deafen() { s.deaf.Store(true) }

// ReadFromUDPAddrPort returns the next message.
func (s *Stream) ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error) {
	remote := s.RemoteAddr().(*net.TCPAddr).AddrPort()
	for {
		if err := s.answerPing(); err != nil {
			return 0, remote, err
		}
		n, err := sip.Split(s.in)
		if err != nil {
			return 0, remote, err
		}
		if n > 0 {
			copied := copy(b, bytes.TrimLeft(s.in[:n], "\r\n"))
			s.in = s.in[n:]
			return copied, remote, nil
		}
		var room [4096]byte
		got, err := s.Read(room[:])
		s.in = append(s.in, room[:got]...)
		if err != nil && got == 0 {
			return 0, remote, err
		}
	}
}

func (s *Stream) answerPing() error {
	rest, ok := bytes.CutPrefix(s.in, []byte("\r\n\r\n"))
	if !ok {
		return nil
	}
	s.in = rest
	s.pings.Add(1)
	if s.deaf.Load() {
		return nil
	}
	_, err := s.Write([]byte("\r\n"))
	return err
}

// WriteToUDPAddrPort sends a message; there is only one place for it.
func (s *Stream) WriteToUDPAddrPort(b []byte, _ netip.AddrPort) (int, error) { return s.Write(b) }

// SetReadDeadline is that of the connection.
func (s *Stream) SetReadDeadline(t time.Time) error { return s.Conn.SetReadDeadline(t) }

// Over makes the peer say another transport than UDP in its messages: "TCP" or
// "TLS".
func (p *Peer) Over(transport string) *Peer {
	p.transport = transport
	return p
}
