package ua_test

import (
	"strings"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

func TestCancelOut(t *testing.T) {
	story(t, "while it rings: CANCEL, 487, ACK (RFC 3261 §9.1)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(180)
		want[ua.Ringing](h)
		h.ua.Hangup("out-1")
		h.wantEnded(487, false)
		cancel := p.WantRequest("CANCEL")
		if cancel.Get("Via") != invite.Get("Via") || cancel.Get("CSeq") != "1 CANCEL" || cancel.Get("To") != invite.Get("To") {
			h.Errorf("cancelled with\n%s", cancel)
		}
		cancel.Reply(200)
		invite.Reply(487)
		p.WantRequest("ACK")
		p.WantSilence(time.Minute)
		h.wantQuiet(time.Second)
	})
	story(t, "before any response: CANCEL waits for one (RFC 3261 §9.1)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		h.ua.Hangup("out-1")
		h.wantEnded(487, false)
		p.WantSilence(400 * time.Millisecond)
		invite.Reply(100)
		p.WantRequest("CANCEL").Reply(200)
		invite.Reply(180)
		invite.Reply(487)
		p.WantRequest("ACK")
		p.WantSilence(time.Minute)
	})
	story(t, "the 200 wins the race: ACK, then BYE (RFC 3261 §9.1)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(180)
		want[ua.Ringing](h)
		h.ua.Hangup("out-1")
		h.wantEnded(487, false)
		cancel := p.WantRequest("CANCEL")
		invite.Reply(200, uatest.SDP(rtp(p)))
		cancel.Reply(481)
		if ack := p.WantRequest("ACK"); ack.Get("CSeq") != "1 ACK" {
			h.Errorf("acknowledged with\n%s", ack)
		}
		p.WantRequest("BYE").Reply(200)
		h.wantQuiet(time.Minute)
	})
	story(t, "a 200 straight after hanging up, nothing before it", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		h.ua.Hangup("out-1")
		h.wantEnded(487, false)
		invite.Reply(200, uatest.SDP(rtp(p)))
		p.WantRequest("ACK")
		p.WantRequest("BYE").Reply(200)
		h.wantQuiet(time.Minute)
	})
	story(t, "a challenge after hanging up is not answered", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		h.ua.Hangup("out-1")
		h.wantEnded(487, false)
		invite.Reply(407, challenge("n1"))
		p.WantRequest("ACK")
		p.WantSilence(time.Minute)
	})
}

func TestForks(t *testing.T) {
	story(t, "180 tag a, 183 tag b, 200 tag b (RFC 3261 §12.1)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.As("a").Reply(180)
		want[ua.Ringing](h)
		invite.As("b").Reply(183, uatest.SDP(rtp(p)))
		want[ua.Early](h)
		invite.As("b").Reply(200, uatest.SDP(rtp(p)))
		if ack := p.WantRequest("ACK"); !strings.Contains(ack.Get("To"), "tag=b") {
			h.Errorf("acknowledged with\n%s", ack)
		}
		want[ua.Answered](h)
		invite.As("a").Within().Request("OPTIONS")
		p.WantResponse(481)
	})
	story(t, "200 with a tag that did not ring", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.As("a").Reply(180)
		want[ua.Ringing](h)
		invite.As("b").Reply(200, uatest.SDP(rtp(p)))
		p.WantRequest("ACK")
		want[ua.Answered](h)
	})
	story(t, "two 200s: both acknowledged, the second one ended (RFC 3261 §13.2.2.4)", func(h *house) {
		p := h.phone(phoneAddr)
		invite := h.callOut(p)
		invite.As("second").Reply(200, uatest.SDP(rtp(p)))
		if ack := p.WantRequest("ACK"); !strings.Contains(ack.Get("To"), "tag=second") {
			h.Errorf("acknowledged with\n%s", ack)
		}
		if bye := p.WantRequest("BYE"); !strings.Contains(bye.Get("To"), "tag=second") {
			h.Errorf("ended\n%s", bye)
		} else {
			bye.Reply(200)
		}
		p.Forget()
		invite.As("second").Reply(200, uatest.SDP(rtp(p)))
		p.WantRequest("ACK")
		h.wantQuiet(20 * time.Second)
		invite.Within().Request("OPTIONS")
		p.WantResponse(200)
	})
}

func TestCancelIn(t *testing.T) {
	story(t, "while it rings: 200 to CANCEL, 487 to INVITE (RFC 3261 §9.2)", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		in := want[ua.Incoming](h)
		h.ua.Ring(in.Call)
		call.Want(180)
		call.Cancel()
		answered := call.Want(200)
		refused := call.Want(487)
		if answered.Get("To") != refused.Get("To") {
			h.Errorf("tags differ: %q and %q", answered.Get("To"), refused.Get("To"))
		}
		call.AckRefusal(refused)
		h.wantEnded(487, true)
		p.WantSilence(time.Minute)
	})
	story(t, "right after the 100", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		call.Want(100)
		call.Cancel()
		call.Want(200)
		call.AckRefusal(call.Want(487))
		want[ua.Incoming](h)
		h.wantEnded(487, true)
	})
	story(t, "CANCEL crosses the 200: the call stays (RFC 3261 §9.2)", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		in := want[ua.Incoming](h)
		h.ua.Answer(in.Call, media())
		call.Want(200)
		call.Cancel()
		call.Want(200)
		call.Ack()
		want[ua.Answered](h)
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
	})
	story(t, "CANCEL for nothing: 481 (RFC 3261 §9.2)", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Build("INVITE")
		call.Cancel()
		call.Want(481)
		h.wantQuiet(time.Second)
	})
	story(t, "CANCEL is retransmitted", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		want[ua.Incoming](h)
		call.Cancel()
		call.Want(200)
		call.Want(487)
		p.Forget()
		call.Cancel()
		call.Want(200)
	})
}
