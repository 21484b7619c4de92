package ua_test

import (
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

func TestReason(t *testing.T) { // RFC 3326
	elsewhere := ua.Cause{Protocol: "SIP", Code: 200, Text: "Call completed elsewhere"}
	const text = `SIP;cause=200;text="Call completed elsewhere"`
	story(t, "CANCEL of ours", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(180)
		want[ua.Ringing](h)
		h.ua.HangupBecause("out-1", elsewhere)
		if e := h.wantEnded(487, false); e.Cause != elsewhere {
			h.Errorf("told %+v", e)
		}
		if m := p.WantRequest("CANCEL"); m.Get("Reason") != text {
			h.Errorf("cancelled with\n%s", m)
		} else {
			m.Reply(200)
		}
		invite.Reply(487)
		p.WantRequest("ACK")
	})
	story(t, "BYE of ours, also when it is challenged", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.HangupBecause("in-1", elsewhere)
		h.wantEnded(0, false)
		for range 2 {
			m := p.WantRequest("BYE")
			if m.Get("Reason") != text {
				h.Errorf("hung up with\n%s", m)
			}
			m.Reply(401, `WWW-Authenticate: Digest realm="phone", nonce="n9"`)
		}
	})
	story(t, "without one nothing is said", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.Hangup("in-1")
		if m := p.WantRequest("BYE"); m.Has("Reason") {
			h.Errorf("hung up with\n%s", m)
		}
	})
	story(t, "unknown calls are ignored", func(h *house) {
		h.ua.HangupBecause("in-9", elsewhere)
		h.wantQuiet(time.Second)
	})
	story(t, "the ACK that never came, and the session that nobody refreshed", func(h *house) {
		p := h.phone(phoneAddr)
		h.expiresIn(p, "Supported: timer", "Session-Expires: 90;refresher=uac")
		if m := p.WantRequest("BYE"); m.Get("Reason") != `SIP;cause=408;text="Session Expired"` {
			h.Errorf("hung up with\n%s", m)
		} else {
			m.Reply(200)
		}
		h.wantEnded(408, false)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		h.ua.Answer(want[ua.Incoming](h).Call, media())
		p.WantResponse(200)
		h.wantEnded(408, false)
		for m := p.Receive(time.Second); m != nil; m = p.Receive(time.Second) {
			if m.Method == "BYE" && m.Get("Reason") != `SIP;cause=408;text="ACK missing"` {
				h.Errorf("hung up with\n%s", m)
			}
		}
	})
	for _, tt := range []struct {
		name string
		line string
		want ua.Cause
	}{
		{"one that we know", "Reason: " + text, elsewhere},
		{"the first that can be read", `Reason: SIP;cause=x, Q.850;cause=16;text="Normal, clearing"`, ua.Cause{Protocol: "Q.850", Code: 16, Text: "Normal, clearing"}},
		{"nonsense", `Reason: ;;"`, ua.Cause{}},
	} {
		story(t, "CANCEL of the peer with "+tt.name, func(h *house) {
			p := h.phone(phoneAddr)
			call := p.Call(h.addr, "door")
			call.Request("INVITE", uatest.SDP(rtp(p)))
			want[ua.Incoming](h)
			call.Cancel(tt.line)
			call.Want(200)
			if e := h.wantEnded(487, true); e.Cause != tt.want {
				h.Errorf("told %+v", e)
			}
		})
		story(t, "BYE of the peer with "+tt.name, func(h *house) {
			p := h.phone(phoneAddr)
			h.callIn(p).Request("BYE", tt.line)
			if e := h.wantEnded(0, true); e.Cause != tt.want {
				h.Errorf("told %+v", e)
			}
		})
		story(t, "refusal with "+tt.name+" (RFC 6432)", func(h *house) {
			p := h.phone(phoneAddr)
			h.dial(p.Addr)
			p.WantRequest("INVITE").Reply(480, tt.line)
			if e := h.wantEnded(480, true); e.Cause != tt.want {
				h.Errorf("told %+v", e)
			}
		})
	}
}
