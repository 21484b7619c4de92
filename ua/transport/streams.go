package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// How many connections there may be at once.
const (
	maxIncoming = 256
	maxShaking  = 32 // of those, in the midst of a TLS handshake
	maxOutgoing = 64
)

// streams are the connections of one layer, TCP and TLS.
type streams struct {
	inbox    *inbox
	log      *slog.Logger
	connect  func(ctx context.Context, to Flow) (net.Conn, error)
	fallBack func(over Flow, unsent []moved) bool // sends what went over TCP for its size by UDP; false if there was nothing
	rand     io.Reader
	ctx      context.Context
	cancel   context.CancelFunc
	wg       sync.WaitGroup

	mu        sync.Mutex
	closed    bool
	all       []*stream
	listeners []net.Listener
	randMu    sync.Mutex

	received, keepAlives, pings, garbage, accepted, connects, evicted atomic.Uint64
}

func newStreams(in *inbox, rand io.Reader, log *slog.Logger) *streams {
	t := &streams{inbox: in, rand: rand, log: log}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	return t
}

// to returns the connection that a flow names. A flow that came with a Packet is that connection while it is open; one
// without Local is any that leads there, for connections are found by the address, port and transport of the far end
// (RFC 3261 §18). Over TLS it must be one of ours to the same domain: another was not checked for it (RFC 5922).
func (t *streams) to(f Flow) *stream {
	t.mu.Lock()
	defer t.mu.Unlock()
	var found *stream
	for _, s := range t.all {
		s.mu.Lock()
		has, live := s.flow, !s.dead
		s.mu.Unlock()
		switch {
		case !live || has.Transport != f.Transport || has.Remote != f.Remote:
		case has == f:
			return s
		case !f.Local.IsValid() && has.Name == f.Name && (s.outgoing || f.Transport == "TCP"):
			found = s
		}
	}
	return found
}

// live returns the connections that have not ended.
func (t *streams) live() (all []*stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.all {
		s.mu.Lock()
		if !s.dead {
			all = append(all, s)
		}
		s.mu.Unlock()
	}
	return all
}

// dial begins an outgoing connection; what first queues on it waits until it is made.
func (t *streams) dial(to Flow, patience time.Duration, first func(*stream) error) error {
	to.Local = netip.AddrPort{}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return fmt.Errorf("connect to %v: %w", to, errClosing)
	}
	if t.count(func(s *stream) bool { return s.outgoing }) >= maxOutgoing && !t.evict(func(s *stream) bool { return s.outgoing && s.pinging.every == 0 }) {
		return fmt.Errorf("connect to %v: there are %d connections that must be kept", to, maxOutgoing)
	}
	s := t.add(to)
	s.outgoing = true
	s.connect = func(ctx context.Context) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		conn, err := t.connect(ctx, to)
		if err != nil {
			return nil, fmt.Errorf("connect to %v: %w", to, plain(err, patience))
		}
		return conn, nil
	}
	t.connects.Add(1)
	err := first(s)
	t.wg.Go(s.run)
	return err
}

// plain says of a time-out how long it was.
func plain(err error, patience time.Duration) error {
	var timeout net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() {
		return fmt.Errorf("no answer within %v: %w", patience, err)
	}
	return err
}

// listen takes connections until the listener is closed. With either, those that begin with a TLS handshake are TLS's.
func (t *streams) listen(transport string, l net.Listener, either *tls.Config) {
	t.mu.Lock()
	t.listeners = append(t.listeners, l)
	t.mu.Unlock()
	t.wg.Go(func() {
		for failures := 0; ; {
			conn, err := l.Accept()
			switch {
			case err == nil:
				failures = 0
				t.accept(transport, conn, either)
			case errors.Is(err, net.ErrClosed):
				return
			default:
				t.pause(failures, transport, err)
				failures++
			}
		}
	})
}

// pause keeps a listener without file descriptors left from taking the processor.
func (t *streams) pause(failures int, transport string, err error) {
	if failures == 0 {
		t.log.Warn("taking connections fails", "transport", transport, "err", err)
	}
	timer := time.NewTimer(min(10*time.Millisecond<<min(failures, 10), time.Second))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.ctx.Done():
	}
}

// accept takes a connection. Where there are too many, one that has said nothing goes for it, then the one that has been
// silent for the longest time, so that nobody keeps others out by doing nothing.
func (t *streams) accept(transport string, conn net.Conn, either *tls.Config) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		conn.Close()
		return
	}
	incoming := func(s *stream) bool { return !s.outgoing }
	if transport == "TLS" {
		t.boundHandshakes()
	}
	if t.count(incoming) >= maxIncoming && !t.evict(func(s *stream) bool { return !s.outgoing && s.heard == 0 }) {
		t.evict(incoming)
	}
	s := t.add(Flow{Transport: transport, Local: addrPort(conn.LocalAddr()), Remote: addrPort(conn.RemoteAddr())})
	s.conn, s.either, s.shaking = conn, either, transport == "TLS"
	t.accepted.Add(1)
	t.wg.Go(s.run)
}

// boundHandshakes lets the oldest TLS handshake go where one more would be too many. t.mu is held.
func (t *streams) boundHandshakes() {
	shaking := func(s *stream) bool { return s.shaking }
	if t.count(shaking) >= maxShaking {
		t.evict(shaking)
	}
}

// add makes a stream. t.mu is held.
func (t *streams) add(f Flow) *stream {
	now := time.Now()
	s := &stream{set: t, flow: f, born: now, active: now, wake: make(chan struct{}, 1), written: make(chan struct{})}
	s.ctx, s.cancel = context.WithCancelCause(t.ctx)
	t.all = append(t.all, s)
	return s
}

// count counts the live connections that fit. t.mu is held.
func (t *streams) count(fits func(*stream) bool) (n int) {
	for _, s := range t.all {
		s.mu.Lock()
		if !s.dead && fits(s) {
			n++
		}
		s.mu.Unlock()
	}
	return n
}

// evict ends the one of those that fit which has been silent for the longest time. t.mu is held.
func (t *streams) evict(fits func(*stream) bool) bool {
	var victim *stream
	var since time.Time
	for _, s := range t.all {
		s.mu.Lock()
		if !s.dead && fits(s) && (victim == nil || s.active.Before(since)) {
			victim, since = s, s.active
		}
		s.mu.Unlock()
	}
	if victim == nil {
		return false
	}
	t.evicted.Add(1)
	victim.end(errors.New("too many connections: the one that was silent for the longest time had to go"))
	return true
}

// forget is called by a stream that has ended.
func (t *streams) forget(s *stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.all {
		if t.all[i] == s {
			t.all = append(t.all[:i], t.all[i+1:]...)
			return
		}
	}
}

// jitter spreads keep-alives over the last fifth of the time between two (RFC 5626 §4.4).
func (t *streams) jitter(d time.Duration) time.Duration {
	t.randMu.Lock()
	defer t.randMu.Unlock()
	var b [1]byte
	_, _ = io.ReadFull(t.rand, b[:]) // without randomness, 80 % is good as well
	return d*8/10 + d*2/10*time.Duration(b[0])/255
}

// close ends all connections and returns when the last goroutine has ended.
func (t *streams) close() {
	t.mu.Lock()
	t.closed = true
	t.cancel()
	for _, l := range t.listeners {
		l.Close()
	}
	all := append([]*stream(nil), t.all...)
	t.mu.Unlock()
	for _, s := range all {
		s.drop(errClosing)
	}
	t.wg.Wait()
}

// addrPort is the address of a TCP socket.
func addrPort(a net.Addr) netip.AddrPort {
	if tcp, ok := a.(*net.TCPAddr); ok {
		return unmap(tcp.AddrPort())
	}
	return netip.AddrPort{}
}
