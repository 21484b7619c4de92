package ua_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/sip"
	"intercom/ua/uatest"
)

// wantAlive waits until an OPTIONS of the peer is answered, whatever comes
// before.
func (h *house) wantAlive(p *uatest.Peer) {
	h.Helper()
	call := p.Call(h.addr, "door")
	call.Request("OPTIONS")
	for m := p.Receive(time.Minute); ; m = p.Receive(time.Minute) {
		switch {
		case m == nil:
			h.Fatal("dead afterwards")
		case m.CallID() == call.CallID && m.Status == 200:
			return
		}
	}
}

func TestOddInvites(t *testing.T) { // RFC 4475, robustness
	type bend func(text string) string
	replace := func(old, with string) bend {
		return func(text string) string { return strings.Replace(text, old, with, 1) }
	}
	for _, tt := range []struct {
		name string
		bend bend
		owed string // statuses; "drop" for none
	}{
		{"two CSeq (RFC 4475 §3.3.9)", replace("CSeq: 1 INVITE\r\n", "CSeq: 1 INVITE\r\nCSeq: 2 INVITE\r\n"), "400|drop"},
		{"Content-Length beyond the datagram (RFC 4475 §3.1.2.2)", replace("Content-Length: ", "Content-Length: 9"), "400|drop"},
		{"negative Content-Length (RFC 4475 §3.1.2.3)", replace("Content-Length: ", "Content-Length: -"), "400|drop"},
		{"SIP/7.0 (RFC 4475 §3.1.2.16)", replace(" SIP/2.0\r\n", " SIP/7.0\r\n"), "505"},
		{"unknown scheme (RFC 4475 §3.3.1)", replace("INVITE sip:", "INVITE nobodyKnowsThisScheme:"), "416"},
		{"CSeq beyond 2^31 (RFC 4475 §3.1.2.4)", replace("CSeq: 1 ", "CSeq: 36893488147419103232 "), "400"},
		{"the CSeq of another method (RFC 4475 §3.1.2.17)", replace("CSeq: 1 INVITE", "CSeq: 1 BYE"), "400"},
		{"no Via (RFC 3261 §8.1.1)", replace("Via: ", "X-Via: "), "drop"},
		{"no To (RFC 3261 §8.1.1)", replace("To: ", "X-To: "), "400|drop"},
		{"no From", replace("From: ", "X-From: "), "400|drop"},
		{"no Call-ID", replace("Call-ID: ", "X-Call-ID: "), "400|drop"},
		{"an open quote in From (RFC 4475 §3.1.2.6)", replace(`From: "House" `, `From: "House `), "400"},
		{"m=audio 99999 (RFC 8866 §5.14)", replace("m=audio 4000", "m=audio 99999"), "400"},
		{"a host that is no address in c=", replace("c=IN IP4 192.0.2.20", "c=IN IP4 somewhere.invalid"), "400|488"},
	} {
		story(t, tt.name+": "+tt.owed, func(h *house) {
			p := h.phone(phoneAddr)
			call := p.Call(h.addr, "door")
			text := tt.bend(string(call.Build("INVITE", uatest.SDP(rtp(p))).Append(nil)))
			p.SendBytes(h.addr, []byte(text))
			got := "drop"
			if m := p.Receive(time.Second); m != nil {
				got = fmt.Sprint(m.Status)
			}
			if !strings.Contains("|"+tt.owed+"|", "|"+got+"|") {
				h.Errorf("got %s, owed %s", got, tt.owed)
			}
			h.wantQuiet(time.Second)
			h.wantAlive(p)
		})
	}
	for name, lines := range map[string][]string{
		"5 kB in many header fields (§18)":  many(80),
		"Max-Forwards: 0 (RFC 3261 §16.3)":  {"Max-Forwards: 0"},
		"format strings and escapes":        {"Subject: %s%n%x%00", `X-Odd: \0\x00 ${HOME} $(reboot)`, "User-Agent: %n%n%n"},
		"Expires of a number without end":   {"Expires: 99999999999999999999"},
		"header fields that nobody knows":   {"X-A: b", "P-Charging-Vector: icid-value=1"},
		"the compact forms (RFC 3261 §7.3)": {"k: 100rel", "s: hello"},
		"what telephone systems add": {
			"Accept-Language: de, en;q=0.5", "Alert-Info: <http://pbx/ring.wav>;info=alert-external", "Call-Info: <http://pbx/a.png>;purpose=icon, <sip:x>;answer-after=0",
			"Reason: Q.850;cause=16, SIP;cause=200", "History-Info: <sip:door@pbx>;index=1", "Diversion: <sip:12@pbx>;reason=unconditional",
			"Priority: urgent", "Organization: Müller & Söhne", "In-Reply-To: a@b, c@d", "Geolocation: <cid:x@y>", "P-Early-Media: supported",
			"Answer-Mode: Auto", "Accept-Contact: *;audio", "Session-ID: 0;remote=1", "Feature-Caps: *;+x", "Max-Breadth: 60", "Date: Sat, 13 Nov 2010 23:29:00 GMT",
		},
		"a body type in capitals and with parameters": {"Content-Type: APPLICATION/SDP ; charset=utf-8"},
	} {
		story(t, "INVITE with "+name+" can be answered", func(h *house) {
			p := h.phone(phoneAddr)
			call := p.Call(h.addr, "door")
			call.Request("INVITE", append(lines, uatest.SDP(rtp(p)))...)
			m := p.Receive(time.Second)
			if m == nil || m.Status != 100 {
				h.Fatalf("got\n%v", m)
			}
			h.ua.Answer(want[ua.Incoming](h).Call, media())
			call.Want(200)
			call.Ack()
			want[ua.Answered](h)
			h.wantAlive(p)
		})
	}
	story(t, "a display name of 20 kB: whatever it gets, no more", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Local = `"` + strings.Repeat("x", 20000) + `" <sip:11@192.0.2.20>;tag=long`
		call.Request("INVITE", uatest.SDP(rtp(p)))
		if m := p.Receive(time.Second); m != nil && m.Status == 100 {
			h.ua.Reject(want[ua.Incoming](h).Call, 486, "")
		}
		h.wantAlive(p)
	})
	story(t, "compact forms, folding and white space (RFC 3261 §7.3, RFC 4475 §3.1.1.1)", func(h *house) {
		p := h.phone(phoneAddr)
		body := strings.TrimPrefix(uatest.SDP(rtp(p)), "body: ")
		p.Send(h.addr, "INVITE sip:door@192.0.2.10 SIP/2.0\nv  : SIP / 2.0 /UDP\n  192.0.2.20:5060 ; branch = z9hG4bKodd ;rport\nf:\t\"House\"\n <sip:11@192.0.2.20>;\n  tag = odd\n"+
			"T : <sip:door@192.0.2.10>\ni:odd@192.0.2.20\nCSEQ: 0009\n INVITE\nm: <sip:11@192.0.2.20:5060>\nmax-forwards:  0070\nc: application/sdp\nl:"+fmt.Sprint(len(body))+"\n\n"+body)
		in := want[ua.Incoming](h)
		if in.From != "sip:11@192.0.2.20" || in.FromName != "House" {
			h.Errorf("told %+v", in)
		}
		h.ua.Answer(in.Call, media())
		if m := p.WantResponse(200); m.CallID() != "odd@192.0.2.20" {
			h.Errorf("answered\n%s", m)
		}
	})
	story(t, "a response that nobody waits for is dropped (RFC 3261 §17.1.3)", func(h *house) {
		p := h.phone(phoneAddr)
		for _, status := range []int{100, 180, 200, 401, 500} {
			stray := sip.NewResponse(p.Call(h.addr, "door").Build("INVITE"), status, "")
			p.SendMessage(h.addr, stray)
		}
		p.WantSilence(time.Second)
		h.wantAlive(p)
	})
	story(t, "rport: answered at the source, which is filled in (RFC 3581 §4)", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		m := call.Build("OPTIONS")
		m.Set("Via", "SIP/2.0/UDP 10.9.8.7:9999;rport;branch=z9hG4bKnat")
		p.SendMessage(h.addr, m)
		via, err := p.WantResponse(200).TopVia()
		if port, _ := via.RPort(); err != nil || port != phoneAddr.Port() || via.Params == "" {
			h.Errorf("Via %v", via)
		}
		if received, _ := via.Params.Get("received"); received != phoneAddr.Addr().String() {
			h.Errorf("Via %v", via)
		}
	})
}

func many(n int) []string {
	var lines []string
	for i := range n {
		lines = append(lines, fmt.Sprintf("X-Field-%d: %s", i, strings.Repeat("y", 50)))
	}
	return lines
}
