package transport

import (
	"net/netip"
	"testing"

	"intercom/ua/sip"
)

func TestWhereAResponseGoes(t *testing.T) {
	const b = ";branch=z9hG4bK1"
	for _, c := range []struct {
		why, via, from string
		stamped        string // the top Via as the server keeps it
		to             string
	}{
		{"sent-by is the source", "SIP/2.0/UDP 192.0.2.2:5060" + b, "192.0.2.2:5060",
			"SIP/2.0/UDP 192.0.2.2:5060" + b, "192.0.2.2:5060"},
		{"no port: 5060", "SIP/2.0/UDP 192.0.2.2" + b, "192.0.2.2:5060",
			"SIP/2.0/UDP 192.0.2.2" + b, "192.0.2.2:5060"},
		{"another source port without rport", "SIP/2.0/UDP 192.0.2.2:5070" + b, "192.0.2.2:1024",
			"SIP/2.0/UDP 192.0.2.2:5070" + b, "192.0.2.2:5070"},
		{"behind a NAT without rport", "SIP/2.0/UDP 10.0.0.7:5070" + b, "192.0.2.2:1024",
			"SIP/2.0/UDP 10.0.0.7:5070" + b + ";received=192.0.2.2", "192.0.2.2:5070"},
		{"a name for sent-by", "SIP/2.0/UDP phone.example" + b, "192.0.2.2:1024",
			"SIP/2.0/UDP phone.example" + b + ";received=192.0.2.2", "192.0.2.2:5060"},
		{"rport", "SIP/2.0/UDP 10.0.0.7:5070;rport" + b, "192.0.2.2:1024",
			"SIP/2.0/UDP 10.0.0.7:5070" + b + ";received=192.0.2.2;rport=1024", "192.0.2.2:1024"},
		{"rport though nothing differs", "SIP/2.0/UDP 192.0.2.2:5060;rport" + b, "192.0.2.2:5060",
			"SIP/2.0/UDP 192.0.2.2:5060" + b + ";received=192.0.2.2;rport=5060", "192.0.2.2:5060"},
		{"the sender's own rport and received", "SIP/2.0/UDP 192.0.2.2:5060;rport=9;received=203.0.113.66" + b, "192.0.2.2:1024",
			"SIP/2.0/UDP 192.0.2.2:5060" + b + ";received=192.0.2.2;rport=1024", "192.0.2.2:1024"},
		{"the sender's own received, true sent-by", "SIP/2.0/UDP 192.0.2.2:5060;received=203.0.113.66" + b, "192.0.2.2:5060",
			"SIP/2.0/UDP 192.0.2.2:5060" + b, "192.0.2.2:5060"},
		{"the sender's own received, a name", "SIP/2.0/UDP phone.example;received=203.0.113.66" + b, "192.0.2.2:5060",
			"SIP/2.0/UDP phone.example" + b + ";received=192.0.2.2", "192.0.2.2:5060"},
		{"maddr", "SIP/2.0/UDP 192.0.2.2:5070;maddr=239.255.255.1" + b, "192.0.2.2:5070",
			"SIP/2.0/UDP 192.0.2.2:5070;maddr=239.255.255.1" + b, "239.255.255.1:5070"},
		{"maddr that is a name", "SIP/2.0/UDP 192.0.2.2:5070;maddr=all.example" + b, "192.0.2.2:1024",
			"SIP/2.0/UDP 192.0.2.2:5070;maddr=all.example" + b, "192.0.2.2:1024"},
		{"IPv6", "SIP/2.0/UDP [2001:db8::2]:5070" + b, "[2001:db8::2]:5070",
			"SIP/2.0/UDP [2001:db8::2]:5070" + b, "[2001:db8::2]:5070"},
		{"IPv6 written another way", "SIP/2.0/UDP [2001:0db8:0::2]" + b, "[2001:db8::2]:5060",
			"SIP/2.0/UDP [2001:0db8:0::2]" + b, "[2001:db8::2]:5060"},
		{"a link-local address keeps its zone", "SIP/2.0/UDP [fe80::2]:5060;rport" + b, "[fe80::2%eth0]:1024",
			"SIP/2.0/UDP [fe80::2]:5060" + b + ";received=fe80::2;rport=1024", "[fe80::2%eth0]:1024"},
		{"only the top value is touched", "SIP/2.0/UDP proxy.example" + b + ", SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bK0", "192.0.2.2:5060",
			"SIP/2.0/UDP proxy.example" + b + ";received=192.0.2.2, SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bK0", "192.0.2.2:5060"},
	} {
		req, err := sip.Parse([]byte(options(c.via)))
		if err != nil {
			t.Fatal(err)
		}
		from := netip.MustParseAddrPort(c.from)
		stampVia(req, from)
		if got := req.Get("Via"); got != c.stamped {
			t.Errorf("%s: Via is\n%s, want\n%s", c.why, got, c.stamped)
		}
		flow := Flow{Transport: "UDP", Local: doorPort, Remote: from}
		to := Reply(flow, sip.NewResponse(req, 200, ""))
		if to.Remote.String() != c.to {
			t.Errorf("%s: the response goes to %v, want %s", c.why, to.Remote, c.to)
		}
		if to.Transport != "UDP" || to.Local != doorPort {
			t.Errorf("%s: the response takes the flow %+v", c.why, to)
		}
		tcp := Flow{Transport: "TCP", Local: doorPort, Remote: from}
		if got := Reply(tcp, sip.NewResponse(req, 200, "")); got != tcp {
			t.Errorf("%s: over TCP the response leaves its connection for %+v", c.why, got)
		}
	}
}
