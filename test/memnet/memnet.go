// Package memnet is a UDP and TCP network in memory, for tests: hosts with one address each, joined by links that lose, delay,
// double and overtake as told. It runs on package time alone, so in a testing/synctest bubble hours of traffic pass in
// milliseconds, and what happens to the n-th datagram of a flow depends on the seed only: a run can be repeated.
//
// A network starts no goroutine of its own. Whatever is under way when the sockets are closed is dropped.
package memnet

import (
	"fmt"
	"net/netip"
	"sync"
	"time"
)

// Link says what happens between two hosts, in each direction. The zero Link delivers everything at once. A TCP stream
// repairs what the link does to its segments: only Delay and Jitter are left to be seen.
type Link struct {
	Loss      float64       // probability that a datagram is lost
	Delay     time.Duration // the least time that a datagram takes
	Jitter    time.Duration // what a datagram may take beyond Delay, evenly spread; alone it never changes the order
	Duplicate float64       // probability that a datagram arrives twice
	Reorder   float64       // probability that a datagram is held back for ReorderBy, so that later ones overtake it
	ReorderBy time.Duration // 0 means 30 ms: one packet of speech overtakes
}

// Stats counts what became of the datagrams given to the network.
type Stats struct {
	Sent       int // accepted from a socket
	Delivered  int // put into a socket's queue, doubles included
	Lost       int // by a link's Loss
	Cut        int // between hosts that are cut from one another, or to an unplugged one
	Unheard    int // no host, or no socket on the port
	Kept       int // out by a Box
	Overflow   int // the receiving socket's queue was full
	Duplicated int
	Reordered  int
}

// Network joins hosts. All methods may be called from any goroutine.
type Network struct {
	seed uint64

	mu    sync.Mutex
	hosts map[netip.Addr]*Host
	links map[pair]Link
	cuts  map[pair]bool
	any   Link
	flows map[flowID]*flow
	boxes []*Box
	stats Stats
	tap   func(from, to netip.AddrPort, data []byte)
}

// New makes an empty network. The same seed gives each flow the same fate.
func New(seed uint64) *Network {
	return &Network{
		seed:  seed,
		hosts: map[netip.Addr]*Host{},
		links: map[pair]Link{},
		cuts:  map[pair]bool{},
		flows: map[flowID]*flow{},
	}
}

// Host returns the host with this address, plugged in; the first call makes it.
func (n *Network) Host(addr netip.Addr) *Host {
	if !addr.IsValid() || addr.IsUnspecified() {
		panic(fmt.Sprintf("memnet: a host needs an address of its own, %v is none", addr))
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	h := n.hosts[addr]
	if h == nil {
		h = &Host{net: n, addr: addr, conns: map[uint16]*Conn{}, listeners: map[uint16]*Listener{}, nextPort: 49152}
		n.hosts[addr] = h
	}
	return h
}

// SetLink sets the link between two hosts, for both directions.
func (n *Network) SetLink(a, b netip.Addr, l Link) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.links[pairOf(a, b)] = l
}

// SetLinks sets the link of all pairs that have none of their own.
func (n *Network) SetLinks(l Link) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.any = l
}

// Cut drops everything between two hosts, also what is under way, until Heal.
func (n *Network) Cut(a, b netip.Addr) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.cuts[pairOf(a, b)] = true
}

// Heal ends a Cut.
func (n *Network) Heal(a, b netip.Addr) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.cuts, pairOf(a, b))
}

// Tap calls f with every datagram that a socket sends, whatever becomes of it; nil ends that. f must not keep data and
// must not call the network.
func (n *Network) Tap(f func(from, to netip.AddrPort, data []byte)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.tap = f
}

// Stats returns the counts so far.
func (n *Network) Stats() Stats {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.stats
}

// pair is an unordered pair of hosts.
type pair struct{ a, b netip.Addr }

func pairOf(a, b netip.Addr) pair {
	if b.Less(a) {
		a, b = b, a
	}
	return pair{a, b}
}

func (n *Network) linkBetween(a, b netip.Addr) Link {
	if l, ok := n.links[pairOf(n.seen(a, b), n.seen(b, a))]; ok {
		return l
	}
	return n.any
}

// reaches reports whether datagrams pass from a to b just now.
func (n *Network) reaches(a, b netip.Addr) bool {
	from, to := n.hosts[a], n.hosts[b]
	return n.routed(a, b) && !n.cuts[pairOf(n.seen(a, b), n.seen(b, a))] && from != nil && !from.unplugged && (to == nil || !to.unplugged)
}
