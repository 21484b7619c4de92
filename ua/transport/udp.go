package transport

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"

	"intercom/ua/sip"
)

// maxDatagram is what a UDP datagram over IPv4 can carry, in octets: 65535 less the IP and UDP headers.
const maxDatagram = 65507

// UDP is a socket with one goroutine that reads it. Its methods may be called from any goroutine.
type UDP struct {
	listen  func(netip.AddrPort) (PacketConn, error)
	socket  atomic.Pointer[socket] // replaced with mu held
	local   netip.AddrPort
	route   func(netip.AddrPort) (netip.Addr, error)
	log     *slog.Logger
	inbox   *inbox
	closing chan struct{}
	done    chan struct{}
	once    sync.Once
	err     error // of Close

	mu  sync.Mutex
	out []byte // the datagram being sent

	received, sent, keepAlives, pings, bindings, garbage, oversize, icmp, readErrors atomic.Uint64
}

// Open binds a socket and starts to read it.
func Open(o Options) (*UDP, error) { return openUDP(o, newInbox(o.Queue)) }

func openUDP(o Options, in *inbox) (*UDP, error) {
	if o.Listen == nil {
		o.Listen = listenUDP
	}
	if o.Route == nil {
		o.Route = kernelRoute
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	u := &UDP{
		listen: o.Listen, route: o.Route, log: o.Log, inbox: in,
		closing: make(chan struct{}),
		done:    make(chan struct{}),
	}
	if err := u.open(o.Local); errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("UDP port %d of %v is in use by another program: %w", o.Local.Port(), o.Local.Addr(), err)
	} else if err != nil {
		return nil, fmt.Errorf("listen on UDP %v: %w", o.Local, err)
	}
	if a, ok := u.socket.Load().LocalAddr().(*net.UDPAddr); ok {
		u.local = unmap(a.AddrPort())
	}
	go u.read()
	return u, nil
}

func listenUDP(local netip.AddrPort) (PacketConn, error) {
	network := "udp" // with the unspecified IPv6 address: both families
	if local.Addr().Is4() {
		network = "udp4"
	}
	c, err := net.ListenUDP(network, net.UDPAddrFromAddrPort(local))
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Packets returns the channel of what came, closed by Close.
func (u *UDP) Packets() <-chan Packet { return u.inbox.packets }

// LocalAddr returns what the socket is bound to; the address may be unspecified.
func (u *UDP) LocalAddr() netip.AddrPort { return u.local }

// LocalAddrFor returns the address that a datagram to remote is sent from, to be written into Via, Contact and SDP.
func (u *UDP) LocalAddrFor(remote netip.AddrPort) (netip.Addr, error) {
	if a := u.local.Addr(); a.IsValid() && !a.IsUnspecified() {
		return a, nil
	}
	return u.route(remote)
}

// kernelRoute connects a socket, which sends nothing but picks the route.
func kernelRoute(remote netip.AddrPort) (netip.Addr, error) {
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(remote))
	if err != nil {
		return netip.Addr{}, fmt.Errorf("no route to %v: %w", remote.Addr(), err)
	}
	defer c.Close()
	return c.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap().WithZone(""), nil
}

// Send sends a message as one datagram to the remote end of the flow. An error means that it did not leave; that it
// arrived nobody knows.
func (u *UDP) Send(to Flow, m *sip.Message) error {
	return u.sendIf(func(int) bool { return true }, to, m)
}

// errLarge is what sendIf says of a message that does not fit.
var errLarge = errors.New("the message is too large for a datagram")

// sendIf sends only a message whose length in octets fits.
func (u *UDP) sendIf(fits func(length int) bool, to Flow, m *sip.Message) error {
	if to.Transport != "" && to.Transport != "UDP" {
		return fmt.Errorf("send to %v: %q is not UDP", to.Remote, to.Transport)
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.out = m.Append(u.out[:0])
	switch {
	case !fits(len(u.out)):
		return errLarge
	case len(u.out) > maxDatagram:
		u.oversize.Add(1)
		return fmt.Errorf("send to %v: a datagram holds at most %d octets, the message has %d", to.Remote, maxDatagram, len(u.out))
	}
	return u.flush(to)
}

// sendRaw sends a message that was written down before.
func (u *UDP) sendRaw(to Flow, datagram []byte) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.out = append(u.out[:0], datagram...)
	return u.flush(to)
}

// ping sends a keep-alive, which counts once it has left.
func (u *UDP) ping(to Flow, datagram []byte) error {
	err := u.sendRaw(to, datagram)
	if err == nil {
		u.pings.Add(1)
	}
	return err
}

// maxOldErrors is how many errors about earlier datagrams one datagram may meet.
const maxOldErrors = 4

// flush sends u.out, and again if old errors got in its way.
func (u *UDP) flush(to Flow) error {
	err := u.write(to)
	for tries := 0; isICMP(err) && tries < maxOldErrors; tries++ {
		// The kernel reports an ICMP error for an earlier datagram at the next call, whatever its destination; this one was
		// not sent. Another may come while this one is taken, or the reader may have taken it.
		u.collectICMP()
		err = u.write(to)
	}
	if err != nil && to.Local.IsValid() {
		to.Local = netip.AddrPort{} // it may be an address of yesterday
		err = u.write(to)
	}
	if err != nil {
		return fmt.Errorf("send to %v: %w", to.Remote, err)
	}
	u.sent.Add(1)
	return nil
}

func (u *UDP) write(to Flow) error {
	return u.socket.Load().write(u.out, to.Local.Addr(), to.Remote)
}

// Stats returns the counts so far.
func (u *UDP) Stats() Stats {
	return Stats{
		Received: u.received.Load(), Sent: u.sent.Load(), KeepAlives: u.keepAlives.Load(), Pings: u.pings.Load(), Bindings: u.bindings.Load(), Garbage: u.garbage.Load(),
		Dropped: u.inbox.dropped.Load(), Oversize: u.oversize.Load(), ICMP: u.icmp.Load(), ReadErrors: u.readErrors.Load(),
	}
}

// Close closes the socket and returns when the reader has ended. Packets still in the queue can be read.
func (u *UDP) Close() error {
	u.once.Do(func() {
		u.err = u.shut()
		close(u.inbox.packets)
	})
	return u.err
}

// shut closes the socket; after it nothing is put into the inbox.
func (u *UDP) shut() error {
	u.mu.Lock()
	close(u.closing)
	err := u.socket.Load().Close()
	u.mu.Unlock()
	<-u.done
	u.mu.Lock() // Send may be about to queue an ICMP error
	defer u.mu.Unlock()
	return err
}

func unmap(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }
