package ua_test

import (
	"testing"

	"intercom/ua"
	"intercom/ua/uatest"
)

// vouched makes the phone a server of the account: its proxy.
func vouched(o *ua.Options) { o.Accounts[0].Proxy = "sip:" + phoneAddr.String() }

func TestCallersIdentity(t *testing.T) { // RFC 3325 §8, §9
	asserted := `P-Asserted-Identity: "Anna" <sip:anna@pbx.test>`
	for _, tt := range []struct {
		name      string
		lines     []string
		vouched   bool
		from, who string
		asserted  string // told to the owner, shown or not
	}{
		{"asserted by a server of the account", []string{asserted}, true, "sip:anna@pbx.test", "Anna", "sip:anna@pbx.test"},
		{"asserted by a telephone that may call", []string{asserted}, false, "sip:11@192.0.2.20:5060", "House", ""},
		{"nothing asserted", nil, true, "sip:11@192.0.2.20:5060", "House", ""},
		{"SIP before tel", []string{"P-Asserted-Identity: tel:+4930123, <sip:anna@pbx.test>"}, true, "sip:anna@pbx.test", "House", "sip:anna@pbx.test"},
		{"tel alone", []string{`P-Asserted-Identity: "Anna" <tel:+4930123>`}, true, "tel:+4930123", "Anna", "tel:+4930123"},
		{"nonsense", []string{`P-Asserted-Identity: "Anna <sip:anna`, "P-Asserted-Identity: <mailto:a@b>"}, true, "sip:11@192.0.2.20:5060", "House", ""},
		{"Privacy: id (RFC 3325 §9.3)", []string{asserted, "Privacy: id"}, true, "sip:11@192.0.2.20:5060", "House", "sip:anna@pbx.test"},
		{"Privacy: header;user (RFC 3323 §4.2)", []string{asserted, "Privacy: critical; User"}, true, "sip:11@192.0.2.20:5060", "House", "sip:anna@pbx.test"},
		{"Privacy: none", []string{asserted, "Privacy: none"}, true, "sip:anna@pbx.test", "Anna", "sip:anna@pbx.test"},
		{"only preferred", []string{`P-Preferred-Identity: "Anna" <sip:anna@pbx.test>`}, true, "sip:11@192.0.2.20:5060", "House", ""},
	} {
		change := func(*ua.Options) {}
		if tt.vouched {
			change = vouched
		}
		story(t, tt.name, func(h *house) {
			p := h.phone(phoneAddr)
			call := p.Call(h.addr, "door")
			call.Request("INVITE", append(tt.lines, uatest.SDP(rtp(p)))...)
			in := want[ua.Incoming](h)
			if in.From != tt.from || in.FromName != tt.who {
				h.Errorf("told of %q %q, want %q %q", in.From, in.FromName, tt.from, tt.who)
			}
			if in.Asserted != tt.asserted {
				h.Errorf("vouched for is %q, want %q", in.Asserted, tt.asserted)
			}
		}, change)
	}
}

func TestAnonymousCall(t *testing.T) {
	story(t, "From says nothing, the server learns who calls (RFC 3323 §4.1.1.3, RFC 3325 §9)", func(h *house) {
		p := h.phone(phoneAddr)
		h.ua.Dial("out-1", ua.Dial{Target: "sip:11@" + p.Addr.String(), Media: media(), Anonymous: true})
		m := p.WantRequest("INVITE")
		if from, err := m.From(); err != nil || from.Display != "Anonymous" || from.URI.String() != "sip:anonymous@anonymous.invalid" || from.Tag() == "" {
			h.Errorf("From %q", m.Get("From"))
		}
		if m.Get("Privacy") != "id" || m.Get("P-Preferred-Identity") != `"Front door" <sip:door@192.0.2.10>` {
			h.Errorf("calls with\n%s", m)
		}
		m.Reply(200, uatest.SDP(rtp(p)))
		p.WantRequest("ACK")
		want[ua.Answered](h)
		h.ua.Hangup("out-1")
		if bye := p.WantRequest("BYE"); bye.Get("From") != m.Get("From") {
			h.Errorf("hung up with\n%s", bye)
		}
	})
}
