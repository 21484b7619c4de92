package ua_test

import (
	"fmt"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/sip"
	"intercom/ua/uatest"
)

// replaces names the peer's call as the door sees it.
func replaces(h *house, d *uatest.Dialog, flags string) string {
	h.Helper()
	local, err1 := sip.ParseAddress(d.Local)
	remote, err2 := sip.ParseAddress(d.Remote)
	if err1 != nil || err2 != nil {
		h.Fatal(err1, err2)
	}
	return fmt.Sprintf("Replaces: %s;to-tag=%s;from-tag=%s%s", d.CallID, remote.Tag(), local.Tag(), flags)
}

func TestReplaces(t *testing.T) { // RFC 3891
	for _, way := range []string{"in", "out"} {
		old := ua.CallID(way + "-1")
		story(t, "a call "+way+" that is up gives its place away: 200, BYE", func(h *house) {
			p, other := h.phone(phoneAddr), h.phone(otherAddr)
			before := h.connect(p, way)
			call := other.Call(h.addr, "door")
			call.Request("INVITE", uatest.SDP(rtp(other)), replaces(h, before, ""), "Require: replaces")
			in := want[ua.Incoming](h)
			if in.Replaces != old {
				h.Fatalf("told %+v", in)
			}
			h.ua.Answer(in.Call, media())
			call.Want(200)
			if e := h.wantEnded(0, false); e.Call != old || e.Successor != in.Call {
				h.Errorf("ended %+v", e)
			}
			p.WantRequest("BYE").Reply(200)
			call.Ack()
			want[ua.Answered](h)
			h.wantQuiet(time.Minute)
		})
	}
	story(t, "a call that we place and that rings gives its place away: 200, CANCEL", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(180)
		want[ua.Ringing](h)
		call := other.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(other)), replaces(h, invite.Within(), ";early-only"))
		in := want[ua.Incoming](h)
		h.ua.Answer(in.Call, media())
		call.Want(200)
		if e := h.wantEnded(487, false); e.Successor != in.Call {
			h.Errorf("ended %+v", e)
		}
		p.WantRequest("CANCEL").Reply(200)
		invite.Reply(487)
		p.WantRequest("ACK")
		call.Ack()
		want[ua.Answered](h)
	})
	story(t, "there is room for it even where calls are at their most", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		before := h.callIn(p)
		call := other.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(other)))
		call.AckRefusal(call.Want(486))
		call.Request("INVITE", uatest.SDP(rtp(other)), replaces(h, before, ""))
		want[ua.Incoming](h)
	}, func(o *ua.Options) { o.Config.MaxCalls = 1 })
	story(t, "the owner refuses: the old call goes on", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		before := h.callIn(p)
		call := other.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(other)), replaces(h, before, ""))
		h.ua.Reject(want[ua.Incoming](h).Call, 603, "")
		call.AckRefusal(call.Want(603))
		h.wantEnded(603, false)
		before.Request("OPTIONS")
		before.Want(200)
		h.wantQuiet(time.Minute)
	})
	story(t, "the old call ends before the answer: 603", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		before := h.callIn(p)
		call := other.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(other)), replaces(h, before, ""))
		in := want[ua.Incoming](h)
		before.Request("BYE")
		before.Want(200)
		h.wantEnded(0, true)
		h.ua.Answer(in.Call, media())
		call.AckRefusal(call.Want(603))
		h.wantEnded(603, true)
	})
	refused := func(name string, status int, tell func(h *house, p, other *uatest.Peer) (lines []string)) {
		story(t, fmt.Sprintf("%s: %d", name, status), func(h *house) {
			p, other := h.phone(phoneAddr), h.phone(otherAddr)
			lines := append(tell(h, p, other), uatest.SDP(rtp(other)))
			call := other.Call(h.addr, "door")
			call.Request("INVITE", lines...)
			call.AckRefusal(call.Want(status))
			h.wantQuiet(time.Second)
		})
	}
	refused("a call that does not exist", 481, func(*house, *uatest.Peer, *uatest.Peer) []string {
		return []string{"Replaces: nobody;to-tag=1;from-tag=2"}
	})
	refused("the tags the wrong way round", 481, func(h *house, p, _ *uatest.Peer) []string {
		call := *h.callIn(p)
		call.Local, call.Remote = call.Remote, call.Local
		return []string{replaces(h, &call, "")}
	})
	refused("a call that rings here", 481, func(h *house, p, _ *uatest.Peer) []string {
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		h.ua.Ring(want[ua.Incoming](h).Call)
		call.Want(180)
		return []string{replaces(h, call, "")}
	})
	refused("a call that is over", 603, func(h *house, p, _ *uatest.Peer) []string {
		call := h.callIn(p)
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
		return []string{replaces(h, call, "")}
	})
	refused("a call that is up, early-only", 486, func(h *house, p, _ *uatest.Peer) []string {
		return []string{replaces(h, h.callIn(p), ";early-only")}
	})
	refused("without tags", 400, func(*house, *uatest.Peer, *uatest.Peer) []string { return []string{"Replaces: nobody"} })
	refused("two Replaces", 400, func(h *house, p, _ *uatest.Peer) []string {
		call := h.callIn(p)
		return []string{replaces(h, call, ""), "replaces : nobody;to-tag=1;from-tag=2"}
	})
	refused("Replaces and Join", 400, func(h *house, p, _ *uatest.Peer) []string {
		return []string{replaces(h, h.callIn(p), ""), "Join: nobody;to-tag=1;from-tag=2"}
	})
	story(t, "from a stranger: silence", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		before := h.callIn(p)
		other.Call(h.addr, "door").Request("INVITE", uatest.SDP(rtp(other)), replaces(h, before, ""))
		other.WantSilence(time.Minute)
		h.wantQuiet(time.Second)
	}, func(o *ua.Options) { o.Config.Allow = []string{"192.0.2.20"} })
	story(t, "in another request: 400", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		call.Request("OPTIONS", replaces(h, call, ""))
		call.Want(400)
		p.Call(h.addr, "door").Request("OPTIONS", replaces(h, call, ""))
		p.WantResponse(400)
	})
}
