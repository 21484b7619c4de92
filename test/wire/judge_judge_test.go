package wire

import (
	"net/netip"
	"strings"
	"testing"
	"time"
)

// A call as it should be, in which every mistake is to be found.
const flawless = `> 0.0
INVITE sip:bob@127.0.0.2 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK0123456789;rport
Max-Forwards: 70
From: <sip:agent@127.0.0.1>;tag=local
To: <sip:bob@127.0.0.2>
Call-ID: call
CSeq: 1 INVITE
Contact: <sip:agent@127.0.0.1:5060>
Allow: INVITE
Supported: timer
Content-Length: 0

> 0.5
INVITE sip:bob@127.0.0.2 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK0123456789;rport
Max-Forwards: 70
From: <sip:agent@127.0.0.1>;tag=local
To: <sip:bob@127.0.0.2>
Call-ID: call
CSeq: 1 INVITE
Contact: <sip:agent@127.0.0.1:5060>
Allow: INVITE
Supported: timer
Content-Length: 0

< 0.6
SIP/2.0 407 Proxy Authentication Required
Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK0123456789;rport
From: <sip:agent@127.0.0.1>;tag=local
To: <sip:bob@127.0.0.2>;tag=proxy
Call-ID: call
CSeq: 1 INVITE
Proxy-Authenticate: Digest realm="wire", nonce="n", qop="auth"
Content-Length: 0

> 0.6
ACK sip:bob@127.0.0.2 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK0123456789;rport
Max-Forwards: 70
From: <sip:agent@127.0.0.1>;tag=local
To: <sip:bob@127.0.0.2>;tag=proxy
Call-ID: call
CSeq: 1 ACK
Content-Length: 0

> 0.6
INVITE sip:bob@127.0.0.2 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1123456789;rport
Max-Forwards: 70
From: <sip:agent@127.0.0.1>;tag=local
To: <sip:bob@127.0.0.2>
Call-ID: call
CSeq: 2 INVITE
Contact: <sip:agent@127.0.0.1:5060>
Allow: INVITE
Supported: timer
Proxy-Authorization: Digest username="agent", realm="wire", nonce="n", uri="sip:bob@127.0.0.2", response="RESPONSE", cnonce="c", qop=auth, nc=00000001
Content-Length: 0

< 0.7
SIP/2.0 180 Ringing
Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1123456789;rport
From: <sip:agent@127.0.0.1>;tag=local
To: <sip:bob@127.0.0.2>;tag=remote
Call-ID: call
CSeq: 2 INVITE
Contact: <sip:bob@127.0.0.2:5062>
Record-Route: <sip:127.0.0.3;lr>
Record-Route: <sip:127.0.0.2;lr>
Content-Length: 0

> 0.8
CANCEL sip:bob@127.0.0.2 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1123456789;rport
Max-Forwards: 70
From: <sip:agent@127.0.0.1>;tag=local
To: <sip:bob@127.0.0.2>
Call-ID: call
CSeq: 2 CANCEL
Content-Length: 0

< 0.9
SIP/2.0 200 OK
Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1123456789;rport
From: <sip:agent@127.0.0.1>;tag=local
To: <sip:bob@127.0.0.2>;tag=remote
Call-ID: call
CSeq: 2 INVITE
Contact: <sip:bob@127.0.0.2:5062>
Record-Route: <sip:127.0.0.3;lr>
Record-Route: <sip:127.0.0.2;lr>
Content-Length: 0

> 0.9
ACK sip:bob@127.0.0.2:5062 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK2123456789;rport
Max-Forwards: 70
From: <sip:agent@127.0.0.1>;tag=local
To: <sip:bob@127.0.0.2>;tag=remote
Call-ID: call
CSeq: 2 ACK
Route: <sip:127.0.0.2;lr>, <sip:127.0.0.3;lr>
Proxy-Authorization: Digest username="agent", realm="wire", nonce="n", uri="sip:bob@127.0.0.2", response="RESPONSE", cnonce="c", qop=auth, nc=00000001
Content-Length: 0

> 1.0
BYE sip:bob@127.0.0.2:5062 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK3123456789;rport
Max-Forwards: 70
From: <sip:agent@127.0.0.1>;tag=local
To: <sip:bob@127.0.0.2>;tag=remote
Call-ID: call
CSeq: 3 BYE
Route: <sip:127.0.0.2;lr>, <sip:127.0.0.3;lr>
Content-Length: 0

`

// testimony reads a transcript: "> 0.5" begins what the phone says at 0.5 s, "<" what the peer does.
func testimony(t *testing.T, script string) (transcript []saying) {
	t.Helper()
	// Computed by hand: MD5 of agent:wire:secret, 00000001 with cnonce c, and INVITE:sip:bob@127.0.0.2.
	script = strings.ReplaceAll(script, "RESPONSE", "244793ac91b2adcaf325ef47fa5979d9")
	for _, part := range strings.SplitAfter(script, "\n\n") {
		head, text, ok := strings.Cut(part, "\n")
		if !ok {
			continue
		}
		at, err := time.ParseDuration(head[2:] + "s")
		if err != nil {
			t.Fatal(err)
		}
		transcript = append(transcript, saying{
			at: time.Unix(0, 0).Add(at), byPhone: head[0] == '>', transport: "UDP", text: strings.ReplaceAll(text, "\n", "\r\n"),
			peer: netip.MustParseAddrPort("127.0.0.2:5060"), from: netip.MustParseAddrPort("127.0.0.1:5060"),
		})
	}
	return transcript
}

// The judge itself: nothing is wrong with a flawless call, and each of these changes makes it guilty.
func TestJudge(t *testing.T) {
	t.Parallel()
	for _, fault := range judge(testimony(t, flawless)) {
		t.Errorf("a flawless call is blamed: %s", fault)
	}
	for name, c := range map[string]struct {
		nth      int // of the places where old stands
		old, new string
	}{
		"no magic cookie":                {0, "branch=z9hG4bK0", "branch=0"},
		"no rport":                       {0, ";rport", ""},
		"a Via of elsewhere":             {0, "UDP 127.0.0.1:5060", "UDP 192.0.2.1:5060"},
		"a Via of TCP":                   {0, "SIP/2.0/UDP", "SIP/2.0/TCP"},
		"Max-Forwards":                   {0, "Max-Forwards: 70", "Max-Forwards: 69"},
		"no tag":                         {0, ";tag=local", ""},
		"CSeq of another method":         {0, "1 INVITE", "1 BYE"},
		"a Contact of elsewhere":         {0, "agent@127.0.0.1:5060>", "agent@192.0.2.1:5060>"},
		"no Contact":                     {0, "Contact: <sip:agent@127.0.0.1:5060>\n", ""},
		"no Allow":                       {0, "Allow: INVITE\n", ""},
		"no Content-Length":              {0, "Content-Length: 0\n", ""},
		"a wrong Content-Length":         {0, "Content-Length: 0", "Content-Length: 1"},
		"a Content-Type without a body":  {0, "Content-Length: 0", "Content-Type: a/b\nContent-Length: 0"},
		"repeated otherwise":             {1, "Supported: timer", "Supported: path"},
		"repeated too early":             {0, "> 0.5", "> 0.2"},
		"repeated too late":              {0, "> 0.5", "> 2.9"},
		"repeated after the answer":      {0, "< 0.6", "< -0.6"},
		"an ACK with another branch":     {2, "branch=z9hG4bK0123456789", "branch=z9hG4bK9123456789"},
		"an ACK without the tag":         {1, ";tag=proxy", ""},
		"an ACK of another CSeq":         {0, "1 ACK", "2 ACK"},
		"no ACK":                         {0, "CSeq: 1 ACK", "CSeq: 1 OPTIONS"},
		"CSeq does not grow":             {0, "2 INVITE", "1 INVITE"},
		"CSeq jumps":                     {0, "3 BYE", "4 BYE"},
		"a wrong response":               {0, "RESPONSE", "00000000000000000000000000000000"},
		"another realm":                  {1, `realm="wire"`, `realm="fire"`},
		"a nonce that nobody gave":       {1, `nonce="n"`, `nonce="m"`},
		"nc":                             {0, "nc=00000001", "nc=00000002"},
		"CANCEL too early":               {0, "180 Ringing", "480 Ringing"},
		"a CANCEL of another branch":     {1, "branch=z9hG4bK1123456789;rport\nMax", "branch=z9hG4bK8123456789;rport\nMax"},
		"a CANCEL with a tag":            {2, "To: <sip:bob@127.0.0.2>\n", "To: <sip:bob@127.0.0.2>;tag=remote\n"},
		"a CANCEL of another CSeq":       {0, "2 CANCEL", "3 CANCEL"},
		"the ACK of a 2xx without Route": {0, "Route: <sip:127.0.0.2;lr>, <sip:127.0.0.3;lr>\n", ""},
		"a Route the wrong way round":    {1, "Route: <sip:127.0.0.2;lr>, <sip:127.0.0.3;lr>", "Route: <sip:127.0.0.3;lr>, <sip:127.0.0.2;lr>"},
		"another target":                 {0, "BYE sip:bob@127.0.0.2:5062", "BYE sip:bob@127.0.0.2"},
		"ACK without credentials":        {1, "Proxy-Authorization: ", "Subject: "},
		"an empty header field":          {0, "Supported: timer", "X-Y:"},
	} {
		t.Run(name, func(t *testing.T) {
			parts := strings.Split(flawless, c.old)
			if len(parts) <= c.nth+1 {
				t.Fatalf("%q stands there %d times", c.old, len(parts)-1)
			}
			bent := strings.Join(parts[:c.nth+1], c.old) + c.new + strings.Join(parts[c.nth+1:], c.old)
			if len(judge(testimony(t, bent))) == 0 {
				t.Error("the judge finds nothing")
			}
		})
	}
}
