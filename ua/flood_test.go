package ua_test

import (
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

// TestNothingGrowsUnderAFlood lets everything come that a peer can think of, all
// of it new each time, to an owner who reads nothing. What is kept after two
// minutes is what was kept after one.
func TestNothingGrowsUnderAFlood(t *testing.T) {
	// flood has wave come a hundred times a second.
	flood := func(h *house, wave func(i int)) {
		h.Helper()
		next := 0
		minutes := func(n int) {
			for range n * 60 * 100 {
				wave(next)
				next++
				time.Sleep(10 * time.Millisecond)
			}
			synctest.Wait()
		}
		minutes(1)
		before, kept := heap(), h.ua.Kept()
		minutes(1)
		if grown := heap() - before; grown > 512<<10 {
			h.Errorf("the heap has grown by %d octets; kept were %+v, and now %+v", grown, kept, h.ua.Kept())
		}
		if kept = h.ua.Kept(); kept.Calls > 4 || kept.Quiet > 64 || kept.Late > 64 || kept.Lookups > 64 || kept.Events > 600 || kept.Servers > 5000 {
			h.Errorf("kept are %+v", kept)
		}
	}
	all := []string{"INVITE", "MESSAGE", "OPTIONS", "SUBSCRIBE", "NOTIFY", "REFER", "INFO", "BYE", "CANCEL", "ACK", "PUBLISH", "REGISTER", "BREW"}
	drain := func(p *uatest.Peer) {
		for p.Receive(0) != nil {
		}
	}
	story(t, "of somebody trusted", func(h *house) {
		p := h.phone(phoneAddr)
		flood(h, func(i int) {
			call := p.Call(h.addr, "door")
			call.Remote += fmt.Sprint(";n=", i)
			call.Build("INVITE")
			if method := all[i%len(all)]; method == "CANCEL" {
				call.Cancel()
			} else {
				call.Request(method, "Event: x", "Refer-To: <sip:11@192.0.2.21>", uatest.SDP(rtp(p)))
			}
			drain(p)
		})
	})
	story(t, "of strangers, without and with passwords", func(h *house) {
		var peers []*uatest.Peer
		for i := range 200 {
			peers = append(peers, h.phone(netip.AddrPortFrom(netip.AddrFrom4([4]byte{198, 51, 100, byte(i)}), 5060)))
		}
		flood(h, func(i int) {
			p := peers[i%len(peers)]
			call := p.Call(h.addr, "door")
			call.Request("OPTIONS")
			if refused := p.Receive(time.Second); refused != nil {
				m := call.Build(all[i%8], uatest.SDP(rtp(p)))
				authorize(h, somebody("kitchen", "guess"), m, refused, i%2)
				p.SendMessage(h.addr, m)
			}
			drain(p)
		})
		h.wantQuiet(time.Minute)
	}, guarded)
	story(t, "of changes within a call", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		flood(h, func(i int) {
			addr := netip.AddrPortFrom(phoneAddr.Addr(), uint16(4000+2*(i%1000)))
			call.Request([]string{"UPDATE", "INFO", "MESSAGE", "REFER", "NOTIFY", "OPTIONS"}[i%6], "Event: refer", "Refer-To: <sip:11@192.0.2.21>", uatest.SDP(addr))
			drain(p)
		})
		call.Request("BYE")
		call.Want(200)
	})
	story(t, "of answers", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(phoneAddr)
		invite := p.WantRequest("INVITE")
		flood(h, func(i int) {
			addr := netip.AddrPortFrom(phoneAddr.Addr(), uint16(4000+2*(i%1000)))
			invite.As(fmt.Sprint("fork-", i%24)).Reply([]int{180, 183, 199}[i%3], uatest.SDP(addr))
			drain(p)
		})
	})
	story(t, "of servers that ask for a pause", func(h *house) {
		var peers []*uatest.Peer
		for i := range 200 {
			peers = append(peers, h.phone(netip.AddrPortFrom(phoneAddr.Addr(), uint16(6000+i))))
		}
		flood(h, func(i int) {
			p := peers[i%len(peers)]
			id := ua.CallID(fmt.Sprint("out-", i))
			h.ua.Dial(id, ua.Dial{Target: "sip:11@" + p.Addr.String(), Media: media()})
			for invite := p.Receive(time.Millisecond); invite != nil; invite = p.Receive(time.Millisecond) {
				if invite.Method == "INVITE" {
					invite.Reply(503, "Retry-After: 100000")
				}
			}
			<-h.ua.Events()
		})
	}, func(o *ua.Options) { o.Config.MaxCalls = 64 })
}

// A peer that answers a call again and again, by ever new telephones, ends no
// call and keeps nobody busy.
func TestACallAnsweredManyTimes(t *testing.T) {
	story(t, "by a thousand telephones", func(h *house) {
		p := h.phone(phoneAddr)
		invite := h.callOut(p)
		for i := range 1000 {
			invite.As(fmt.Sprint("fork-", i)).Reply(200, uatest.SDP(rtp(p)))
		}
		byes := map[string]bool{}
		for m := p.Receive(time.Second); m != nil; m = p.Receive(time.Second) {
			if m.Method == "BYE" {
				m.Reply(200)
				byes[m.Get("To")] = true
			}
		}
		if len(byes) < 15 || len(byes) > 64 {
			h.Errorf("%d of them were sent home", len(byes))
		}
		h.wantQuiet(time.Second)
	})
}
