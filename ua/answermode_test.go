package ua_test

import (
	"testing"

	"intercom/ua"
	"intercom/ua/uatest"
)

func TestCallersWhoWantToBeAnsweredAtOnce(t *testing.T) { // RFC 5373 §4.3
	for _, tt := range []struct {
		name, line string
		want       bool
	}{
		{"nothing", "", false},
		{"Answer-Mode", "Answer-Mode: Auto", true},
		{"Answer-Mode, required", "Priv-Answer-Mode: auto;require", true},
		{"by hand", "Answer-Mode: Manual", false},
		{"Call-Info", "Call-Info: <sip:pbx.test>;answer-after=0", true},
		{"Call-Info, later", "Call-Info: <sip:pbx.test>;answer-after=10", false},
		{"Alert-Info", "Alert-Info: <http://pbx.test>;info=alert-autoanswer;delay=0", true},
		{"Ring Answer", "Alert-Info: Ring Answer", true},
		{"another way of ringing", "Alert-Info: <urn:alert:source:external>", false},
	} {
		story(t, tt.name, func(h *house) {
			p := h.phone(phoneAddr)
			lines := []string{uatest.SDP(rtp(p))}
			if tt.line != "" {
				lines = append([]string{tt.line}, lines...)
			}
			p.Call(h.addr, "door").Request("INVITE", lines...)
			if in := want[ua.Incoming](h); in.AtOnce != tt.want {
				h.Errorf("AtOnce is %v", in.AtOnce)
			}
		})
	}
}

func TestCallersAreSentElsewhere(t *testing.T) { // RFC 3261 §21.3.3
	story(t, "to an address", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		h.ua.Redirect(want[ua.Incoming](h).Call, "sip:20@192.0.2.33")
		if resp := call.Want(302); resp.Get("Contact") != "<sip:20@192.0.2.33>" {
			h.Errorf("Contact %q", resp.Get("Contact"))
		}
		if e := want[ua.Ended](h); e.Status != 302 {
			h.Errorf("ended with %+v", e)
		}
	})
}

func TestTelephonesAreToldHowToRing(t *testing.T) { // RFC 3261 §20.4
	for value, sent := range map[string]string{
		"<urn:alert:source:external>":               "<urn:alert:source:external>",
		"<urn:alert:source:external>\r\nEvil: line": "", // no line of its own is smuggled in
	} {
		story(t, value, func(h *house) {
			p := h.phone(phoneAddr)
			h.ua.Dial("out-1", ua.Dial{Target: "sip:11@" + p.Addr.String(), Media: media(), AlertInfo: value})
			m := p.WantRequest("INVITE")
			if got := m.Get("Alert-Info"); got != sent || m.Has("Evil") {
				h.Errorf("Alert-Info %q", got)
			}
		})
	}
}
