package ua_test

import (
	"strings"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

// notify tells the door how its transfer goes.
func notify(d *uatest.Dialog, fragment, state string, more ...string) {
	d.Request("NOTIFY", append([]string{
		"Event: refer", "Subscription-State: " + state, "Content-Type: message/sipfrag;version=2.0", "body: " + fragment + "\r\n",
	}, more...)...)
}

// wantTransferred waits for the next step of a transfer.
func (h *house) wantTransferred(status int, final bool) {
	h.Helper()
	if e := want[ua.Transferred](h); e.Status != status || e.Final != final {
		h.Fatalf("want %d, final %v; got %+v", status, final, e)
	}
}

func TestTransfer(t *testing.T) {
	for _, way := range []string{"in", "out"} {
		id := ua.CallID(way + "-1")
		story(t, "blind, call "+way+": REFER, 202, NOTIFY, BYE (RFC 5589 §6.1)", func(h *house) {
			p := h.phone(phoneAddr)
			call := h.connect(p, way)
			h.ua.Transfer(id, "sip:12@192.0.2.21")
			refer := p.WantRequest("REFER")
			if refer.Get("Refer-To") != "<sip:12@192.0.2.21>" || refer.Get("Referred-By") != "<sip:door@192.0.2.10>" || !refer.Has("Contact") {
				h.Errorf("sent\n%s", refer)
			}
			refer.Reply(202)
			notify(call, "SIP/2.0 100 Trying", "active;expires=60")
			call.Want(200)
			h.wantTransferred(100, false)
			notify(call, "SIP/2.0 180 Ringing", "active;expires=55")
			call.Want(200)
			h.wantTransferred(180, false)
			notify(call, "SIP/2.0 200 OK\r\nServer: x", "terminated;reason=noresource")
			call.Want(200)
			h.wantTransferred(200, true)
			h.wantEnded(0, false)
			p.WantRequest("BYE").Reply(200)
		})
	}
	story(t, "the first NOTIFY overtakes the 202 (RFC 3515 §2.4.4)", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		h.ua.Transfer("in-1", "sip:12@192.0.2.21")
		refer := p.WantRequest("REFER")
		notify(call, "SIP/2.0 100 Trying", "active;expires=60", "Event: refer;id=1")
		call.Want(200)
		h.wantTransferred(100, false)
		refer.Reply(202)
		notify(call, "SIP/2.0 486 Busy Here", "terminated;reason=noresource", "Event: refer;id=1")
		call.Want(200)
		h.wantTransferred(486, true)
		h.wantQuiet(time.Minute) // the call goes on
		call.Request("OPTIONS")
		call.Want(200)
	})
	story(t, "refused: the call goes on", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.Transfer("in-1", "sip:12@192.0.2.21")
		p.WantRequest("REFER").Reply(603)
		h.wantTransferred(603, true)
		h.wantQuiet(time.Minute)
	})
	story(t, "the peer hangs up before it knows: the news still comes", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		h.ua.Transfer("in-1", "sip:12@192.0.2.21")
		p.WantRequest("REFER").Reply(202)
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
		notify(call, "SIP/2.0 200 OK", "terminated;reason=noresource")
		call.Want(200)
		h.wantTransferred(200, true)
		notify(call, "SIP/2.0 200 OK", "terminated;reason=noresource")
		call.Want(481)
	})
	story(t, "nothing is heard of it: 408", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.Transfer("in-1", "sip:12@192.0.2.21")
		p.WantRequest("REFER").Reply(202)
		h.wantTransferred(408, true)
	})
	story(t, "no answer: 408", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.Transfer("in-1", "sip:12@192.0.2.21")
		p.WantRequest("REFER")
		h.wantTransferred(408, true)
	})
	story(t, "without a subscription: what the 202 says is all (RFC 4488)", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.Transfer("in-1", "sip:12@192.0.2.21")
		p.WantRequest("REFER").Reply(202, "Refer-Sub: false")
		h.wantTransferred(202, true)
		h.wantEnded(0, false)
		p.WantRequest("BYE").Reply(200)
	})
	story(t, "news that is none: 400, 415, 481", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		h.ua.Transfer("in-1", "sip:12@192.0.2.21")
		p.WantRequest("REFER").Reply(202)
		notify(call, "hello", "active;expires=60")
		call.Want(400)
		notify(call, "INVITE sip:door@192.0.2.10 SIP/2.0", "active;expires=60")
		call.Want(400)
		notify(call, "SIP/2.0 200 OK", "active;expires=60", "Content-Type: text/plain")
		call.Want(415)
		notify(call, "SIP/2.0 200 OK", "active;expires=60", "Event: refer;id=77")
		call.Want(481)
		notify(call, "SIP/2.0 603 Decline", "terminated")
		call.Want(200)
		h.wantTransferred(603, true)
	})
	story(t, "attended: the Refer-To replaces the other call (RFC 5589 §7.3)", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		call := h.callIn(p)
		h.ua.Dial("out-1", ua.Dial{Target: "sip:12@" + other.Addr.String(), Media: media()})
		invite := other.WantRequest("INVITE")
		invite.Reply(200, uatest.SDP(rtp(other)))
		other.WantRequest("ACK")
		want[ua.Answered](h)
		h.ua.TransferTo("in-1", "out-1")
		refer := p.WantRequest("REFER")
		from, _ := invite.From()
		replaces := "Replaces=" + invite.CallID() + "%3Bto-tag%3Dpeer%3Bfrom-tag%3D" + from.Tag()
		if got := refer.Get("Refer-To"); got != "<sip:peer@"+other.Addr.String()+"?"+replaces+">" {
			h.Errorf("Refer-To %q, want %q in it", got, replaces)
		}
		refer.Reply(202)
		invite.Within().Request("BYE")
		other.WantResponse(200)
		h.wantEnded(0, true)
		notify(call, "SIP/2.0 200 OK", "terminated;reason=noresource")
		call.Want(200)
		h.wantTransferred(200, true)
		h.wantEnded(0, false)
		p.WantRequest("BYE").Reply(200)
	})
	story(t, "attended, behind a proxy: who is replaced is called through it too (RFC 5589 §7)", func(h *house) {
		p, proxy := h.phone(phoneAddr), h.phone(otherAddr)
		h.callIn(p)
		h.ua.Dial("out-1", ua.Dial{Target: "sip:12@" + proxy.Addr.String(), Media: media()})
		proxy.WantRequest("INVITE").Reply(200, uatest.SDP(rtp(proxy)), "Contact: <sip:12@198.51.100.7:5062>", "Record-Route: <sip:"+proxy.Addr.String()+";lr>")
		proxy.WantRequest("ACK")
		want[ua.Answered](h)
		h.ua.TransferTo("in-1", "out-1")
		if got, want := p.WantRequest("REFER").Get("Refer-To"), "<sip:12@"+proxy.Addr.String()+"?Replaces="; !strings.HasPrefix(got, want) {
			h.Errorf("Refer-To %q, want it to begin with %q", got, want)
		}
	})
	story(t, "the REFER waits for the answer to a re-INVITE, which a peer may refuse it for", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.Hold("in-1")
		hold := p.WantRequest("INVITE")
		hold.Reply(100)
		h.ua.Transfer("in-1", "sip:12@192.0.2.21")
		p.WantSilence(time.Second)
		hold.Reply(200, uatest.SDP(rtp(p), "a=recvonly"))
		p.WantRequest("ACK")
		p.WantRequest("REFER").Reply(202)
		h.ua.Hangup("in-1")
		p.WantRequest("BYE").Reply(200)
	})
	story(t, "the REFER goes out when the re-INVITE is to be sent again later", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.Hold("in-1")
		hold := p.WantRequest("INVITE")
		h.ua.Transfer("in-1", "sip:12@192.0.2.21")
		hold.Reply(491)
		p.WantRequest("ACK")
		p.WantRequest("REFER").Reply(202)
		h.ua.Hangup("in-1")
		p.WantRequest("BYE").Reply(200)
	})
	story(t, "what cannot be done is said at once", func(h *house) {
		p := h.phone(phoneAddr)
		h.ua.Transfer("in-9", "sip:12@192.0.2.21")
		h.wantTransferred(481, true)
		h.callIn(p)
		h.ua.Transfer("in-1", "mailto:x@y")
		h.wantTransferred(400, true)
		h.ua.TransferTo("in-1", "in-1")
		h.wantTransferred(400, true)
		h.ua.TransferTo("in-1", "out-7")
		h.wantTransferred(400, true)
		h.ua.Transfer("in-1", "sip:12@192.0.2.21")
		p.WantRequest("REFER").Reply(202)
		h.ua.Transfer("in-1", "sip:13@192.0.2.21")
		h.wantTransferred(491, false)
		p.WantSilence(time.Second)
	})
	story(t, "a number is one of the account's domain", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.Transfer("in-1", "12")
		if to := p.WantRequest("REFER").Get("Refer-To"); !strings.HasPrefix(to, "<sip:12@192.0.2.10") {
			h.Errorf("Refer-To %q", to)
		}
	}, func(o *ua.Options) { o.Accounts[0].Proxy = "sip:" + phoneAddr.String() })
}
