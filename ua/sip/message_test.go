package sip

import (
	"slices"
	"strings"
	"testing"
)

// crlf writes a message the way the tests read best: lines without their CR.
func crlf(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n")) }

func parse(t *testing.T, s string) *Message {
	t.Helper()
	m, err := Parse(crlf(s))
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return m
}

func want[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %#v, want %#v", what, got, want)
	}
}

// invite is an ordinary call from one phone to another.
const invite = `INVITE sip:door@192.0.2.10:5060;transport=udp SIP/2.0
Via: SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bKproxy1
v: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bKphone7;received=198.51.100.4, SIP/2.0/TCP a.example.com;branch=z9hG4bKa
Max-Forwards: 69
From: "Alice \"A\" Smith" <sip:alice@example.com>;tag=88sja8x
To: Front Door <sip:door@example.com>
Call-ID: 3848276298220188511@example.com
CSeq: 314159 INVITE
m: <sip:alice@192.0.2.7:5062>
Allow: INVITE, ACK, BYE
Allow: CANCEL
Content-Type: application/sdp
Content-Length: 6

v=0
x`

func TestReadingAnInvite(t *testing.T) {
	m := parse(t, invite)
	want(t, "method", m.Method, "INVITE")
	want(t, "Request-URI", m.RequestURI, "sip:door@192.0.2.10:5060;transport=udp")
	want(t, "version", m.Version, "SIP/2.0")
	want(t, "Call-ID", m.CallID(), "3848276298220188511@example.com")
	want(t, "body", string(m.Body), "v=0\r\nx")
	via, err := m.TopVia()
	want(t, "Via error", err, nil)
	want(t, "Via", via, Via{"UDP", "192.0.2.1", 5060, ";rport;branch=z9hG4bKproxy1"})
	want(t, "branch", via.Branch(), "z9hG4bKproxy1")
	port, ok := via.RPort()
	want(t, "rport", port, 0)
	want(t, "rport is there", ok, true)
	from, err := m.From()
	want(t, "From error", err, nil)
	want(t, "From display name", from.Display, `Alice "A" Smith`)
	want(t, "From tag", from.Tag(), "88sja8x")
	to, err := m.To()
	want(t, "To error", err, nil)
	want(t, "To display name", to.Display, "Front Door")
	want(t, "To host", to.URI.Host, "example.com")
	contact, err := m.Contact()
	want(t, "Contact error", err, nil)
	want(t, "Contact", contact.URI.HostPort(), "192.0.2.7:5062")
	cseq, err := m.CSeq()
	want(t, "CSeq error", err, nil)
	want(t, "CSeq", cseq, CSeq{314159, "INVITE"})
	want(t, "number of Vias", len(slices.Collect(m.Values("via"))), 3)
	want(t, "Allow", strings.Join(slices.Collect(m.Values("Allow")), " "), "INVITE ACK BYE CANCEL")
	if f := Validate(m); f != nil {
		t.Errorf("Validate: %v", f)
	}
}
