package ua_test

import (
	"strings"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/sip"
	"intercom/ua/uatest"
)

// oldPhone is a peer from before RFC 3261: no branch, no tag.
type oldPhone struct {
	*uatest.Dialog
	sent *sip.Message
}

func (h *house) oldPhone() *oldPhone {
	h.Helper()
	call := h.phone(phoneAddr).Call(h.addr, "door")
	call.Local, _, _ = strings.Cut(call.Local, ";tag=")
	return &oldPhone{Dialog: call}
}

// say sends a request as RFC 2543 has it.
func (o *oldPhone) say(method string, lines ...string) {
	m := o.Build(method, append(lines, "Via: SIP/2.0/UDP "+o.Peer.Addr.String())...)
	o.Peer.Forget()
	o.sent = m
	o.Peer.SendMessage(o.To, m)
}

func TestOldPeers(t *testing.T) { // RFC 2543, RFC 3261 §17.2.3, §12.1.1
	story(t, "calls, is answered, presses a key and hangs up", func(h *house) {
		o := h.oldPhone()
		o.say("INVITE", uatest.SDP(rtp(o.Peer)))
		in := want[ua.Incoming](h)
		o.Peer.SendMessage(h.addr, o.sent) // a retransmission is no second call
		h.ua.Answer(in.Call, media())
		o.Want(200)
		o.say("ACK")
		want[ua.Answered](h)
		o.say("INFO", key("4")...)
		o.Want(200)
		h.wantKey("4")
		o.say("BYE")
		o.Want(200)
		h.wantEnded(0, true)
	})
	story(t, "calls and is hung up on", func(h *house) {
		o := h.oldPhone()
		o.say("INVITE", uatest.SDP(rtp(o.Peer)))
		h.ua.Answer(want[ua.Incoming](h).Call, media())
		o.Want(200)
		o.say("ACK")
		want[ua.Answered](h)
		h.ua.Hangup("in-1")
		bye := o.Peer.WantRequest("BYE")
		if to, err := bye.To(); err != nil || to.Tag() != "" {
			h.Errorf("BYE to %q; want no tag (RFC 3261 §12.1.1: null)", bye.Get("To"))
		}
		bye.Reply(200)
		h.wantEnded(0, false)
	})
	story(t, "is refused, and acknowledges that", func(h *house) {
		o := h.oldPhone()
		o.say("INVITE", uatest.SDP(rtp(o.Peer)))
		h.ua.Reject(want[ua.Incoming](h).Call, 486, "")
		refused := o.Want(486)
		o.say("ACK", "To: "+refused.Get("To"))
		h.wantEnded(486, false)
		o.Peer.WantSilence(time.Minute)
	})
	story(t, "gives up while it rings", func(h *house) {
		o := h.oldPhone()
		o.say("INVITE", uatest.SDP(rtp(o.Peer)))
		h.ua.Ring(want[ua.Incoming](h).Call)
		o.Want(180)
		o.Remote, _, _ = strings.Cut(o.Remote, ";tag=")
		o.Cancel()
		o.Want(200)
		refused := o.Want(487)
		o.say("ACK", "To: "+refused.Get("To"))
		h.wantEnded(487, true)
	})
	story(t, "answers without a tag, and hangs up (RFC 3261 §12.1.2)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE").As("")
		to := "To: " + invite.Get("To")
		invite.Reply(180, to)
		want[ua.Ringing](h)
		invite.Reply(200, to, uatest.SDP(rtp(p)))
		ack := p.WantRequest("ACK")
		if ack.Get("To") != invite.Get("To") {
			h.Errorf("ACK to %q", ack.Get("To"))
		}
		want[ua.Answered](h)
		invite.Reply(200, to, uatest.SDP(rtp(p))) // once more: once more acknowledged
		p.Forget()
		p.WantRequest("ACK")
		call := invite.Within()
		call.Local = invite.Get("To")
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
	})
}

func TestTelephoneNumbers(t *testing.T) { // RFC 3966
	story(t, "are asked of the account's server (RFC 3261 §19.1.6)", func(h *house) {
		p := h.phone(phoneAddr)
		h.ua.Dial("out-1", ua.Dial{Target: "tel:+49-30-(123).45;postd=PP22", Media: media()})
		if m := p.WantRequest("INVITE"); m.RequestURI != "sip:+493012345;postd=pp22@192.0.2.10;user=phone" {
			h.Errorf("called %q", m.RequestURI)
		}
	}, func(o *ua.Options) { o.Accounts[0].Proxy = "sip:" + phoneAddr.String() })
	story(t, "lead nowhere without one", func(h *house) {
		h.ua.Dial("out-1", ua.Dial{Target: "tel:+493012345", Media: media()})
		h.wantEnded(400, false)
	})
	story(t, "may be what is called here, and who calls", func(h *house) {
		call := h.phone(phoneAddr).Call(h.addr, "door")
		call.Target, call.Local = "tel:+493099", "<tel:+493012345>;tag=x"
		call.Request("INVITE", uatest.SDP(rtp(call.Peer)))
		if e := want[ua.Incoming](h); e.From != "tel:+493012345" || e.FromName != "" {
			h.Errorf("told %+v", e)
		}
		call.Want(100)
	})
	story(t, "may be where a call is sent (RFC 3515)", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		call.Request("REFER", "Refer-To: <tel:+493012345>")
		e := want[ua.Referred](h)
		h.ua.Follow(e.Call, "out-1", media())
		call.Want(202)
		h.wantEnded(400, false)
		wantNotify(h, p, "100", "active").Reply(200)
		wantNotify(h, p, "400", "terminated").Reply(200)
	})
}
