// Package transport carries SIP messages over UDP, TCP and TLS (RFC 3261 §18, RFC 3581, RFC 5922) and finds where they go
// (RFC 3263).
//
// Messages come as [Packet] values, those of one peer in the order in which they came, and go to a [Flow]: that of a
// Packet to reply, that of an [Answer] to ask. [Layer] joins the transports; [UDP] is one of them that can stand alone.
//
// Whatever peers do, the memory held is bounded: connections, half-open ones, unread and unsent octets are counted, and
// everything that waits for a peer has a deadline.
package transport

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"intercom/ua/sip"
	"intercom/ua/stun"
)

// Flow is one way between this side and a peer. It can be compared with ==.
type Flow struct {
	Transport string         // "UDP", "TCP" or "TLS"; "" is UDP
	Local     netip.AddrPort // as bound: the address may be unspecified; the zero value leaves the choice to the transport
	Remote    netip.AddrPort
	Name      string // over TLS: the domain for which the peer's certificate must be (RFC 5922); "" where the peer came to us
}

// Reliable reports whether the transport delivers in order or not at all, so that nothing need be retransmitted.
func (f Flow) Reliable() bool { return f.Transport != "UDP" && f.Transport != "" }

func (f Flow) String() string {
	if f.Name != "" {
		return fmt.Sprintf("%s %v (%q)", f.Transport, f.Remote, f.Name)
	}
	return fmt.Sprintf("%s %v", f.Transport, f.Remote)
}

// Packet is one message as it came, or what became of one that was sent.
type Packet struct {
	At time.Time
	Flow
	Msg   *sip.Message // nil in a Packet that has an Err
	Fault *sip.Fault   // what Validate finds wrong with Msg, a Content-Length beyond the datagram included; nil if nothing
	// Err says that what was sent to Remote a moment ago did not arrive (an ICMP error), or that the connection could not
	// be made or has ended. What is under way there will not be answered.
	Err error
	// Binding is a STUN answer from Remote, to a datagram of Ping; then there is no Msg.
	Binding *stun.Response
}

// PacketConn is what a UDP transport needs of its socket; *net.UDPConn has it.
type PacketConn interface {
	ReadFromUDPAddrPort(b []byte) (n int, addr netip.AddrPort, err error)
	WriteToUDPAddrPort(b []byte, addr netip.AddrPort) (int, error)
	LocalAddr() net.Addr
	SetReadDeadline(t time.Time) error
	Close() error
}

// Options say how a UDP transport is opened.
type Options struct {
	Local  netip.AddrPort                                  // to listen on; port 0 picks one
	Listen func(netip.AddrPort) (PacketConn, error)        // nil = net.ListenUDP
	Route  func(remote netip.AddrPort) (netip.Addr, error) // our address towards remote; nil = ask the kernel
	Queue  int                                             // packets that wait for the reader of Packets; 0 = 256
	Log    *slog.Logger                                    // nil = discard
}

// Stats counts datagrams since Open.
type Stats struct {
	Received   uint64 // messages, with those that were dropped
	Sent       uint64
	KeepAlives uint64 // nothing but line breaks or NULs
	Pings      uint64 // keep-alives of ours, sent
	Bindings   uint64 // STUN answers to them
	Garbage    uint64 // not framed as SIP: scanners, noise
	Dropped    uint64 // the queue was full
	Oversize   uint64 // larger than a datagram can be; not sent
	ICMP       uint64 // errors reported for what was sent
	ReadErrors uint64
}
