package memnet

import (
	"context"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"
)

const (
	backlog    = 128             // connections that wait for Accept; beyond it a caller hears nothing
	synTimeout = 1 * time.Second // after which an unanswered SYN is sent again
)

// Listener is a TCP socket that takes connections, like *net.TCPListener.
type Listener struct {
	host  *Host
	local netip.AddrPort
	wake  *sync.Cond // on the network's mutex

	// Below: the network's mutex.
	waiting []*Stream
	closed  bool
}

// ListenTCP opens a listener on the host's address or on the unspecified one. Port 0 picks a free port; the errors are
// those of net.ListenTCP.
func (h *Host) ListenTCP(local netip.AddrPort) (*Listener, error) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	if a := local.Addr(); a.IsValid() && !a.IsUnspecified() && a != h.addr {
		return nil, tcpError("listen", local, os.NewSyscallError("bind", syscall.EADDRNOTAVAIL))
	}
	port := local.Port()
	if port == 0 {
		port = h.freePort()
	}
	if port == 0 || h.listeners[port] != nil {
		return nil, tcpError("listen", local, os.NewSyscallError("bind", syscall.EADDRINUSE))
	}
	addr := local.Addr()
	if !addr.IsValid() {
		addr = netip.IPv6Unspecified()
	}
	l := &Listener{host: h, local: netip.AddrPortFrom(addr, port), wake: sync.NewCond(&h.net.mu)}
	h.listeners[port] = l
	return l, nil
}

// Addr returns a *net.TCPAddr: the address that was listened on, with the port.
func (l *Listener) Addr() net.Addr { return net.TCPAddrFromAddrPort(l.local) }

// Accept waits for a connection.
func (l *Listener) Accept() (net.Conn, error) {
	l.host.net.mu.Lock()
	defer l.host.net.mu.Unlock()
	for len(l.waiting) == 0 && !l.closed {
		l.wake.Wait()
	}
	if l.closed {
		return nil, tcpError("accept", l.local, net.ErrClosed)
	}
	s := l.waiting[0]
	l.waiting = l.waiting[1:]
	return s, nil
}

// Close frees the port and resets the connections that nobody has accepted.
func (l *Listener) Close() error {
	l.host.net.mu.Lock()
	defer l.host.net.mu.Unlock()
	if l.closed {
		return tcpError("close", l.local, net.ErrClosed)
	}
	l.closed = true
	delete(l.host.listeners, l.local.Port())
	for _, s := range l.waiting {
		s.abort(syscall.ECONNRESET)
	}
	l.waiting = nil
	l.wake.Broadcast()
	return nil
}

// DialTCP connects to a listener. A host that is there but has none refuses, one that is not, or is cut off, is tried
// until ctx ends.
func (h *Host) DialTCP(ctx context.Context, remote netip.AddrPort) (*Stream, error) {
	remote = netip.AddrPortFrom(remote.Addr().Unmap(), remote.Port())
	for {
		if err := pause(ctx, 2*h.net.delay(h.Addr(), remote.Addr())); err != nil {
			return nil, tcpError("dial", remote, err)
		}
		s, err := h.connect(remote)
		if s != nil || err != nil {
			return s, err
		}
		if err := pause(ctx, synTimeout); err != nil {
			return nil, tcpError("dial", remote, err)
		}
	}
}

// connect makes the two ends of a connection; without an error there may be none, when nobody answered.
func (h *Host) connect(remote netip.AddrPort) (*Stream, error) {
	n := h.net
	n.mu.Lock()
	defer n.mu.Unlock()
	to := n.hosts[remote.Addr()]
	switch {
	case h.unplugged:
		return nil, tcpError("dial", remote, os.NewSyscallError("connect", syscall.ENETUNREACH))
	case to == nil || !n.reaches(h.addr, to.addr):
		return nil, nil
	}
	l := to.listeners[remote.Port()]
	if l == nil || l.local.Addr().IsUnspecified() && l.local.Addr().Is4() && remote.Addr().Is6() {
		return nil, tcpError("dial", remote, os.NewSyscallError("connect", syscall.ECONNREFUSED))
	}
	if len(l.waiting) >= backlog {
		return nil, nil
	}
	ours := newStream(h, netip.AddrPortFrom(h.addr, h.freePort()), remote)
	theirs := newStream(to, remote, ours.local)
	ours.peer, theirs.peer = theirs, ours
	if box := n.before(h.addr, to.addr); box != nil {
		theirs.remote = netip.AddrPortFrom(box.c.Public, box.freePort())
		ours.box, ours.boot, theirs.box, theirs.boot = box, box.boots, box, box.boots
	}
	l.waiting = append(l.waiting, theirs)
	l.wake.Broadcast()
	return ours, nil
}

// delay is the least time from a to b.
func (n *Network) delay(a, b netip.Addr) time.Duration {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.linkBetween(a, b).Delay
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		if ctx.Err() == context.DeadlineExceeded {
			return os.ErrDeadlineExceeded // as a net.Dialer says it
		}
		return ctx.Err()
	}
}

func tcpError(op string, addr netip.AddrPort, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Addr: net.TCPAddrFromAddrPort(addr), Err: err}
}
