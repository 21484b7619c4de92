package memnet

import (
	"math/rand/v2"
	"net/netip"
	"time"
)

// flowID names the datagrams from one socket to another.
type flowID struct{ from, to netip.AddrPort }

// flow draws the fate of its datagrams from a source of its own: goroutines that send at the same moment on different
// flows cannot change one another's luck.
type flow struct {
	id   flowID
	rand *rand.Rand
	seq  uint64
	last time.Time // when the latest datagram that kept its place arrives
}

// datagram is under way to, or queued at, a socket.
type datagram struct {
	id     flowID     // as its receiver sees it
	sender netip.Addr // behind the box, if there is one
	seq    uint64
	due    time.Time
	data   []byte
}

func (n *Network) flow(id flowID) *flow {
	f := n.flows[id]
	if f == nil {
		f = &flow{id: id, rand: rand.New(rand.NewPCG(n.seed, hash(id)))}
		n.flows[id] = f
	}
	return f
}

// hash is the same in every process, which package maphash is not.
func hash(id flowID) uint64 {
	h := uint64(14695981039346656037) // FNV-1a
	for _, b := range []byte(id.from.String() + ">" + id.to.String()) {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return h
}

// send decides what becomes of one datagram. The numbers are drawn in the same order whatever the link is, so that a
// change of one setting in mid-flow leaves the other fates alone. The network is locked.
func (n *Network) send(now time.Time, id flowID, data []byte) {
	n.stats.Sent++
	if n.tap != nil {
		n.tap(id.from, id.to, data)
	}
	f, l := n.flow(id), n.linkBetween(id.from.Addr(), id.to.Addr())
	lost, jitter, late, twice := f.rand.Float64(), f.rand.Float64(), f.rand.Float64(), f.rand.Float64()
	switch {
	case !n.reaches(id.from.Addr(), id.to.Addr()):
		n.stats.Cut++
		return
	case lost < l.Loss:
		n.stats.Lost++
		return
	}
	seen, ok := n.translate(now, id)
	if !ok {
		n.stats.Kept++
		return
	}
	due := now.Add(l.Delay + time.Duration(jitter*float64(l.Jitter)))
	if late < l.Reorder {
		n.stats.Reordered++
		due = due.Add(l.reorderBy())
	} else {
		if due.Before(f.last) {
			due = f.last
		}
		f.last = due
	}
	n.carry(now, f, seen, due, data)
	if twice < l.Duplicate {
		n.stats.Duplicated++
		n.carry(now, f, seen, due, data)
	}
}

func (l Link) reorderBy() time.Duration {
	if l.ReorderBy > 0 {
		return l.ReorderBy
	}
	return 30 * time.Millisecond
}

// carry brings a copy of data to the socket that listens at its end, at once or by a timer.
func (n *Network) carry(now time.Time, f *flow, seen flowID, due time.Time, data []byte) {
	c := n.listener(seen.to)
	if c == nil {
		n.stats.Unheard++
		return
	}
	f.seq++
	c.arrive(now, datagram{id: seen, sender: f.id.from.Addr(), seq: f.seq, due: due, data: append([]byte(nil), data...)})
}

func (n *Network) listener(to netip.AddrPort) *Conn {
	h := n.hosts[to.Addr()]
	if h == nil {
		return nil
	}
	c := h.conns[to.Port()]
	if c != nil && !c.local.Addr().IsUnspecified() && c.local.Addr() != h.addr {
		return nil
	}
	return c
}
