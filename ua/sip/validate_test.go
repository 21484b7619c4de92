package sip

import (
	"strings"
	"testing"
)

// request is a sound OPTIONS; the tests below spoil one place of it.
const request = `OPTIONS sip:door@192.0.2.10 SIP/2.0
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1
Max-Forwards: 70
From: <sip:alice@example.com>;tag=1
To: <sip:door@example.com>
Call-ID: 1@example.com
CSeq: 1 OPTIONS
Contact: <sip:alice@192.0.2.1>
Content-Length: 0

`

func TestValidateNamesTheStatusOwed(t *testing.T) {
	want(t, "fate of the sound request", fate(crlf(request)), "good")
	for _, c := range []struct{ name, old, new, owed, reason string }{
		{"version 7.0", "door@192.0.2.10 SIP/2.0", "door@192.0.2.10 SIP/7.0", "505", "Version Not Supported"},
		{"version that is none", "door@192.0.2.10 SIP/2.0", "door@192.0.2.10 SIP/two", "400", "Bad SIP-Version"},
		{"space behind the version", "door@192.0.2.10 SIP/2.0", "door@192.0.2.10 SIP/2.0 ", "400", "Bad SIP-Version"},
		{"two spaces before the URI", "OPTIONS sip:door", "OPTIONS  sip:door", "400", "Bad Request-URI"},
		{"brackets around the URI", "sip:door@192.0.2.10", "<sip:door@192.0.2.10>", "400", "Bad Request-URI"},
		{"no host in the URI", "sip:door@192.0.2.10", "sip:door@", "400", "Bad Request-URI"},
		{"no user before the @", "sip:door@192.0.2.10", "sip:@192.0.2.10", "400", "Bad Request-URI"},
		{"port 65536", "sip:door@192.0.2.10", "sip:door@192.0.2.10:65536", "400", "Bad Request-URI"},
		{"no port behind the colon", "sip:door@192.0.2.10", "sip:door@192.0.2.10:", "400", "Bad Request-URI"},
		{"IPv6 without brackets", "sip:door@192.0.2.10", "sip:2001:db8::10", "400", "Bad Request-URI"},
		{"IPv6 bracket left open", "sip:door@192.0.2.10", "sip:[2001:db8::10", "400", "Bad Request-URI"},
		{"header fields in the URI", "sip:door@192.0.2.10", "sip:door@192.0.2.10?Route=%3Csip:x%3E", "400", "Bad Request-URI"},
		{"nameless URI parameter", "sip:door@192.0.2.10", "sip:door@192.0.2.10;;lr", "400", "Bad Request-URI"},
		{"no scheme", "sip:door@192.0.2.10", "door@192.0.2.10", "400", "Bad Request-URI"},
		{"unknown scheme", "sip:door@192.0.2.10", "soap.beep://192.0.2.103:3002", "416", "Unsupported URI Scheme"},
		{"method that is no token", "OPTIONS sip", "OPT[IONS sip", "400", "Bad Method"},
		{"line without a colon", "Max-Forwards: 70", "Max-Forwards 70", "400", "Bad Header Field"},
		{"header field without a name", "Max-Forwards: 70", ": 70", "400", "Bad Header Field"},
		{"no Via", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\n", "", "400", "Missing Via"},
		{"no From", "From: <sip:alice@example.com>;tag=1\n", "", "400", "Missing From"},
		{"no To", "To: <sip:door@example.com>\n", "", "400", "Missing To"},
		{"no Call-ID", "Call-ID: 1@example.com\n", "", "400", "Missing Call-ID"},
		{"empty Call-ID", "Call-ID: 1@example.com", "Call-ID:", "400", "Missing Call-ID"},
		{"no CSeq", "CSeq: 1 OPTIONS\n", "", "400", "Missing CSeq"},
		{"two Call-IDs", "CSeq: 1 OPTIONS", "CSeq: 1 OPTIONS\ni: 2", "400", "Repeated Call-ID"},
		{"two lengths", "Content-Length: 0", "Content-Length: 0\nl: 0", "400", "Repeated Content-Length"},
		{"CSeq of another method", "CSeq: 1 OPTIONS", "CSeq: 1 INVITE", "400", "Bad CSeq"},
		{"CSeq without a method", "CSeq: 1 OPTIONS", "CSeq: 1", "400", "Bad CSeq"},
		{"CSeq without a number", "CSeq: 1 OPTIONS", "CSeq: OPTIONS", "400", "Bad CSeq"},
		{"CSeq beyond 32 bits", "CSeq: 1 OPTIONS", "CSeq: 4294967296 OPTIONS", "400", "Bad CSeq"},
		{"bare branch cookie", "branch=z9hG4bK1", "branch=z9hG4bK", "400", "Bad Via Branch"},
		{"Via without a host", "SIP/2.0/UDP 192.0.2.1", "SIP/2.0/UDP ", "400", "Bad Via"},
		{"Via without a transport", "SIP/2.0/UDP 192.0.2.1", "SIP/2.0 192.0.2.1", "400", "Bad Via"},
		{"Via of another protocol", "SIP/2.0/UDP 192.0.2.1", "HTTP/2.0/UDP 192.0.2.1", "400", "Bad Via"},
		{"Via glued to its host", "SIP/2.0/UDP 192.0.2.1", "SIP/2.0/UDP[::1]", "400", "Bad Via"},
		{"second Via spoilt", "branch=z9hG4bK1", "branch=z9hG4bK1, SIP/2.0/UDP", "400", "Bad Via"},
		{"empty Via in a list", "branch=z9hG4bK1", "branch=z9hG4bK1,,SIP/2.0/UDP a", "400", "Bad Via"},
		{"empty parameters", "branch=z9hG4bK1", ";,;,,", "400", "Bad Via"},
		{"parameter without its value", "branch=z9hG4bK1", "branch=", "400", "Bad Via"},
		{"unterminated quote in From", "From: <sip:alice", `From: "Alice <sip:alice`, "400", "Bad From"},
		{"comma in an unquoted display name", "From: <sip:alice", "From: Smith, Alice <sip:alice", "400", "Bad From"},
		{"bracket left open in To", "door@example.com>", "door@example.com", "400", "Bad To"},
		{"text behind the bracket in To", "door@example.com>", "door@example.com>x", "400", "Bad To"},
		{"display name without an address", "To: <sip:door@example.com>", `To: "Door"`, "400", "Bad To"},
		{"empty parameters in Contact", "Contact: <sip:alice@192.0.2.1>", "Contact: <sip:alice@192.0.2.1>;;;;", "400", "Bad Contact"},
		{"empty Contact in a list", "Contact: <sip:alice@192.0.2.1>", "Contact: <sip:alice@192.0.2.1>,", "400", "Bad Contact"},
		{"question mark outside of brackets", "Contact: <sip:alice@192.0.2.1>", "Contact: sip:alice@192.0.2.1?a=b", "400", "Bad Contact"},
		{"Record-Route that is no address", "Contact: <", "Record-Route: proxy\nContact: <", "400", "Bad Record-Route"},
		{"Route that is no address", "Contact: <", "Route: <>\nContact: <", "400", "Bad Route"},
		{"Max-Forwards over 255", "Max-Forwards: 70", "Max-Forwards: 256", "400", "Bad Max-Forwards"},
		{"negative Max-Forwards", "Max-Forwards: 70", "Max-Forwards: -1", "400", "Bad Max-Forwards"},
		{"length of more than came", "Content-Length: 0", "Content-Length: 1", "400", "Bad Content-Length"},
		{"negative length", "Content-Length: 0", "Content-Length: -999", "400", "Bad Content-Length"},
		{"length beyond 64 bits", "Content-Length: 0", "Content-Length: 36893488147419103232", "400", "Bad Content-Length"},
		{"display name of 20 kB", "From: <", `From: "` + strings.Repeat("x", 20<<10) + `" <`, "513", "Message Too Large"},
		{"Request-URI of 20 kB", "sip:door", "sip:" + strings.Repeat("x", 20<<10), "414", "Request-URI Too Long"},
		{"line break before it all", "OPTIONS sip", "\nOPTIONS sip", "good", ""},
		{"no Max-Forwards, as RFC 2543 had none", "Max-Forwards: 70\n", "", "good", ""},
		{"Max-Forwards 0", "Max-Forwards: 70", "Max-Forwards: 0", "good", ""},
		{"no Content-Length", "Content-Length: 0\n", "", "good", ""},
		{"octets behind the body", "Content-Length: 0\n\n", "Content-Length: 0\n\nmore", "good", ""},
		{"Contact *", "Contact: <sip:alice@192.0.2.1>", "Contact: *", "good", ""},
		{"tel in the Request-URI", "sip:door@192.0.2.10", "tel:+49-30-1234;phone-context=x", "good", ""},
		{"version in small letters", "door@192.0.2.10 SIP/2.0", "door@192.0.2.10 sip/2.0", "good", ""},
		{"From without brackets", "From: <sip:alice@example.com>;tag=1", "From: sip:alice@example.com;tag=1", "good", ""},
		{"From in UTF-8 without quotes", "From: <", "From: Müller (Büro) <", "good", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(request, c.old, c.new, 1)
			if text == request {
				t.Fatalf("%q is not in the request", c.old)
			}
			want(t, "fate", fate(crlf(text)), c.owed)
			if f := Validate(parse(t, text)); f != nil {
				want(t, "reason", f.Reason, c.reason)
			}
		})
	}
}

func TestFaultsQuoteWhatTheyFound(t *testing.T) {
	f := Validate(parse(t, strings.Replace(request, "CSeq: 1", "CSeq: 1\x1b[2J", 1)))
	want(t, "error", f.Error(), `400 Bad CSeq: CSeq "1\x1b[2J OPTIONS": "1\x1b[2J" is not a row of digits`)
}

func TestResponsesWithAFaultAreDiscarded(t *testing.T) {
	response := func(cseq string) string {
		return "SIP/2.0 200 OK\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\nFrom: <sip:a@b>\nTo: <sip:c@d>\nCall-ID: 1\nCSeq: " + cseq + "\n\n"
	}
	want(t, "sound response", fate(crlf(response("1 INVITE"))), "good")
	want(t, "response with a CSeq beyond 32 bits", fate(crlf(response("9292394834772304023312 OPTIONS"))), "discard")
	want(t, "response with a code beyond 32 bits", fate(crlf(strings.Replace(response("1 INVITE"), "200", "4294967301", 1))), "unframed")
}
