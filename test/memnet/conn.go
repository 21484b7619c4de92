package memnet

import (
	"cmp"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

const (
	queueLen    = 512   // datagrams that wait for a reader, as the kernel's receive buffer bounds them
	maxDatagram = 65507 // bytes; 65535 less the IPv4 and UDP headers
)

// Conn is a UDP socket. Its methods are those of *net.UDPConn that the SIP and media parts use, with the same errors.
type Conn struct {
	host  *Host
	local netip.AddrPort // as asked for: may be unspecified
	wake  *sync.Cond     // on the network's mutex: something arrived, was closed, or a deadline passed

	// Below: the network's mutex.
	coming   []datagram // in order of arrival
	queue    []datagram
	arrival  *time.Timer // for the first of coming; nil if there was never one
	deadline time.Time
	alarm    *time.Timer // for the deadline
	closed   bool
}

func newConn(h *Host, local netip.AddrPort) *Conn {
	if !local.Addr().IsValid() {
		local = netip.AddrPortFrom(netip.IPv6Unspecified(), local.Port())
	}
	return &Conn{host: h, local: local, wake: sync.NewCond(&h.net.mu)}
}

// LocalAddr returns a *net.UDPAddr: the address that was listened on, with the port.
func (c *Conn) LocalAddr() net.Addr { return net.UDPAddrFromAddrPort(c.local) }

// WriteToUDPAddrPort sends a copy of b. Like UDP it does not say whether it arrives.
func (c *Conn) WriteToUDPAddrPort(b []byte, to netip.AddrPort) (int, error) {
	n := c.host.net
	n.mu.Lock()
	defer n.mu.Unlock()
	to = netip.AddrPortFrom(to.Addr().Unmap(), to.Port())
	switch {
	case c.closed:
		return 0, c.opError("write", net.ErrClosed)
	case !to.IsValid() || to.Port() == 0:
		return 0, c.opError("write", os.NewSyscallError("sendto", syscall.EINVAL))
	case len(b) > maxDatagram:
		return 0, c.opError("write", os.NewSyscallError("sendto", syscall.EMSGSIZE))
	case !c.local.Addr().IsUnspecified() && c.local.Addr() != c.host.addr:
		return 0, c.opError("write", os.NewSyscallError("sendto", syscall.EINVAL)) // it has lost its address
	case c.host.unplugged:
		return 0, c.opError("write", os.NewSyscallError("sendto", syscall.ENETUNREACH))
	}
	n.send(time.Now(), flowID{netip.AddrPortFrom(c.host.addr, c.local.Port()), to}, b)
	return len(b), nil
}

// ReadFromUDPAddrPort waits for a datagram; what b cannot hold of it is gone, as with UDP.
func (c *Conn) ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error) {
	c.host.net.mu.Lock()
	defer c.host.net.mu.Unlock()
	for {
		switch {
		case c.closed:
			return 0, netip.AddrPort{}, c.opError("read", net.ErrClosed)
		case !c.deadline.IsZero() && !time.Now().Before(c.deadline):
			return 0, netip.AddrPort{}, c.opError("read", os.ErrDeadlineExceeded)
		case len(c.queue) > 0:
			d := c.queue[0]
			c.queue = slices.Delete(c.queue, 0, 1)
			return copy(b, d.data), d.id.from, nil
		}
		c.wake.Wait()
	}
}

// SetReadDeadline makes reads fail with os.ErrDeadlineExceeded from t on, also one that is waiting; the zero time ends that.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.host.net.mu.Lock()
	defer c.host.net.mu.Unlock()
	if c.closed {
		return c.opError("set", net.ErrClosed)
	}
	if c.alarm != nil {
		c.alarm.Stop()
		c.alarm = nil
	}
	c.deadline = t
	if !t.IsZero() {
		c.alarm = time.AfterFunc(time.Until(t), c.ring)
	}
	return nil
}

func (c *Conn) ring() {
	c.host.net.mu.Lock()
	defer c.host.net.mu.Unlock()
	c.wake.Broadcast()
}

// Close frees the port. A waiting read returns net.ErrClosed; what is under way to the socket is dropped.
func (c *Conn) Close() error {
	c.host.net.mu.Lock()
	defer c.host.net.mu.Unlock()
	if c.closed {
		return c.opError("close", net.ErrClosed)
	}
	c.closed = true
	delete(c.host.conns, c.local.Port())
	for _, t := range []*time.Timer{c.arrival, c.alarm} {
		if t != nil {
			t.Stop()
		}
	}
	c.coming, c.queue = nil, nil
	c.wake.Broadcast()
	return nil
}

// arrive takes a datagram that is due now or after a while. The network is locked.
func (c *Conn) arrive(now time.Time, d datagram) {
	i, _ := slices.BinarySearchFunc(c.coming, d, compare)
	c.coming = slices.Insert(c.coming, i, d)
	c.settle(now)
}

// expire runs when the first of those under way is due.
func (c *Conn) expire() {
	c.host.net.mu.Lock()
	defer c.host.net.mu.Unlock()
	c.settle(time.Now())
}

// settle moves what is due into the queue, in order, and sets the timer for the next.
func (c *Conn) settle(now time.Time) {
	n := c.host.net
	for len(c.coming) > 0 && !c.coming[0].due.After(now) {
		d := c.coming[0]
		c.coming = slices.Delete(c.coming, 0, 1)
		if !n.reaches(d.sender, d.id.to.Addr()) {
			n.stats.Cut++
			continue
		}
		c.enqueue(d)
	}
	switch {
	case len(c.coming) == 0:
	case c.arrival == nil:
		c.arrival = time.AfterFunc(c.coming[0].due.Sub(now), c.expire)
	default:
		c.arrival.Reset(c.coming[0].due.Sub(now))
	}
}

func (c *Conn) enqueue(d datagram) {
	n := c.host.net
	if len(c.queue) >= queueLen {
		n.stats.Overflow++
		return
	}
	n.stats.Delivered++
	c.queue = append(c.queue, d)
	c.wake.Broadcast()
}

// compare orders datagrams by when they are due; those of one moment by flow, then as they were sent.
func compare(a, b datagram) int {
	if c := a.due.Compare(b.due); c != 0 {
		return c
	}
	if c := a.id.from.Compare(b.id.from); c != 0 {
		return c
	}
	return cmp.Compare(a.seq, b.seq)
}

func (c *Conn) opError(op string, err error) error {
	return &net.OpError{Op: op, Net: "udp", Source: c.LocalAddr(), Err: err}
}
