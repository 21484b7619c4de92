package ua_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

// answerWith is an answer of the peer with that direction.
func answerWith(p *uatest.Peer, direction string) string {
	return uatest.SDP(rtp(p), "m=audio 4000 RTP/AVP 8 101", "a=rtpmap:101 telephone-event/8000", "a="+direction)
}

// wantOffer waits for a re-INVITE of the door with that direction.
func wantOffer(p *uatest.Peer, direction string) *uatest.Message {
	p.T.Helper()
	m := p.WantRequest("INVITE")
	if !strings.Contains(string(m.Body), "a="+direction+"\r\n") || !m.Has("Contact") || !m.Has("Allow") {
		p.T.Fatalf("want an offer of %s, got:\n%s", direction, m)
	}
	return m
}

func TestHoldByUs(t *testing.T) { // RFC 3264 §8.4
	for _, way := range []string{"in", "out"} {
		id := ua.CallID(way + "-1")
		story(t, "hold and resume, call "+way, func(h *house) {
			p := h.phone(phoneAddr)
			h.connect(p, way)
			h.ua.Hold(id)
			first := wantOffer(p, "sendonly")
			first.Reply(100)
			first.Reply(200, answerWith(p, "recvonly"))
			if ack := p.WantRequest("ACK"); ack.Get("CSeq") != strings.Replace(first.Get("CSeq"), "INVITE", "ACK", 1) {
				h.Errorf("acknowledged with\n%s", ack)
			}
			if s := want[ua.Updated](h).Session; s.Recv || !s.Send {
				h.Errorf("held with %+v", s)
			}
			h.ua.Hold(id) // is already so
			p.WantSilence(time.Second)
			h.ua.Resume(id)
			second := wantOffer(p, "sendrecv")
			second.Reply(200, answerWith(p, "sendrecv"))
			p.WantRequest("ACK")
			if s := want[ua.Updated](h).Session; !s.Recv || !s.Send {
				h.Errorf("resumed with %+v", s)
			}
			a, b := strings.Fields(origin(first.Body)), strings.Fields(origin(second.Body))
			if a[1] != b[1] || a[2] >= b[2] {
				h.Errorf("o= was %q and is %q (RFC 3264 §8)", a, b)
			}
			h.wantQuiet(time.Minute)
		})
	}
	story(t, "while the peer holds us: inactive", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		call.Request("INVITE", answerWith(p, "sendonly"))
		call.Want(200)
		call.Ack()
		want[ua.Updated](h)
		h.ua.Hold("in-1")
		wantOffer(p, "inactive").Reply(200, answerWith(p, "inactive"))
		p.WantRequest("ACK")
		if s := want[ua.Updated](h).Session; s.Send || s.Recv {
			h.Errorf("held with %+v", s)
		}
	})
	story(t, "the peer's offers are answered as held", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		h.ua.Hold("in-1")
		wantOffer(p, "sendonly").Reply(200, answerWith(p, "recvonly"))
		p.WantRequest("ACK")
		want[ua.Updated](h)
		call.Request("INVITE", uatest.SDP(rtp(p)))
		if answer := call.Want(200); !strings.Contains(string(answer.Body), "a=sendonly\r\n") {
			h.Errorf("answered\n%s", answer.Body)
		}
		call.Ack()
		if s := want[ua.Updated](h).Session; s.Recv || !s.Send {
			h.Errorf("session %+v", s)
		}
	})
	story(t, "before there is an answer: told, and nothing is held then", func(h *house) {
		p := h.phone(phoneAddr)
		h.ua.Dial("out-1", ua.Dial{Target: "sip:11@192.0.2.20", Media: media()})
		invite := p.WantRequest("INVITE")
		h.ua.Hold("out-1")
		if e := want[ua.NotUpdated](h); e.Call != "out-1" || e.Status != 481 || e.Reason != "the call is not up" {
			h.Errorf("told %+v", e)
		}
		invite.Reply(200, uatest.SDP(rtp(p)))
		p.WantRequest("ACK")
		want[ua.Answered](h)
		p.WantSilence(time.Second)
		h.ua.Hold("out-9") // has just ended
		h.wantQuiet(time.Second)
	})
	story(t, "hold and resume at once: one after the other", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.Hold("in-1")
		first := wantOffer(p, "sendonly")
		h.ua.Resume("in-1")
		p.WantSilence(400 * time.Millisecond)
		first.Reply(200, answerWith(p, "recvonly"))
		p.WantRequest("ACK")
		want[ua.Updated](h)
		wantOffer(p, "sendrecv").Reply(200, answerWith(p, "sendrecv"))
		p.WantRequest("ACK")
		want[ua.Updated](h)
	})
	story(t, "behind a re-INVITE of the peer that waits for its ACK (RFC 3261 §14.1)", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		call.Request("INVITE", uatest.SDP(rtp(p)))
		call.Want(200)
		h.ua.Hold("in-1")
		p.WantSilence(400 * time.Millisecond)
		call.Ack()
		wantOffer(p, "sendonly").Reply(200, answerWith(p, "recvonly"))
		p.WantRequest("ACK")
		want[ua.Updated](h)
	})
	story(t, "the 200 comes again: each copy is acknowledged (RFC 3261 §13.2.2.4)", func(h *house) {
		p := h.phone(phoneAddr)
		h.callOut(p)
		h.ua.Hold("out-1")
		m := wantOffer(p, "sendonly")
		for range 3 {
			p.Forget()
			m.Reply(200, answerWith(p, "recvonly"))
			p.WantRequest("ACK")
		}
		want[ua.Updated](h)
		h.wantQuiet(time.Minute)
	})
	story(t, "calls that are not up cannot be held", func(h *house) {
		p := h.phone(phoneAddr)
		h.ua.Hold("out-9")
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(180)
		want[ua.Ringing](h)
		h.ua.Hold("out-1")
		p.WantSilence(time.Second)
	})
}

func TestModificationRefused(t *testing.T) { // RFC 3261 §14.1
	story(t, "challenged: once more with credentials (RFC 3261 §22)", func(h *house) {
		p := h.phone(phoneAddr)
		h.callOut(p)
		h.ua.Hold("out-1")
		wantOffer(p, "sendonly").Reply(407, challenge("n1"))
		p.WantRequest("ACK")
		again := wantOffer(p, "sendonly")
		if !again.Has("Proxy-Authorization") || again.Get("CSeq") != "3 INVITE" {
			h.Errorf("answered with\n%s", again)
		}
		again.Reply(200, answerWith(p, "recvonly"))
		if ack := p.WantRequest("ACK"); ack.Get("Proxy-Authorization") != again.Get("Proxy-Authorization") || ack.Get("CSeq") != "3 ACK" {
			h.Errorf("acknowledged with\n%s", ack)
		}
		want[ua.Updated](h)
	})
	story(t, "challenged again and again: the call goes on as it was", func(h *house) {
		p := h.phone(phoneAddr)
		h.callOut(p)
		h.ua.Hold("out-1")
		for i := range 3 {
			wantOffer(p, "sendonly").Reply(407, challenge(fmt.Sprint("n", i)))
			p.WantRequest("ACK")
		}
		if e := want[ua.NotUpdated](h); e.Status != 407 {
			h.Errorf("told %+v", e)
		}
		// RFC 3261 §12.2.1.1: "contiguous CSeq sequence numbers", after 1 and the three of the re-INVITE.
		h.ua.Hangup("out-1")
		if bye := p.WantRequest("BYE"); bye.Get("CSeq") != "5 BYE" {
			h.Errorf("hung up with\n%s", bye)
		} else {
			bye.Reply(200)
		}
	})
	story(t, "granted after it was given up: acknowledged all the same", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.Hold("in-1")
		m := wantOffer(p, "sendonly")
		m.Reply(100)
		p.WantRequest("CANCEL").Reply(481)
		want[ua.NotUpdated](h)
		m.Reply(200, answerWith(p, "recvonly"))
		p.WantRequest("ACK")
		h.wantQuiet(time.Minute)
	})
	for _, status := range []int{403, 488, 500, 503, 603} {
		story(t, fmt.Sprintf("%d: the call goes on as it was", status), func(h *house) {
			p := h.phone(phoneAddr)
			call := h.callIn(p)
			h.ua.Hold("in-1")
			wantOffer(p, "sendonly").Reply(status)
			p.WantRequest("ACK")
			if e := want[ua.NotUpdated](h); e.Status != status || e.Call != "in-1" {
				h.Errorf("told %+v", e)
			}
			call.Request("INVITE", uatest.SDP(rtp(p)))
			if answer := call.Want(200); !strings.Contains(string(answer.Body), "a=sendrecv\r\n") {
				h.Errorf("answered\n%s", answer.Body)
			}
			call.Ack()
			h.wantQuiet(time.Minute)
		})
	}
	for name, lines := range map[string][]string{
		"without an answer":         nil,
		"with codecs nobody has":    {"body: v=0\r\nc=IN IP4 192.0.2.20\r\nm=audio 4000 RTP/AVP 18\r\n"},
		"with what is not SDP":      {"body: hello"},
		"that refuses the stream":   {"body: v=0\r\nc=IN IP4 192.0.2.20\r\nm=audio 0 RTP/AVP 8\r\n"},
		"with fewer lines than one": {"body: v=0\r\nc=IN IP4 192.0.2.20\r\n"},
	} {
		story(t, "200 "+name+": acknowledged, the call goes on as it was", func(h *house) {
			p := h.phone(phoneAddr)
			h.callIn(p)
			h.ua.Hold("in-1")
			wantOffer(p, "sendonly").Reply(200, lines...)
			p.WantRequest("ACK")
			want[ua.NotUpdated](h)
			h.wantQuiet(time.Minute)
		})
	}
	for _, status := range []int{408, 481} {
		story(t, fmt.Sprintf("%d: the call is over (RFC 3261 §12.2.1.2)", status), func(h *house) {
			p := h.phone(phoneAddr)
			h.callIn(p)
			h.ua.Hold("in-1")
			wantOffer(p, "sendonly").Reply(status)
			p.WantRequest("ACK")
			p.WantRequest("BYE").Reply(481)
			h.wantEnded(status, true)
		})
	}
	story(t, "no answer at all: the call is over", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.Hold("in-1")
		p.WantRequest("INVITE")
		p.WantRequest("BYE").Reply(200)
		h.wantEnded(408, false)
	})
	story(t, "only 100 and no more: cancelled, the call goes on", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.Hold("in-1")
		m := wantOffer(p, "sendonly")
		m.Reply(100)
		cancel := p.WantRequest("CANCEL")
		if cancel.Get("CSeq") != strings.Replace(m.Get("CSeq"), "INVITE", "CANCEL", 1) {
			h.Errorf("cancelled with\n%s", cancel)
		}
		cancel.Reply(200)
		m.Reply(487)
		p.WantRequest("ACK")
		if e := want[ua.NotUpdated](h); e.Status != 408 {
			h.Errorf("told %+v", e)
		}
		h.wantQuiet(time.Minute)
	})
	story(t, "the peer hangs up meanwhile", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		h.ua.Hold("in-1")
		m := wantOffer(p, "sendonly")
		m.Reply(100)
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
		m.Reply(487)
		p.WantRequest("ACK")
		p.WantSilence(time.Minute)
	})
	story(t, "the peer hangs up and forgets the rest", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		h.ua.Hold("in-1")
		wantOffer(p, "sendonly").Reply(100)
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
		h.wantQuiet(time.Minute)
	})
	story(t, "we hang up meanwhile, and the peer still grants it: ACK", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.Hold("in-1")
		m := wantOffer(p, "sendonly")
		h.ua.Hangup("in-1")
		h.wantEnded(0, false)
		p.WantRequest("BYE").Reply(200)
		m.Reply(200, answerWith(p, "recvonly"))
		p.WantRequest("ACK")
		p.WantSilence(time.Minute)
	})
	story(t, "the network is down: the call goes on as it was", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.net.Host(doorAddr.Addr()).Unplug()
		h.ua.Hold("in-1")
		if e := want[ua.NotUpdated](h); e.Status != 503 {
			h.Errorf("told %+v", e)
		}
		h.net.Host(doorAddr.Addr()).Plug()
	})
}

func TestGlare(t *testing.T) {
	for _, tt := range []struct {
		way         string
		least, most time.Duration
	}{{"out", 2100 * time.Millisecond, 4 * time.Second}, {"in", 0, 2 * time.Second}} {
		story(t, "491: again after a random time, call "+tt.way+" (RFC 3261 §14.1)", func(h *house) {
			p := h.phone(phoneAddr)
			h.connect(p, tt.way)
			h.ua.Hold(ua.CallID(tt.way + "-1"))
			m := wantOffer(p, "sendonly")
			for range 5 {
				begin := time.Now()
				m.Reply(491)
				p.WantRequest("ACK")
				m = wantOffer(p, "sendonly")
				if d := m.At.Sub(begin); d < tt.least || d > tt.most || d%(10*time.Millisecond) != 0 {
					h.Errorf("tried again after %v", d)
				}
			}
			m.Reply(200, answerWith(p, "recvonly"))
			p.WantRequest("ACK")
			want[ua.Updated](h)
		})
	}
	story(t, "491 for ever: given up, the call goes on", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.Hold("in-1")
		for range 6 {
			wantOffer(p, "sendonly").Reply(491)
			p.WantRequest("ACK")
		}
		if e := want[ua.NotUpdated](h); e.Status != 491 {
			h.Errorf("told %+v", e)
		}
		p.WantSilence(time.Minute)
	})
	story(t, "500 with Retry-After: again then (RFC 3261 §14.2)", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.Hold("in-1")
		begin := time.Now()
		wantOffer(p, "sendonly").Reply(500, "Retry-After: 7")
		p.WantRequest("ACK")
		m := wantOffer(p, "sendonly")
		if d := m.At.Sub(begin); d != 7*time.Second {
			h.Errorf("tried again after %v", d)
		}
		m.Reply(200, answerWith(p, "recvonly"))
		p.WantRequest("ACK")
		want[ua.Updated](h)
	})
	story(t, "both at once: 491 each, and both come through (RFC 3261 §14)", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		h.ua.Hold("in-1")
		m := wantOffer(p, "sendonly")
		call.Request("INVITE", uatest.SDP(rtp(p), "m=audio 7000 RTP/AVP 8"))
		call.AckRefusal(call.Want(491))
		call.Request("UPDATE", uatest.SDP(rtp(p), "m=audio 7000 RTP/AVP 8"))
		call.Want(491)
		m.Reply(491)
		p.WantRequest("ACK")
		call.Request("INVITE", uatest.SDP(rtp(p), "m=audio 7000 RTP/AVP 8"))
		call.Want(200)
		time.Sleep(3 * time.Second) // our turn comes, and waits for the ACK
		call.Ack()
		if s := want[ua.Updated](h).Session; s.Remote.Port() != 7000 {
			h.Errorf("session %+v", s)
		}
		p.Forget()
		for m = p.Receive(time.Minute); m.Method != "INVITE"; m = p.Receive(time.Minute) {
		}
		m.Reply(200, answerWith(p, "recvonly"))
		p.WantRequest("ACK")
		want[ua.Updated](h)
	})
	story(t, "hung up during the wait", func(h *house) {
		p := h.phone(phoneAddr)
		h.callOut(p)
		h.ua.Hold("out-1")
		wantOffer(p, "sendonly").Reply(491)
		p.WantRequest("ACK")
		h.ua.Hangup("out-1")
		h.wantEnded(0, false)
		p.WantRequest("BYE").Reply(200)
		p.WantSilence(time.Minute)
	})
}
