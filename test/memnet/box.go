package memnet

import (
	"fmt"
	"maps"
	"net/netip"
	"time"
)

// BoxConfig says what a Box is.
type BoxConfig struct {
	Inside netip.Prefix // the addresses behind it
	Public netip.Addr   // the one that they are seen under

	// Idle is how long a mapping lives after the last datagram from inside (RFC 4787 §4.3); 0 is for ever. Connections
	// keep theirs.
	Idle time.Duration

	// Resets tells those who go on with a connection that the box has forgotten by a reset; else they hear nothing.
	Resets bool
}

// Box is a router that translates addresses (a NAT) as most in houses do: an address and port inside is one port outside
// for all peers (endpoint-independent mapping, RFC 4787 §4.1), kept while it is in use, and in comes only what such a peer
// sends to it (address- and port-dependent filtering, §5). Hosts inside reach one another directly. The link to a peer is
// that of the public address.
type Box struct {
	net *Network
	c   BoxConfig

	// Below: the network's mutex.
	byInside  map[netip.AddrPort]*mapping
	byPort    map[uint16]*mapping
	nextPort  uint16
	boots     int
	unplugged bool
}

// mapping is one address and port inside, and who may send to it.
type mapping struct {
	inside  netip.AddrPort
	outside uint16
	peers   map[netip.AddrPort]time.Time // when something was last sent to them
}

// NewBox puts a box between the hosts of a prefix and all others.
func (n *Network) NewBox(c BoxConfig) *Box {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.hosts[c.Public] != nil {
		panic(fmt.Sprintf("memnet: %v is the address of a host", c.Public))
	}
	b := &Box{net: n, c: c, nextPort: firstOutside}
	b.forget()
	n.boxes = append(n.boxes, b)
	return b
}

// Public returns the address that the hosts inside are seen under.
func (b *Box) Public() netip.Addr {
	b.net.mu.Lock()
	defer b.net.mu.Unlock()
	return b.c.Public
}

// Unplug takes the box from the network: nothing passes it.
func (b *Box) Unplug() { b.plug(false) }

// Plug puts it back, with its mappings.
func (b *Box) Plug() { b.plug(true) }

func (b *Box) plug(in bool) {
	b.net.mu.Lock()
	defer b.net.mu.Unlock()
	b.unplugged = !in
}

// Reboot makes the box forget every mapping and connection and come back under an address, the same one perhaps: who was
// inside is at other ports from now on.
func (b *Box) Reboot(public netip.Addr) {
	b.net.mu.Lock()
	defer b.net.mu.Unlock()
	b.forget()
	b.c.Public = public
}

func (b *Box) forget() {
	b.byInside, b.byPort = map[netip.AddrPort]*mapping{}, map[uint16]*mapping{}
	b.boots++
	maps.DeleteFunc(b.net.flows, func(id flowID, _ *flow) bool { return id.to.Addr() == b.c.Public })
}

// divides reports whether what goes from x to y passes the box.
func (b *Box) divides(x, y netip.Addr) bool { return b.c.Inside.Contains(x) != b.c.Inside.Contains(y) }

// The ports that a box takes for what is inside.
const firstOutside, lastOutside = 20000, 49151

// outward is the port outside for a datagram or a connection from inside to a peer. The network is locked.
func (b *Box) outward(now time.Time, inside, peer netip.AddrPort) netip.AddrPort {
	m := b.byInside[inside]
	if m == nil || b.lapsed(now, m) {
		m = &mapping{inside: inside, outside: b.freePort(), peers: map[netip.AddrPort]time.Time{}}
		b.byInside[inside], b.byPort[m.outside] = m, m
	}
	m.peers[peer] = now
	return netip.AddrPortFrom(b.c.Public, m.outside)
}

// lapsed drops what was not used for too long, and reports whether nothing is left.
func (b *Box) lapsed(now time.Time, m *mapping) bool {
	if b.c.Idle > 0 {
		maps.DeleteFunc(m.peers, func(_ netip.AddrPort, used time.Time) bool { return now.Sub(used) > b.c.Idle })
	}
	if len(m.peers) > 0 {
		return false
	}
	delete(b.byInside, m.inside)
	delete(b.byPort, m.outside)
	outside := netip.AddrPortFrom(b.c.Public, m.outside)
	maps.DeleteFunc(b.net.flows, func(id flowID, _ *flow) bool { return id.to == outside })
	return true
}

func (b *Box) freePort() uint16 {
	for {
		p := b.nextPort
		if b.nextPort++; b.nextPort > lastOutside {
			b.nextPort = firstOutside
		}
		if b.byPort[p] == nil {
			return p
		}
	}
}

// inward is who is meant by a datagram to the box, false if nobody inside has sent to where it came from.
func (b *Box) inward(now time.Time, from netip.AddrPort, port uint16) (netip.AddrPort, bool) {
	m := b.byPort[port]
	if m == nil || b.lapsed(now, m) {
		return netip.AddrPort{}, false
	}
	_, known := m.peers[from]
	return m.inside, known
}

// translate returns a datagram's addresses as its receiver sees them; false if a box keeps it out. The network is locked.
func (n *Network) translate(now time.Time, id flowID) (flowID, bool) {
	for _, b := range n.boxes {
		switch {
		case id.to.Addr() == b.c.Public:
			inside, ok := b.inward(now, id.from, id.to.Port())
			id.to = inside
			return id, ok
		case b.c.Inside.Contains(id.to.Addr()) && b.divides(id.from.Addr(), id.to.Addr()):
			return id, false // an address inside means nothing out here
		case b.divides(id.from.Addr(), id.to.Addr()):
			id.from = b.outward(now, id.from, id.to)
		}
	}
	return id, true
}

// routed reports whether no box between two hosts is unplugged.
func (n *Network) routed(from, to netip.Addr) bool {
	for _, b := range n.boxes {
		if b.unplugged && (b.divides(from, to) || b.c.Public == to) {
			return false
		}
	}
	return true
}

// seen is the address under which a is known to b. The network is locked.
func (n *Network) seen(a, b netip.Addr) netip.Addr {
	if box := n.before(a, b); box != nil {
		return box.c.Public
	}
	return a
}

// before returns the box between a host and a peer outside, nil if there is none.
func (n *Network) before(inside, peer netip.Addr) *Box {
	for _, b := range n.boxes {
		if b.c.Inside.Contains(inside) && b.divides(inside, peer) {
			return b
		}
	}
	return nil
}

// reaches reports whether a segment from s reaches an end. The network is locked.
func (s *Stream) reaches(to *Stream) bool {
	return !s.severed() && s.host.has(s.local.Addr()) && to.host.has(to.local.Addr()) && s.host.net.reaches(s.local.Addr(), to.local.Addr())
}

// severed reports whether the box between the ends has forgotten their connection.
func (s *Stream) severed() bool { return s.box != nil && s.boot != s.box.boots }

// bounces reports whether the box answers a segment to this end by a reset.
func (s *Stream) bounces() bool {
	return s.severed() && s.box.c.Resets && !s.box.unplugged && !s.peer.host.unplugged
}
