package memnet

import (
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"
)

const (
	window        = 65536            // octets that may be under way to, or unread at, one end
	retransmit    = time.Second      // how often a segment that cannot get through is tried again
	userTimeout   = 15 * time.Minute // after which its connection is given up, as Linux does
	segmentLength = 1460             // octets
)

// Stream is one end of a TCP connection, like *net.TCPConn.
type Stream struct {
	host          *Host
	peer          *Stream
	local, remote netip.AddrPort
	box           *Box       // between the ends, nil if there is none
	boot          int        // of the box, when the connection was made
	wake          *sync.Cond // on the network's mutex: something happened to this end

	// Below: the network's mutex.
	coming   []segment // in order
	unread   []byte
	onTheWay int // octets in coming
	last     time.Time
	arrival  *time.Timer
	reading  deadline
	writing  deadline
	ended    bool  // the peer's FIN has come
	shut     bool  // our FIN is sent
	closed   bool  // by our Close
	broken   error // what reads and writes say once the connection is reset
}

// segment is a piece of a stream, or its end.
type segment struct {
	due  time.Time
	sent time.Time
	data []byte
	fin  bool
}

type deadline struct {
	at    time.Time
	alarm *time.Timer
}

func (d deadline) passed() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }

func newStream(h *Host, local, remote netip.AddrPort) *Stream {
	return &Stream{host: h, local: local, remote: remote, wake: sync.NewCond(&h.net.mu)}
}

// LocalAddr returns a *net.TCPAddr.
func (s *Stream) LocalAddr() net.Addr { return net.TCPAddrFromAddrPort(s.local) }

// RemoteAddr returns a *net.TCPAddr.
func (s *Stream) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(s.remote) }

// Read waits for octets, the end (io.EOF), a reset or the deadline.
func (s *Stream) Read(b []byte) (int, error) {
	s.host.net.mu.Lock()
	defer s.host.net.mu.Unlock()
	for {
		switch {
		case s.closed:
			return 0, tcpError("read", s.remote, net.ErrClosed)
		case s.reading.passed():
			return 0, tcpError("read", s.remote, os.ErrDeadlineExceeded)
		case len(s.unread) > 0:
			n := copy(b, s.unread)
			s.unread = s.unread[n:]
			s.peer.wake.Broadcast() // the window is open again
			return n, nil
		case s.broken != nil:
			return 0, tcpError("read", s.remote, s.broken)
		case s.ended:
			return 0, io.EOF
		case len(b) == 0:
			return 0, nil
		}
		s.wake.Wait()
	}
}

// Write sends b piece by piece as the peer's window allows.
func (s *Stream) Write(b []byte) (n int, err error) {
	s.host.net.mu.Lock()
	defer s.host.net.mu.Unlock()
	for {
		switch free := window - s.peer.onTheWay - len(s.peer.unread); {
		case s.closed || s.shut:
			return n, tcpError("write", s.remote, net.ErrClosed)
		case s.broken != nil:
			return n, tcpError("write", s.remote, s.broken)
		case s.writing.passed():
			return n, tcpError("write", s.remote, os.ErrDeadlineExceeded)
		case n == len(b):
			return n, nil
		case free > 0:
			piece := b[n:min(len(b), n+min(free, segmentLength))]
			s.send(segment{data: append([]byte(nil), piece...)})
			n += len(piece)
			continue
		}
		s.wake.Wait()
	}
}

// CloseWrite ends what this end sends; the peer reads io.EOF.
func (s *Stream) CloseWrite() error {
	s.host.net.mu.Lock()
	defer s.host.net.mu.Unlock()
	if s.closed || s.shut {
		return tcpError("close", s.remote, net.ErrClosed)
	}
	s.shut = true
	s.send(segment{fin: true})
	return nil
}

// Close ends the connection: in order if everything was read, by a reset if not, as Linux does.
func (s *Stream) Close() error {
	s.host.net.mu.Lock()
	defer s.host.net.mu.Unlock()
	if s.closed {
		return tcpError("close", s.remote, net.ErrClosed)
	}
	switch {
	case len(s.unread) > 0:
		s.abort(syscall.ECONNRESET)
	case !s.shut:
		s.shut = true
		s.send(segment{fin: true})
	}
	s.closed = true
	for _, d := range []*deadline{&s.reading, &s.writing} {
		if d.alarm != nil {
			d.alarm.Stop()
		}
	}
	s.unread = nil
	s.wake.Broadcast()
	return nil
}

// Reset breaks the connection off: both ends fail with ECONNRESET from now on.
func (s *Stream) Reset() {
	s.host.net.mu.Lock()
	defer s.host.net.mu.Unlock()
	s.abort(syscall.ECONNRESET)
}

// abort breaks both ends. The network is locked.
func (s *Stream) abort(err error) {
	s.breakOff(err)
	s.peer.breakOff(err)
}

// abandon gives up what is under way to s: its sender has lost the connection. The network is locked.
func (s *Stream) abandon(err error) {
	s.coming, s.onTheWay = nil, 0
	s.peer.breakOff(err)
}

// expire ends the connection of a sender that was not heard for too long. After a mere cut the far end is told with it; one
// that a box has forgotten has no way to learn.
func (s *Stream) expire() {
	if s.severed() {
		s.abandon(syscall.ETIMEDOUT)
	} else {
		s.abort(syscall.ETIMEDOUT)
	}
}

// breakOff breaks one end. The network is locked.
func (s *Stream) breakOff(err error) {
	if s.broken == nil {
		s.broken = os.NewSyscallError("read", err)
	}
	s.coming, s.onTheWay = nil, 0
	if s.arrival != nil {
		s.arrival.Stop()
	}
	s.wake.Broadcast()
}

// SetDeadline sets both deadlines.
func (s *Stream) SetDeadline(t time.Time) error {
	if err := s.SetReadDeadline(t); err != nil {
		return err
	}
	return s.SetWriteDeadline(t)
}

// SetReadDeadline makes reads fail with os.ErrDeadlineExceeded from t on, also one that is waiting.
func (s *Stream) SetReadDeadline(t time.Time) error { return s.set(&s.reading, t) }

// SetWriteDeadline does the same for writes.
func (s *Stream) SetWriteDeadline(t time.Time) error { return s.set(&s.writing, t) }

func (s *Stream) set(d *deadline, t time.Time) error {
	s.host.net.mu.Lock()
	defer s.host.net.mu.Unlock()
	if s.closed {
		return tcpError("set", s.remote, net.ErrClosed)
	}
	if d.alarm != nil {
		d.alarm.Stop()
		d.alarm = nil
	}
	d.at = t
	if !t.IsZero() {
		d.alarm = time.AfterFunc(time.Until(t), s.ring)
	}
	s.wake.Broadcast()
	return nil
}

func (s *Stream) ring() {
	s.host.net.mu.Lock()
	defer s.host.net.mu.Unlock()
	s.wake.Broadcast()
}

// send puts a segment on its way to the peer. The network is locked.
func (s *Stream) send(g segment) {
	n, to := s.host.net, s.peer
	if to.broken != nil {
		if s.reaches(to) || to.bounces() {
			s.breakOff(syscall.ECONNRESET) // the far end knows of no connection any more
		}
		return
	}
	if to.closed && !g.fin {
		s.abort(syscall.ECONNRESET) // nobody is there to take it
		return
	}
	now := time.Now()
	l := n.linkBetween(s.local.Addr(), to.local.Addr())
	g.sent, g.due = now, now.Add(l.Delay)
	if l.Jitter > 0 {
		g.due = g.due.Add(time.Duration(n.flow(flowID{s.local, s.remote}).rand.Float64() * float64(l.Jitter)))
	}
	if g.due.Before(to.last) {
		g.due = to.last
	}
	to.last = g.due
	to.coming = append(to.coming, g)
	to.onTheWay += len(g.data)
	to.settle(now)
}

func (s *Stream) arrive() {
	s.host.net.mu.Lock()
	defer s.host.net.mu.Unlock()
	s.settle(time.Now())
}

// settle takes what is due. What cannot get through waits for the next attempt, and everything behind it too.
func (s *Stream) settle(now time.Time) {
	for len(s.coming) > 0 && !s.coming[0].due.After(now) {
		g := s.coming[0]
		if !s.peer.reaches(s) {
			if s.bounces() {
				s.abandon(syscall.ECONNRESET)
				return
			}
			if now.Sub(g.sent) > userTimeout {
				s.expire()
				return
			}
			s.coming[0].due = now.Add(retransmit)
			break
		}
		s.coming = s.coming[1:]
		s.onTheWay -= len(g.data)
		s.ended = s.ended || g.fin
		if !s.closed {
			s.unread = append(s.unread, g.data...)
		}
		s.wake.Broadcast()
	}
	switch {
	case len(s.coming) == 0:
	case s.arrival == nil:
		s.arrival = time.AfterFunc(s.coming[0].due.Sub(now), s.arrive)
	default:
		s.arrival.Reset(s.coming[0].due.Sub(now))
	}
}
