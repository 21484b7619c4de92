package transport

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"intercom/ua/sip"
)

// read takes messages from the connection until it ends, and says why it did.
func (s *stream) read() error {
	for {
		if !s.wait(time.Now()) {
			why := s.impatience()
			if s.cutShort(time.Now()) {
				s.finish()
			}
			return why
		}
		n, err := s.conn.Read(s.in.room())
		if n > 0 {
			s.in.grow(n)
			if err := s.take(time.Now()); err != nil {
				return err
			}
		}
		switch {
		case err == nil || errors.Is(err, os.ErrDeadlineExceeded): // patience may have grown meanwhile
		case errors.Is(err, io.EOF):
			s.cutShort(time.Now())
			s.finish()
			return fmt.Errorf("%v has closed the connection", s.flow)
		default:
			return fmt.Errorf("connection to %v: %w", s.flow, tlsFault(err))
		}
	}
}

// wait sets the deadline for the next read, false if it has passed.
func (s *stream) wait(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	deadline := s.patience()
	s.conn.SetReadDeadline(deadline)
	return deadline.IsZero() || now.Before(deadline)
}

// patience returns until when the peer must be heard; the zero time is for ever. s.mu is held.
func (s *stream) patience() time.Time {
	switch {
	case s.failed != nil:
		return s.active.Add(failTime)
	case s.heard == 0 && !s.outgoing:
		return s.born.Add(firstTime)
	case !s.began.IsZero():
		return s.began.Add(messageTime)
	case s.pinging.every > 0:
		return time.Time{}
	}
	return s.active.Add(idleTime)
}

func (s *stream) impatience() error {
	s.mu.Lock()
	failed := s.failed
	s.mu.Unlock()
	switch {
	case failed != nil:
		return failed
	case s.heard == 0 && !s.outgoing:
		return fmt.Errorf("%v sent no message within %v", s.flow, firstTime)
	case !s.began.IsZero():
		return fmt.Errorf("%v began a message and did not end it within %v", s.flow, messageTime)
	}
	return fmt.Errorf("nothing was said over %v for %v", s.flow, idleTime)
}

// take hands over what can be cut from what has come.
func (s *stream) take(now time.Time) error {
	awaits := s.lives(now)
	for {
		kind, data, err := s.in.cut(awaits)
		switch kind {
		case nothing:
			if !s.in.partial() {
				s.began = time.Time{}
			} else if s.began.IsZero() {
				s.began = now
			}
			return nil
		case ping, pong:
			s.keptAlive(kind)
			awaits = false
		case broken:
			return s.refuse(now, data, err)
		case message:
			s.began = time.Time{}
			if err := s.receive(now, data); err != nil {
				return err
			}
		}
	}
}

// lives notes that the peer does, and reports whether a pong was awaited.
func (s *stream) lives(now time.Time) (awaits bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed == nil {
		s.active = now
	}
	for i := range s.moved {
		s.moved[i].datagram = nil // who answers over TCP speaks it
	}
	return s.pinging.awaits()
}

// keptAlive answers a ping. RFC 5626 §4.4.1: "When a server receives a double CRLF sequence between SIP messages on a
// connection-oriented transport such as TCP or SCTP, it MUST immediately respond with a single CRLF over the same
// connection."
func (s *stream) keptAlive(kind piece) {
	s.set.keepAlives.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case kind == pong:
		s.pinging.pong()
	case len(s.out) < maxUnsent:
		s.out = append(s.out, "\r\n"...)
		s.rouse()
	}
}

func (s *stream) receive(now time.Time, data []byte) error {
	m, err := sip.Parse(data)
	if err != nil {
		s.set.garbage.Add(1)
		if s.noise++; s.noise >= maxNoise {
			return fmt.Errorf("%v does not speak SIP: %w", s.flow, err)
		}
		return nil
	}
	s.deliver(now, m, sip.Validate(m), false)
	return nil
}

// deliver hands a message over, the last one perhaps.
func (s *stream) deliver(now time.Time, m *sip.Message, fault *sip.Fault, last bool) {
	if m.IsRequest() {
		stampVia(m, s.flow.Remote)
	}
	s.mu.Lock()
	s.heard++
	if m.IsRequest() && m.Method != "ACK" {
		s.owed++
	}
	s.last, s.lastVia = last, m.Get("Via")
	s.pinging.alive()
	s.mu.Unlock()
	s.set.received.Add(1)
	s.set.inbox.wait(Packet{At: now, Flow: s.flow, Msg: m, Fault: fault}, s.ctx.Done())
}

// refuse hands over the head of a request whose end cannot be known, so that it is answered; then the connection closes,
// for nobody knows where the next message begins (RFC 3261 §18.3).
func (s *stream) refuse(now time.Time, head []byte, why error) error {
	why = fmt.Errorf("%v sent what cannot be framed: %w", s.flow, why)
	m, err := sip.Parse(head)
	if err != nil || !m.IsRequest() {
		s.set.garbage.Add(1)
		return why
	}
	fault := sip.Validate(m)
	if fault == nil {
		fault = &sip.Fault{Status: 400, Reason: "Bad Content-Length", Err: why}
	}
	s.deliver(now, m, fault, true)
	s.drain()
	return why
}

// cutShort hands over the head of a request whose body does not come any more, so that it is answered, and reports whether
// there is one. RFC 3261 §18.3: "If
// the transport packet ends before the end of the message body, this is considered an error. [...] If the message is a
// request, the element SHOULD generate a 400 (Bad Request) response."
func (s *stream) cutShort(now time.Time) bool {
	m, err := sip.Parse(s.in.head())
	if err != nil || !m.IsRequest() {
		return false
	}
	fault := sip.Validate(m) // at least that its body is not there
	if fault != nil {
		s.deliver(now, m, fault, true)
	}
	return fault != nil
}

// finish waits a moment for the answers to what a peer has asked before it closed its side of the connection.
func (s *stream) finish() {
	s.mu.Lock()
	s.deaf = true
	s.rouse()
	s.mu.Unlock()
	late := time.NewTimer(lingerTime)
	defer late.Stop()
	select {
	case <-s.written:
	case <-late.C:
	case <-s.ctx.Done():
	}
}

// drain reads and forgets what comes while the answer goes out: closing with octets unread would reset the connection
// and take the answer with it.
func (s *stream) drain() {
	s.conn.SetReadDeadline(time.Now().Add(lingerTime))
	for buf, err := make([]byte, firstRead), error(nil); err == nil; {
		_, err = s.conn.Read(buf)
	}
}
