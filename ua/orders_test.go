package ua_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"intercom/test/memnet"
	"intercom/ua"
	"intercom/ua/uatest"
)

// TestAllOrders has two forks of one call ring, answer, refuse and hang up,
// and the owner hang up, in every order: there is one end of the call, every
// 2xx is acknowledged, whoever answered in vain hears BYE, and nothing is left.
func TestAllOrders(t *testing.T) {
	steps := []string{"180 a", "183 a", "200 a", "200 b", "486 a", "BYE a", "hang up"}
	const length = 4
	for _, network := range []struct {
		name   string
		link   memnet.Link
		stride int // every how manieth order is played
	}{
		{"good", memnet.Link{}, 1},
		{"wild", memnet.Link{Delay: 10 * time.Millisecond, Duplicate: 0.5, Reorder: 0.3, ReorderBy: 300 * time.Millisecond}, 9},
		{"lossy", memnet.Link{Delay: 10 * time.Millisecond, Loss: 0.2}, 9},
	} {
		t.Run(network.name, func(t *testing.T) {
			for i := 0; i < pow(len(steps), length); i += network.stride {
				var order []string
				for j, n := 0, i; j < length; j, n = j+1, n/len(steps) {
					order = append(order, steps[n%len(steps)])
				}
				synctest.Test(t, func(t *testing.T) { playOrder(t, network.link, order) })
				if t.Failed() {
					return
				}
			}
		})
	}
}

func pow(n, k int) int {
	if k == 0 {
		return 1
	}
	return n * pow(n, k-1)
}

// forks plays both sides of a fork that know how to behave.
type forks struct {
	*uatest.Peer
	invite *uatest.Message
	final  bool            // the INVITE was answered
	rseq   int             // of the last reliable response
	up     map[string]bool // tags that answered
	acked  map[string]bool
	ended  map[string]bool
}

// hear answers what has come, until nothing comes for that long.
func (f *forks) hear(silence time.Duration) {
	for m := f.Receive(silence); m != nil; m = f.Receive(silence) {
		to, _ := m.To()
		switch m.Method {
		case "INVITE":
			f.invite = m
		case "PRACK":
			m.Reply(200)
		case "ACK":
			f.acked[to.Tag()] = true
		case "BYE":
			f.ended[to.Tag()] = true
			m.Reply(200)
		case "CANCEL":
			m.Reply(200)
			f.answer("487 a")
		}
	}
}

// answer says one word of one fork, if it may still say it.
func (f *forks) answer(step string) {
	word, tag, _ := strings.Cut(step, " ")
	fork := f.invite.As(tag)
	switch {
	case word == "180" && !f.final:
		fork.Reply(180)
	case word == "183" && !f.final:
		f.rseq++
		fork.Reply(183, reliably(f.rseq, uatest.SDP(rtp(f.Peer)))...)
	case word == "200" && (!f.final || len(f.up) > 0):
		// A proxy passes every 2xx on, but none after a refusal.
		f.final, f.up[tag] = true, true
		fork.Reply(200, uatest.SDP(rtp(f.Peer)))
	case (word == "486" || word == "487") && !f.final:
		f.final = true
		var status int
		fmt.Sscan(word, &status)
		fork.Reply(status)
	case word == "BYE" && f.up[tag] && !f.ended[tag]:
		f.ended[tag] = true
		bye := fork.Within()
		bye.Request("BYE")
	}
}

func playOrder(t *testing.T, link memnet.Link, order []string) {
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("in the order %q", order)
		}
	})
	h := newHouse(t)
	h.net.SetLinks(link)
	f := &forks{Peer: h.phone(phoneAddr), up: map[string]bool{}, acked: map[string]bool{}, ended: map[string]bool{}}
	h.dial(phoneAddr)
	for f.invite == nil {
		f.hear(100 * time.Millisecond)
	}
	for _, step := range order {
		if step == "hang up" {
			h.ua.Hangup("out-1")
		} else {
			f.answer(step)
		}
		f.hear(100 * time.Millisecond)
	}
	for i := 0; i < 40; i++ { // as long as the 2xx of a telephone is repeated
		for tag := range f.up {
			if !f.acked[tag] {
				f.invite.As(tag).Reply(200, uatest.SDP(rtp(f.Peer)))
			}
		}
		f.hear(time.Second)
	}
	h.ua.Hangup("out-1")
	f.hear(40 * time.Second)
	ends := 0
	for e := h.next(time.Second); e != nil; e = h.next(time.Second) {
		if _, ok := e.(ua.Ended); ok {
			ends++
		}
	}
	if ends > 1 {
		h.Errorf("ended %d times", ends)
	}
	for tag := range f.up {
		if !f.acked[tag] || !f.ended[tag] {
			h.Errorf("fork %q: acknowledged %v, ended %v", tag, f.acked[tag], f.ended[tag])
		}
	}
	h.net.SetLinks(memnet.Link{})
	f.hear(3 * time.Minute) // and the rest is the house's to check
}
