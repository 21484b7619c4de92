package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"intercom/ua/sip"
)

// What a connection may cost and how long it may take.
const (
	connectTime   = 8 * time.Second  // for the peer to accept a connection
	handshakeTime = 10 * time.Second // for all of a TLS handshake
	firstTime     = 30 * time.Second // for the first message of a peer that came to us
	messageTime   = 30 * time.Second // from the first octet of a message to its last
	idleTime      = 10 * time.Minute // without a word from either side
	writeTime     = 30 * time.Second // for the peer to take what is sent
	failTime      = time.Second      // for the last word of a peer to which nothing can be sent
	lingerTime    = 5 * time.Second  // for the answer to the last request that is heard
	pongTime      = 10 * time.Second // RFC 5626 §4.4.1: "If a pong is not received within 10 seconds after sending a ping ... then the client MUST treat the flow as failed."
	maxUnsent     = 256 << 10        // octets that wait for a peer to take them
	maxNoise      = 8                // frames that are not SIP
)

// stream is one TCP or TLS connection. One goroutine connects it and reads, a second writes.
type stream struct {
	set      *streams
	outgoing bool
	connect  func(context.Context) (net.Conn, error) // of an outgoing one
	ctx      context.Context                         // ends with the connection
	cancel   context.CancelCauseFunc
	born     time.Time
	wake     chan struct{} // one slot, for the writer
	written  chan struct{} // closed when the writer has ended

	// Of the reading goroutine.
	in    framer
	began time.Time // the message that has not come whole; zero if none has begun
	noise int

	mu       sync.Mutex
	flow     Flow        // without Local until connected
	conn     net.Conn    // nil until connected
	either   *tls.Config // of a peer that came to us and may speak TCP or TLS
	dead     bool
	quiet    bool // its end is of no interest to anybody
	shaking  bool // the TLS handshake of a peer that came to us is under way
	asked    bool // a request of ours went over it
	heard    int  // messages
	last     bool // nothing more is read but the request with lastVia, whose answer is the last to be sent
	lastVia  string
	answered bool  // that answer is queued
	deaf     bool  // the peer has said that nothing more will come
	owed     int   // requests of the peer without a final answer
	failed   error // of the writer
	active   time.Time
	out      []byte // to be written
	spare    []byte // was written
	moved    []moved
	pinging  pinging
}

var (
	errClosing = errors.New("the transport is closed")
	errOver    = errors.New("the connection has ended")
)

// run connects, reads until the end, and tells of it if it matters.
func (s *stream) run() {
	defer s.set.forget(s)
	err := s.open()
	if err == nil {
		var writer sync.WaitGroup
		writer.Go(s.write)
		err = s.read()
		s.mark(err)
		s.conn.Close() // in order, which over TLS may take a while
		writer.Wait()
	}
	s.end(err)
	s.report()
}

// open makes the connection ready to read from.
func (s *stream) open() error {
	if s.outgoing {
		conn, err := s.connect(s.ctx)
		if err != nil {
			return err
		}
		s.connected(conn)
	} else if err := s.tellApart(); err != nil {
		return fmt.Errorf("%v said nothing: %w", s.flow.Remote, err)
	} else if err := s.shakeHands(); err != nil {
		return fmt.Errorf("TLS handshake with %v: %w", s.flow.Remote, err)
	}
	return context.Cause(s.ctx)
}

func (s *stream) connected(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conn, s.active = conn, time.Now()
	s.flow.Local = addrPort(conn.LocalAddr())
}

// mark lets nobody send over the connection any more. The first reason is the one that counts.
func (s *stream) mark(why error) {
	s.mu.Lock()
	s.dead = true
	s.mu.Unlock()
	s.cancel(why)
}

// end breaks the connection off at once.
func (s *stream) end(why error) {
	s.mark(why)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.breakOff()
}

// breakOff closes what is below TLS, which never waits. s.mu is held.
func (s *stream) breakOff() {
	conn := s.conn
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	if conn != nil {
		conn.Close()
	}
}

// drop ends the connection without telling anybody.
func (s *stream) drop(why error) {
	s.mu.Lock()
	s.quiet = true
	s.mu.Unlock()
	s.end(why)
}

// report tells why the connection has ended if somebody may wait for an answer over it.
func (s *stream) report() {
	why := context.Cause(s.ctx)
	s.set.log.Debug("connection ended", "peer", s.flow.Remote, "transport", s.flow.Transport, "err", why)
	s.mu.Lock()
	moved, matters := s.moved, !s.quiet && (s.asked || s.outgoing)
	s.mu.Unlock()
	if s.set.fallBack != nil && s.set.fallBack(s.flow, moved) || !matters {
		return
	}
	s.set.inbox.wait(Packet{At: time.Now(), Flow: s.flow, Err: why}, nil)
}

// send queues a message for the writer.
func (s *stream) send(m *sip.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead {
		return fmt.Errorf("send over %v: %w", s.flow, errOver)
	}
	s.out = m.Append(s.out)
	if len(s.out) > maxUnsent {
		err := fmt.Errorf("send over %v: more than %d octets wait for the peer", s.flow, maxUnsent)
		s.dead, s.out = true, nil
		s.cancel(err)
		s.breakOff()
		return err
	}
	s.asked = s.asked || m.IsRequest()
	if m.Status >= 200 {
		s.owed = max(0, s.owed-1)
	}
	s.answered = s.answered || s.last && m.Status >= 200 && m.Get("Via") == s.lastVia
	s.active = time.Now()
	s.rouse()
	return nil
}

func (s *stream) rouse() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// write writes what is queued, and the pings, until the connection ends.
func (s *stream) write() {
	defer close(s.written)
	alarm := time.NewTimer(time.Hour)
	defer alarm.Stop()
	for {
		batch, last, wait, err := s.next(time.Now())
		if err != nil {
			s.end(fmt.Errorf("%v: %w", s.flow, err))
			return
		}
		if len(batch) > 0 {
			s.conn.SetWriteDeadline(time.Now().Add(writeTime))
			if _, err := s.conn.Write(batch); err != nil {
				s.fail(fmt.Errorf("send over %v: %w", s.flow, err))
				return
			}
		}
		if last {
			s.closeWrite()
			return
		}
		alarm.Reset(wait)
		select {
		case <-s.wake:
		case <-alarm.C:
		case <-s.ctx.Done():
			return
		}
	}
}

// fail leaves the reader a moment to find out why nothing can be written: what the peer said last, a TLS alert perhaps.
func (s *stream) fail(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dead, s.failed, s.active = true, why, time.Now()
	s.conn.SetReadDeadline(s.active.Add(failTime))
}

// next returns what is to be written now and how long nothing is due then.
func (s *stream) next(now time.Time) (batch []byte, last bool, wait time.Duration, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	due, wait, err := s.pinging.step(now, s.set.jitter)
	if due {
		s.out = append(s.out, "\r\n\r\n"...)
		s.set.pings.Add(1)
	}
	batch, s.out, s.spare = s.out, s.spare[:0], s.out
	if cap(s.spare) > 4*firstRead {
		s.spare = nil
	}
	return batch, s.answered || s.deaf && s.owed == 0, wait, err
}

// closeWrite tells the peer that nothing more will come.
func (s *stream) closeWrite() {
	if c, ok := s.conn.(interface{ CloseWrite() error }); ok {
		_ = c.CloseWrite() // if it cannot be told, the reader ends soon
	}
}
