package transport

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"intercom/ua/sip"
)

// LayerOptions say which transports are opened, and where.
type LayerOptions struct {
	// Transports are those of "UDP", "TCP" and "TLS" that are spoken; nil is UDP and TCP.
	Transports []string
	// Local is where UDP and TCP listen. Port 0 picks a port that is free for both.
	Local netip.AddrPort
	// LocalTLS is where TLS listens, if TLS has a certificate to show. The zero value is the port behind Local's
	// (RFC 3261 §19.1.2: 5060, and 5061 for TLS). It may be Local: the first octet of a connection then tells TLS from TCP.
	LocalTLS netip.AddrPort
	TLS      TLS

	Listen    func(netip.AddrPort) (PacketConn, error)                       // nil = net.ListenUDP
	ListenTCP func(netip.AddrPort) (net.Listener, error)                     // nil = net.ListenTCP
	DialTCP   func(ctx context.Context, to netip.AddrPort) (net.Conn, error) // nil = a net.Dialer from Local's address
	Route     func(remote netip.AddrPort) (netip.Addr, error)                // our address towards remote; nil = ask the kernel
	Holds     func(netip.Addr) bool                                          // whether an address is still ours; nil = ask the kernel, or none is lost if there is a Route
	MTU       func(remote netip.AddrPort) int                                // path MTU towards remote, 0 if not known; nil = ask the kernel, or not known if there is a Route
	Queue     int                                                            // packets that wait for the reader of Packets; 0 = 256
	Log       *slog.Logger                                                   // nil = discard
	Rand      io.Reader                                                      // spreads keep-alives; nil = crypto/rand
}

// LayerStats count since OpenLayer.
type LayerStats struct {
	UDP  Stats
	Open int // connections now

	Accepted   uint64 // connections of peers
	Connects   uint64 // connections of ours, tried
	Evicted    uint64 // connections that had to go for others
	Received   uint64 // messages over connections
	Pings      uint64 // of ours, sent by UDP and over connections
	KeepAlives uint64 // pings and pongs of peers
	Garbage    uint64 // frames that are not SIP
	Moved      uint64 // requests too large for UDP that went by TCP
	MovedBack  uint64 // and by UDP after all
}

// Layer is the transport layer of RFC 3261 §18: UDP, TCP and TLS behind one queue of packets and one Send. Its methods may
// be called from any goroutine and wait for no peer, except Close, which waits for its own goroutines.
type Layer struct {
	opts               LayerOptions
	inbox              *inbox
	udp                *UDP // nil if it is not spoken
	streams            *streams
	local              map[string]netip.AddrPort // where a transport listens
	once               sync.Once
	noTCP              lacking
	movedTo, movedBack atomic.Uint64
}

// OpenLayer binds the sockets and starts to read them.
func OpenLayer(o LayerOptions) (*Layer, error) {
	if o.Transports == nil {
		o.Transports = []string{"UDP", "TCP"}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.ListenTCP == nil {
		o.ListenTCP = listenTCP
	}
	if o.DialTCP == nil {
		o.DialTCP = dialerFrom(o.Local.Addr())
	}
	o.askKernel()
	for _, t := range o.Transports {
		if t != "UDP" && t != "TCP" && t != "TLS" {
			return nil, fmt.Errorf("transport %q is not known: \"UDP\", \"TCP\" and \"TLS\" are", t)
		}
	}
	l := &Layer{opts: o, inbox: newInbox(o.Queue), local: map[string]netip.AddrPort{}}
	l.streams = newStreams(l.inbox, o.Rand, o.Log)
	l.streams.connect, l.streams.fallBack = l.connect, l.fallBack
	if err := l.open(); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// askKernel fills in what is asked about addresses and ways. Who knows a Route is not on the kernel's network.
func (o *LayerOptions) askKernel() {
	holds, mtu := kernelHolds, kernelMTU
	if o.Route != nil {
		holds, mtu = func(netip.Addr) bool { return true }, func(netip.AddrPort) int { return 0 }
	} else {
		o.Route = kernelRoute
	}
	if o.Holds == nil {
		o.Holds = holds
	}
	if o.MTU == nil {
		o.MTU = mtu
	}
}

func (l *Layer) speaks(transport string) bool { return slices.Contains(l.opts.Transports, transport) }

// Packets returns the channel of what came, closed by Close.
func (l *Layer) Packets() <-chan Packet { return l.inbox.packets }

// LocalAddr returns where a transport listens; the address may be unspecified. Without a listener it is zero.
func (l *Layer) LocalAddr(transport string) netip.AddrPort { return l.local[transport] }

// SentBy returns the address and port at which a peer reaches this side, for Via, Contact and SDP: the address that the
// flow is of, or else ours towards the peer, and the port that the transport listens on. Where it does not listen, the port
// is that of the open connection, or 0 while there is none.
func (l *Layer) SentBy(to Flow) (netip.AddrPort, error) {
	transport := to.Transport
	if transport == "" {
		transport = "UDP"
	}
	at := l.local[transport]
	if !at.IsValid() {
		if s := l.streams.to(to); s != nil {
			s.mu.Lock()
			at = s.flow.Local
			s.mu.Unlock()
		}
	}
	for _, addr := range []netip.Addr{to.Local.Addr(), at.Addr(), l.opts.Local.Addr()} {
		if addr.IsValid() && !addr.IsUnspecified() {
			return netip.AddrPortFrom(addr.Unmap().WithZone(""), at.Port()), nil
		}
	}
	addr, err := l.opts.Route(to.Remote)
	if err != nil {
		return netip.AddrPort{}, err
	}
	return netip.AddrPortFrom(addr.Unmap().WithZone(""), at.Port()), nil
}

// Send sends a message by a flow. Over a connection it is queued, and written as soon as that is made; an error tells
// only what is known at once. What becomes known then comes as a Packet with an Err.
//
// A response goes over the connection that its request came by while that is open, and to where its Via points if not
// (RFC 3261 §18.2.2). A request by UDP that is too large for a datagram goes by TCP if the peer takes it (§18.1.1).
func (l *Layer) Send(to Flow, m *sip.Message) error {
	if to.Transport == "" {
		to.Transport = "UDP"
	}
	if !l.speaks(to.Transport) {
		return fmt.Errorf("send to %v: %s is not spoken here", to, to.Transport)
	}
	if !to.Remote.IsValid() || to.Remote.Port() == 0 {
		return fmt.Errorf("send to %v: there is nobody at this address", to)
	}
	to.Remote = unmap(to.Remote)
	if to.Transport == "UDP" {
		return l.sendUDP(to, m)
	}
	return l.sendStream(to, m)
}

func (l *Layer) sendStream(to Flow, m *sip.Message) error {
	s := l.streams.to(to)
	if s == nil && !m.IsRequest() {
		to = viaFlow(to, m)
		s = l.streams.to(to)
	}
	return l.over(s, to, connectTime, func(s *stream) error { return s.send(m) })
}

// over queues something on a connection, or on a new one if there is none or it has just ended.
func (l *Layer) over(s *stream, to Flow, patience time.Duration, queue func(*stream) error) error {
	if s != nil {
		if err := queue(s); !errors.Is(err, errOver) {
			return err
		}
	}
	return l.streams.dial(to, patience, queue)
}

// connect makes a connection for streams.
func (l *Layer) connect(ctx context.Context, to Flow) (net.Conn, error) {
	conn, err := l.opts.DialTCP(ctx, to.Remote)
	if err != nil || to.Transport != "TLS" {
		return conn, err
	}
	return l.opts.TLS.connect(ctx, conn, to)
}

// KeepAlive pings the peer over its connection so often, with up to a fifth less each time (RFC 5626 §4.4.1), and keeps
// the connection as long as it lives; 0 ends that. A peer that has answered pings and falls silent for 10 s has lost its
// connection, which comes as a Packet with an Err. KeepAlive reports whether there is a connection.
func (l *Layer) KeepAlive(f Flow, every time.Duration) bool {
	s := l.streams.to(f)
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pinging.keep(time.Now(), every, l.streams.jitter)
	s.rouse()
	return true
}

// Ping sends a keep-alive by UDP: empty lines, or a STUN request, the answer to which comes as a Packet.
func (l *Layer) Ping(to Flow, datagram []byte) error {
	if l.udp == nil || to.Reliable() {
		return fmt.Errorf("ping %v: it is not reached by UDP", to)
	}
	to.Remote = unmap(to.Remote)
	return l.udp.ping(to, datagram)
}

// Drop closes the connection of a flow, if there is one, and tells nobody: the next message makes a new one. A request
// that timed out over a connection is a sign that it leads nowhere.
func (l *Layer) Drop(f Flow) {
	if s := l.streams.to(f); s != nil {
		s.drop(errors.New("given up by the user agent"))
	}
}

// Stats returns the counts so far.
func (l *Layer) Stats() LayerStats {
	t := l.streams
	s := LayerStats{
		Accepted: t.accepted.Load(), Connects: t.connects.Load(), Evicted: t.evicted.Load(), Received: t.received.Load(),
		Pings: t.pings.Load(), KeepAlives: t.keepAlives.Load(), Garbage: t.garbage.Load(), Moved: l.movedTo.Load(), MovedBack: l.movedBack.Load(),
	}
	if l.udp != nil {
		s.UDP = l.udp.Stats()
		s.Pings += s.UDP.Pings
	}
	t.mu.Lock()
	s.Open = len(t.all)
	t.mu.Unlock()
	return s
}

// Close closes all sockets and returns when the last goroutine has ended. Packets still in the queue can be read.
func (l *Layer) Close() {
	l.once.Do(func() {
		close(l.inbox.closing)
		l.streams.close()
		if l.udp != nil {
			_ = l.udp.shut() // there is nothing left to be done about it
		}
		close(l.inbox.packets)
	})
}
