package ua_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

// wantNotify waits for news of a transfer.
func wantNotify(h *house, p *uatest.Peer, status, state string) *uatest.Message {
	h.Helper()
	m := p.WantRequest("NOTIFY")
	if got := string(m.Body); !strings.HasPrefix(got, "SIP/2.0 "+status+" ") || !strings.HasSuffix(got, "\r\n") {
		h.Fatalf("want news of %s, got\n%s", status, m)
	}
	if !strings.HasPrefix(m.Get("Subscription-State"), state) || !strings.HasPrefix(m.Get("Event"), "refer") || !m.Has("Contact") ||
		!strings.HasPrefix(m.Get("Content-Type"), "message/sipfrag") {
		h.Fatalf("want %s, got\n%s", state, m)
	}
	return m
}

// referred has the peer of a call send us elsewhere, and us go.
func (h *house) referred(call *uatest.Dialog, to netip.AddrPort) {
	h.Helper()
	call.Request("REFER", "Refer-To: <sip:12@"+to.String()+">", "Referred-By: <sip:11@192.0.2.20>")
	e := want[ua.Referred](h)
	if e.Target != "sip:12@"+to.String() || e.By != "<sip:11@192.0.2.20>" || e.Replaces {
		h.Fatalf("asked for %+v", e)
	}
	h.ua.Follow(e.Call, "out-1", media())
	if resp := call.Want(202); !resp.Has("Contact") {
		h.Errorf("accepted without Contact:\n%s", resp)
	}
	wantNotify(h, call.Peer, "100", "active;expires=").Reply(200)
}

func TestReferred(t *testing.T) {
	story(t, "202, NOTIFY 100, 180, 200, and the end (RFC 3515 §2.4.5, RFC 5589 §6)", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		call := h.callIn(p)
		h.referred(call, otherAddr)
		invite := other.WantRequest("INVITE")
		if invite.Get("Referred-By") != "<sip:11@192.0.2.20>" || invite.Has("Replaces") || invite.Has("Require") {
			h.Errorf("called with\n%s", invite)
		}
		invite.Reply(180)
		want[ua.Ringing](h)
		wantNotify(h, p, "180", "active;expires=").Reply(200)
		invite.Reply(200, uatest.SDP(rtp(other)))
		other.WantRequest("ACK")
		want[ua.Answered](h)
		wantNotify(h, p, "200", "terminated;reason=noresource").Reply(200)
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
		other.WantSilence(time.Second)
	})
	story(t, "asked by the called side (RFC 3515)", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		h.ua.Dial("out-2", ua.Dial{Target: "sip:11@" + p.Addr.String(), Media: media()})
		invite := p.WantRequest("INVITE")
		invite.Reply(200, uatest.SDP(rtp(p)))
		p.WantRequest("ACK")
		want[ua.Answered](h)
		h.referred(invite.Within(), otherAddr)
		other.WantRequest("INVITE").Reply(486)
		h.wantEnded(486, true)
		wantNotify(h, p, "486", "terminated").Reply(200)
		h.ua.Hangup("out-2")
		p.WantRequest("BYE").Reply(200)
		h.wantEnded(0, false)
	})
	story(t, "the target is busy: the last NOTIFY says 486, the call goes on (RFC 3515 §2.4.5)", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		call := h.callIn(p)
		h.referred(call, otherAddr)
		other.WantRequest("INVITE").Reply(486)
		h.wantEnded(486, true)
		wantNotify(h, p, "486", "terminated").Reply(200)
		other.WantRequest("ACK")
		call.Request("OPTIONS")
		call.Want(200)
		h.wantQuiet(time.Minute)
	})
	story(t, "the one who asked hangs up at once: the news still comes (RFC 3515 §2.4.7)", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		call := h.callIn(p)
		h.referred(call, otherAddr)
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
		call.Request("INFO", key("4")...)
		call.Want(481)
		invite := other.WantRequest("INVITE")
		invite.Reply(200, uatest.SDP(rtp(other)))
		other.WantRequest("ACK")
		want[ua.Answered](h)
		wantNotify(h, p, "200", "terminated").Reply(200)
		call.Request("SUBSCRIBE", "Event: refer", "Expires: 60")
		call.Want(481)
	})
	story(t, "news that nobody confirms ends the subscription, not the call (RFC 6665 §4.2.2)", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		call := h.callIn(p)
		call.Request("REFER", "Refer-To: <sip:12@"+otherAddr.String()+">")
		h.ua.Follow(want[ua.Referred](h).Call, "out-1", media())
		call.Want(202)
		wantNotify(h, p, "100", "active").Reply(481)
		invite := other.WantRequest("INVITE")
		invite.Reply(200, uatest.SDP(rtp(other)))
		other.WantRequest("ACK")
		want[ua.Answered](h)
		p.WantSilence(time.Minute)
	})
	story(t, "a second REFER has an id, one while the first is under way gets 500 (RFC 3515 §2.4.6)", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		call := h.callIn(p)
		h.referred(call, otherAddr)
		invite := other.WantRequest("INVITE")
		call.Request("REFER", "Refer-To: <sip:13@"+otherAddr.String()+">")
		if resp := call.Want(500); resp.Get("Retry-After") == "" {
			h.Errorf("refused without Retry-After:\n%s", resp)
		}
		invite.Reply(486)
		other.WantRequest("ACK")
		h.wantEnded(486, true)
		if m := wantNotify(h, p, "486", "terminated"); m.Get("Event") != "refer" {
			h.Errorf("Event %q", m.Get("Event"))
		} else {
			m.Reply(200)
		}
		call.Request("REFER", "Refer-To: <sip:13@"+otherAddr.String()+">")
		h.ua.Follow(want[ua.Referred](h).Call, "out-1", media())
		call.Want(202)
		if m := wantNotify(h, p, "100", "active"); m.Get("Event") != "refer;id=4" {
			h.Errorf("Event %q, want that of CSeq 4", m.Get("Event"))
		} else {
			m.Reply(200)
		}
		call.Request("SUBSCRIBE", "Event: refer", "Expires: 60")
		call.Want(481)
		call.Request("SUBSCRIBE", "Event: refer;id=4", "Expires: 60")
		if resp := call.Want(200); resp.Get("Expires") != "60" {
			h.Errorf("Expires %q", resp.Get("Expires"))
		}
		wantNotify(h, p, "100", "active;expires=60").Reply(200)
		call.Request("SUBSCRIBE", "Event: refer;id=4", "Expires: 0")
		call.Want(200)
		wantNotify(h, p, "100", "terminated;reason=timeout").Reply(200)
		other.WantRequest("INVITE").Reply(486)
		h.wantEnded(486, true)
		p.WantSilence(time.Minute)
	})
	story(t, "a target that rings for ever: the subscription ends (RFC 6665 §4.4.1)", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		call := h.callIn(p)
		h.referred(call, otherAddr)
		other.WantRequest("INVITE").Reply(180)
		want[ua.Ringing](h)
		wantNotify(h, p, "180", "active").Reply(200)
		call.Request("SUBSCRIBE", "Event: refer", "Expires: 30")
		call.Want(200)
		wantNotify(h, p, "180", "active;expires=30").Reply(200)
		wantNotify(h, p, "180", "terminated;reason=timeout").Reply(200)
	})
	story(t, "norefersub: nothing is told (RFC 4488)", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		call := h.callIn(p)
		call.Request("REFER", "Refer-To: <sip:12@"+otherAddr.String()+">", "Refer-Sub: false", "Require: norefersub")
		h.ua.Follow(want[ua.Referred](h).Call, "out-1", media())
		if resp := call.Want(202); resp.Get("Refer-Sub") != "false" {
			h.Errorf("answered\n%s", resp)
		}
		other.WantRequest("INVITE").Reply(486)
		h.wantEnded(486, true)
		p.WantSilence(time.Minute)
	})
	story(t, "attended: Replaces goes into the INVITE (RFC 5589 §7)", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		call := h.callIn(p)
		call.Request("REFER", "Refer-To: <sip:12@"+otherAddr.String()+"?Replaces=abc%40192.0.2.20%3Bto-tag%3D1%3Bfrom-tag%3D2&From=%3Csip%3Aboss%40192.0.2.1%3E&Body=x>")
		e := want[ua.Referred](h)
		if !e.Replaces || e.Target != "sip:12@"+otherAddr.String() {
			h.Errorf("asked for %+v", e)
		}
		h.ua.Follow(e.Call, "out-1", media())
		call.Want(202)
		wantNotify(h, p, "100", "active").Reply(200)
		invite := other.WantRequest("INVITE")
		if invite.Get("Replaces") != "abc@192.0.2.20;to-tag=1;from-tag=2" || invite.Get("Require") != "replaces" ||
			strings.Contains(invite.Get("From"), "boss") || string(invite.Body) == "x" {
			h.Errorf("called with\n%s", invite)
		}
		invite.Reply(481)
		h.wantEnded(481, true)
		wantNotify(h, p, "481", "terminated").Reply(200)
	})
	story(t, "the owner declines: 603", func(h *house) {
		call := h.callIn(h.phone(phoneAddr))
		call.Request("REFER", "Refer-To: <sip:12@"+otherAddr.String()+">")
		h.ua.Decline(want[ua.Referred](h).Call, 603, "")
		call.Want(603)
		h.wantQuiet(time.Minute)
	})
	story(t, "the owner does not say: 603 before the peer gives up", func(h *house) {
		call := h.callIn(h.phone(phoneAddr))
		call.Request("REFER", "Refer-To: <sip:12@"+otherAddr.String()+">")
		want[ua.Referred](h)
		asked := time.Now()
		if call.Want(603).At.Sub(asked) > 30*time.Second {
			h.Error("the peer has given up")
		}
		h.ua.Follow("in-1", "out-1", media())
		h.wantEnded(481, true)
	})
	story(t, "the call ends before the decision: 603, nothing is called", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		call.Request("REFER", "Refer-To: <sip:12@"+otherAddr.String()+">")
		want[ua.Referred](h)
		call.Request("BYE")
		call.Want(200)
		call.Want(603)
		h.wantEnded(0, true)
		h.ua.Follow("in-1", "out-1", media())
		h.wantEnded(481, true)
	})
	for name, tt := range map[string]struct {
		lines  []string
		status int
	}{
		"no Refer-To: 400 (RFC 3515 §2.4.2)": {nil, 400},
		"two Refer-To: 400":                  {[]string{"Refer-To: <sip:12@192.0.2.21>", "refer-to : <sip:13@192.0.2.21>"}, 400},
		"no address: 400":                    {[]string{"Refer-To: <12>"}, 400},
		"a long one: 400":                    {[]string{"Refer-To: <sip:" + strings.Repeat("1", 2000) + "@192.0.2.21>"}, 400},
		"an unknown scheme: 416":             {[]string{"Refer-To: <http://192.0.2.21>"}, 416},
		"another method: 603":                {[]string{"Refer-To: <sip:12@192.0.2.21;method=BYE>"}, 603},
		"a broken Replaces: 400":             {[]string{"Refer-To: <sip:12@192.0.2.21?Replaces=x>"}, 400},
		"two Replaces: 400":                  {[]string{"Refer-To: <sip:12@192.0.2.21?Replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D2&Replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D2>"}, 400},
	} {
		story(t, name, func(h *house) {
			call := h.callIn(h.phone(phoneAddr))
			call.Request("REFER", tt.lines...)
			call.Want(tt.status)
			h.wantQuiet(time.Minute)
		})
	}
}

// A door does not call wherever a stranger says.
func TestReferFromStrangers(t *testing.T) {
	refer := "Refer-To: <sip:0190666@" + otherAddr.String() + ">"
	story(t, "outside of a call: 403", func(h *house) {
		call := h.phone(phoneAddr).Call(h.addr, "door")
		call.Request("REFER", refer)
		call.Want(403)
		h.wantQuiet(time.Minute)
	})
	story(t, "from the peer of a call that we placed, who is not trusted otherwise: 403", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callOut(p).Within()
		call.Request("REFER", refer)
		call.Want(403)
		h.wantQuiet(time.Minute)
	}, func(o *ua.Options) { o.Config.Allow = nil })
	story(t, "where transfers are refused: 603", func(h *house) {
		call := h.callIn(h.phone(phoneAddr))
		call.Request("REFER", refer)
		call.Want(603)
		h.wantQuiet(time.Minute)
	}, func(o *ua.Options) { o.Config.Transfers = ua.TransfersRefused })
	story(t, "before the answer: 403", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		h.ua.Ring(want[ua.Incoming](h).Call)
		call.Want(180)
		call.Request("REFER", refer)
		call.Want(403)
		h.wantQuiet(time.Second)
	})
	story(t, "with the tags of somebody else's call, from elsewhere: silence", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		overheard := *h.callIn(p)
		overheard.Peer = other
		overheard.Request("REFER", refer)
		other.WantSilence(time.Minute)
		h.wantQuiet(time.Second)
	}, func(o *ua.Options) { o.Config.Allow = []string{"192.0.2.20"} })
}
