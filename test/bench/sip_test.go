package bench

import (
	"bytes"
	"strings"
	"testing"

	sipgo "github.com/emiago/sipgo/sip"

	"intercom/ua/sip"
)

// invite is a call through one proxy, as a desk phone behind a PBX sends it: 13 header fields, 1032 octets in all.
var invite = []byte(strings.ReplaceAll(`INVITE sip:front-door@192.0.2.40:5060;transport=udp SIP/2.0
Via: SIP/2.0/UDP 192.0.2.5:5060;rport;branch=z9hG4bKPj3c1f0a7e-8d3b-4e0f-9b1d-5d2a6f8c7e91
Via: SIP/2.0/UDP 192.0.2.77:5062;received=192.0.2.77;rport=5062;branch=z9hG4bK182736455463728190a1b2c3d
Record-Route: <sip:192.0.2.5;lr>
Max-Forwards: 69
From: "Kitchen Phone" <sip:kitchen@pbx.example.com>;tag=a73kszlfl9c02e7b1d
To: <sip:front-door@pbx.example.com>
Call-ID: 1j9FpLxk3uxtm8tn@192.0.2.77
CSeq: 4711 INVITE
Contact: <sip:kitchen@192.0.2.77:5062;transport=udp>;expires=3600
Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, INFO, UPDATE, MESSAGE, SUBSCRIBE
User-Agent: Example Desk Phone 4.2.1 (build 20260114 r2)
Content-Type: application/sdp
Content-Length: 281

v=0
o=kitchen 2890844526 2890844526 IN IP4 192.0.2.77
s=Call to the door
c=IN IP4 192.0.2.77
t=0 0
m=audio 49170 RTP/AVP 8 0 101
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
a=rtcp:49171
a=rtcp-mux
a=sendrecv
`, "\n", "\r\n"))

func TestTheInviteIsTheOneDescribed(t *testing.T) {
	m := parseOurs(t)
	if len(invite) != 1032 || len(m.Headers) != 13 {
		t.Errorf("the INVITE has %d octets and %d header fields, want 1032 and 13", len(invite), len(m.Headers))
	}
	if f := sip.Validate(m); f != nil {
		t.Error(f)
	}
	parseTheirs(t)
}

func parseOurs(tb testing.TB) *sip.Message {
	m, err := sip.Parse(invite)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func parseTheirs(tb testing.TB) *sipgo.Request {
	m, err := sipgo.ParseMessage(invite)
	if err != nil {
		tb.Fatal(err)
	}
	return m.(*sipgo.Request)
}

// BenchmarkParse reads the message and every header field that a transaction and a dialog look at.
func BenchmarkParse(b *testing.B) {
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m := parseOurs(b)
			via, err1 := m.TopVia()
			from, err2 := m.From()
			to, err3 := m.To()
			contact, err4 := m.Contact()
			cseq, err5 := m.CSeq()
			if err1 != nil || err2 != nil || err3 != nil || err4 != nil || err5 != nil {
				b.Fatal(err1, err2, err3, err4, err5)
			}
			if via.Port != 5060 || from.Tag() == "" || to.URI.User == "" || contact.URI.Port != 5062 || cseq.Seq != 4711 || m.CallID() == "" {
				b.Fatal("not the values of the INVITE")
			}
		}
	})
	b.Run("sipgo", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m := parseTheirs(b)
			if m.Via().Port != 5060 || m.From() == nil || m.To().Address.User == "" || m.Contact().Address.Port != 5062 || m.CSeq().SeqNo != 4711 || m.CallID() == nil {
				b.Fatal("not the values of the INVITE")
			}
		}
	})
}

// BenchmarkAppend writes the message into a buffer that is there already.
func BenchmarkAppend(b *testing.B) {
	b.Run("ours", func(b *testing.B) {
		m, buf := parseOurs(b), make([]byte, 0, 2048)
		b.ReportAllocs()
		for b.Loop() {
			buf = m.Append(buf[:0])
		}
	})
	b.Run("sipgo", func(b *testing.B) {
		m := parseTheirs(b)
		buf := bytes.NewBuffer(make([]byte, 0, 2048))
		b.ReportAllocs()
		for b.Loop() {
			buf.Reset()
			m.StringWrite(buf)
		}
	})
}

// BenchmarkClone copies the message.
func BenchmarkClone(b *testing.B) {
	b.Run("ours", func(b *testing.B) {
		m := parseOurs(b)
		b.ReportAllocs()
		for b.Loop() {
			m.Clone()
		}
	})
	b.Run("sipgo", func(b *testing.B) {
		m := parseTheirs(b)
		b.ReportAllocs()
		for b.Loop() {
			m.Clone()
		}
	})
}

// BenchmarkResponse makes a 200 from the request.
func BenchmarkResponse(b *testing.B) {
	b.Run("ours", func(b *testing.B) {
		m := parseOurs(b)
		b.ReportAllocs()
		for b.Loop() {
			sip.NewResponse(m, 200, "OK")
		}
	})
	b.Run("sipgo", func(b *testing.B) {
		m := parseTheirs(b)
		b.ReportAllocs()
		for b.Loop() {
			sipgo.NewResponseFromRequest(m, 200, "OK", nil)
		}
	})
}
