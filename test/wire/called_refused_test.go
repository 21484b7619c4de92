package wire

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"intercom/ua/sip"
	"intercom/ua/uatest"
)

// owes plays a request outside of any dialog that is owed one of some statuses ("415", "400|drop") and leaves no trace.
func owes(t *testing.T, name, method, owed string, lines []string, check ...func(s *stage, refused *uatest.Message)) {
	everyWay(t, fmt.Sprintf("%s %s: %s", method, name, owed), func(s *stage, p *phone, a *peer) {
		d := a.Call(p.addr, "agent")
		d.Request(method, append([]string{a.sdp()}, lines...)...)
		refused := a.WantAnswer()
		if !strings.Contains(owed, fmt.Sprint(refused.Status)) {
			s.Errorf("got\n%s", refused)
		}
		for _, f := range check {
			f(s, refused)
		}
		if method == "INVITE" {
			d.AckRefusal(refused)
		}
		p.wantNoEvent(100 * time.Millisecond)
	})
}

// says demands header fields of a response, by the values they have when white space is left out.
func says(fields ...string) func(s *stage, m *uatest.Message) {
	return func(s *stage, m *uatest.Message) {
		for _, field := range fields {
			name, want, _ := strings.Cut(field, ": ")
			if got := strings.Join(headers(m.Message, name), ","); want != "" && got != want || !m.Has(name) {
				s.Errorf("want %q, got\n%s", field, m)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	owes(t, "with Require: foo", "INVITE", "420", []string{"Require: foo"}, says("Unsupported: foo"))
	owes(t, "with Require of several, some of them known", "INVITE", "420", []string{"Require: 100rel, foo", "Require: timer ,Bar"}, says("Unsupported"))
	owes(t, "with Require: foo", "OPTIONS", "420", []string{"Require: foo"}, says("Unsupported: foo"))
	owes(t, "with a body of unknown type", "INVITE", "415", []string{"Content-Type: application/unknownformat", "body: <audio/>"}, says("Accept"))
	owes(t, "with an encoded body", "INVITE", "415", []string{"Content-Encoding: gzip"}, says("Accept-Encoding"))
	owes(t, "with a body that must be understood", "INVITE", "415", []string{"Content-Type: text/html", "Content-Disposition: render;handling=required", "body: <p>"}, says("Accept"))
	owes(t, "whose answer nobody could read", "INVITE", "406", []string{"Accept: text/nobodyKnowsThis"})
	owes(t, "that nobody knows", "FOO", "501", nil, says("Allow"))
	owes(t, "in small letters", "invite", "501", nil, says("Allow"))
	for _, method := range []string{"REGISTER", "PUBLISH"} {
		owes(t, "at a telephone", method, "405", []string{"Expires: 60", "Event: presence"}, says("Allow"))
	}
	owes(t, "for an unknown event", "SUBSCRIBE", "489", []string{"Event: presence", "Expires: 600"}, says("Allow-Events"))
	owes(t, "without an event", "SUBSCRIBE", "489|400", nil)
	owes(t, "for nothing", "NOTIFY", "481", []string{"Event: presence", "Subscription-State: active"})
	owes(t, "outside of a call", "REFER", "403|405|603|481", []string{"Refer-To: <sip:x@127.0.0.1>"})
	owes(t, "that replaces a dialog that does not exist (RFC 3891 §3)", "INVITE", "481", []string{"Replaces: nothing@h.invalid;to-tag=a;from-tag=b"})
	owes(t, "that replaces two dialogs (RFC 3891 §3)", "INVITE", "400", []string{"Replaces: x;to-tag=a;from-tag=b", "X: y", "replaces: z;to-tag=a;from-tag=b, y;to-tag=c;from-tag=d"})
	owes(t, "that replaces without tags (RFC 3891 §6.1)", "INVITE", "400", []string{"Replaces: x"})
	owes(t, "with Replaces (RFC 3891 §3)", "OPTIONS", "400", []string{"Replaces: x;to-tag=a;from-tag=b"})
	owes(t, "in an unknown dialog", "BYE", "481", []string{"To: <sip:agent@127.0.0.1>;tag=nobody"})
	owes(t, "in an unknown dialog", "INVITE", "481", []string{"To: <sip:agent@127.0.0.1>;tag=nobody"})
	owes(t, "in an unknown dialog", "INFO", "481", []string{"To: <sip:agent@127.0.0.1>;tag=nobody"})
	owes(t, "in an unknown dialog", "UPDATE", "481", []string{"To: <sip:agent@127.0.0.1>;tag=nobody"})
	owes(t, "in an unknown dialog", "PRACK", "481", []string{"To: <sip:agent@127.0.0.1>;tag=nobody", "RAck: 1 1 INVITE"})
	owes(t, "outside of any", "BYE", "481", nil)
	owes(t, "for nothing (RFC 3261 §9.2)", "CANCEL", "481", nil)
	owes(t, "of an unreadable Contact", "INVITE", "400", []string{"Contact: <sip:x@@y>"})
	owes(t, "without a Contact that can be called", "INVITE", "400", []string{"Contact: <tel:+49301234>"})
	owes(t, "with a Contact for all", "INVITE", "400", []string{"Contact: *"})
	owes(t, "of a type unknown", "MESSAGE", "415", []string{"Content-Type: application/x-odd", "body: hello"}, says("Accept: text/plain"))
	owes(t, "of a charset unknown", "MESSAGE", "415", []string{"Content-Type: text/plain;charset=klingon", "body: hello"}, says("Accept: text/plain"))

	everyWay(t, "OPTIONS: 200 with Allow and Accept (RFC 3261 §11)", func(s *stage, p *phone, a *peer) {
		d := a.Call(p.addr, "agent")
		for _, lines := range [][]string{nil, {"Accept: application/sdp"}, {"Max-Forwards: 0"}, {"Contact: <sip:q@h.invalid>", "Accept: text/html"}, {a.sdp()}} {
			d.Request("OPTIONS", lines...)
			ok := d.Want(200)
			for _, method := range []string{"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "PRACK", "UPDATE", "INFO", "MESSAGE", "REFER", "NOTIFY"} {
				if !strings.Contains(" "+strings.Join(headers(ok.Message, "Allow"), " ")+" ", " "+method+" ") {
					s.Errorf("Allow lacks %s:\n%s", method, ok)
				}
			}
			says("Accept-Encoding: identity", "Supported")(s, ok)
		}
	})
	everyWay(t, "MESSAGE: 200, and the text is told (RFC 3428)", func(s *stage, p *phone, a *peer) {
		d := a.Call(p.addr, "agent")
		for body, kind := range map[string]string{
			"Grüße \"vom\" <Tor>": "text/plain;charset=utf-8", "hello": "Text/Plain", "line\r\nline": "text/plain; charset=\"us-ascii\"", "": "text/plain",
		} {
			d.Request("MESSAGE", "Content-Type: "+kind, "body: "+body)
			d.Want(200)
			if e := p.want("message"); e.Text != body {
				s.Errorf("told %s", e.line)
			}
		}
	})
	play(t, "the same MESSAGE again, and over another branch: told once (RFC 3428 §7, RFC 3261 §8.2.2.2)", func(s *stage) {
		p, a := s.phone(), s.peer()
		d := a.Call(p.addr, "agent")
		m := d.Request("MESSAGE", "Content-Type: text/plain", "body: hello")
		d.Want(200)
		p.want("message")
		a.Forget()
		a.SendMessage(p.addr, m)
		d.Want(200)
		m.Set("Via", strings.Replace(m.Get("Via"), sip.BranchCookie, sip.BranchCookie+"other", 1))
		a.SendMessage(p.addr, m)
		d.Want(482)
		p.wantNoEvent(200 * time.Millisecond)
	})
	play(t, "a body that may be passed over makes a late offer of the INVITE (RFC 3261 §20.11)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", "Content-Type: application/x-odd", "Content-Disposition: render;handling=optional", "body: hello")
		p.want("incoming")
		d.Want(180)
		s.wantOffer(d.Want(200))
		d.Ack(a.sdp())
		p.want("answered")
		p.ended(d)
	})
	play(t, "a description among other parts (RFC 5621 §3)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		body := "--b1\r\nContent-Type: application/isup\r\nContent-Disposition: signal;handling=optional\r\n\r\n\x00\x01\r\n" +
			"--b1\r\nContent-Type: application/sdp\r\n\r\n" + strings.TrimPrefix(a.sdp(), "body: ") + "\r\n--b1--\r\n"
		d := p.called(a, "MIME-Version: 1.0", "Content-Type: multipart/mixed;boundary=b1", "body: "+body)
		a.wantRTP(true)
		p.ended(d)
	})
	play(t, "requests that a UAS has nothing against: Proxy-Require, Priority, Subject, unknown fields, odd Accepts", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		p.ended(p.called(a, "Proxy-Require: foo", "Priority: emergency", "Subject: ", "X-Odd: ;;,\"", "Accept: text/*;q=0.1, application/*", "Accept-Language: tlh",
			"Alert-Info: <http://h.invalid/bell.wav>", "Call-Info: <x:y>;purpose=icon", "Date: Fri, 32 Okt 2010 16:08:13 EST", "Organization:", "P-Asserted-Identity: <sip:x@y>, <tel:1>",
			"Max-Forwards: 0", "Supported: ", "Allow: ", "Authorization: NoOneKnowsThisScheme opaque-data=here", "Timestamp: 54.0 1.5", a.sdp()))
	})
	play(t, "busy and free again: 486 for one call too many, and then no more (RFC 3261 §21.4.24)", func(s *stage) {
		p, a := s.phone("-auto", "-max-calls", "2"), s.peer()
		first, second := p.called(a), p.called(a)
		third := a.Call(p.addr, "agent")
		third.Request("INVITE", a.sdp())
		third.AckRefusal(third.Want(486))
		p.ended(first)
		fourth := p.called(a)
		p.ended(second)
		p.ended(fourth)
	})
}

// A request that is broken is told what it is owed or gets nothing; never a call, and the phone goes on.
func TestBroken(t *testing.T) {
	t.Parallel()
	replace := func(pairs ...string) func(string) string { return strings.NewReplacer(pairs...).Replace }
	long := strings.Repeat("x", 20000)
	for name, tt := range map[string]struct {
		owed string
		bend func(text string) string
	}{
		"two CSeq (RFC 4475 §3.3.9)": {"400", replace("CSeq: 1 INVITE\r\n", "CSeq: 1 INVITE\r\nCSeq: 2 INVITE\r\n")},
		"two From":                   {"400", replace("To: ", "From: <sip:x@y>;tag=z\r\nTo: ")},
		"two Call-ID":                {"400", replace("To: ", "i: another\r\nTo: ")},
		"Content-Length beyond the datagram (§3.1.2.2)": {"400", replace("Content-Length: ", "Content-Length: 9")},
		"negative Content-Length (§3.1.2.3)":            {"400|drop", replace("Content-Length: ", "Content-Length: -")},
		"a word for a Content-Length":                   {"400", replace("Content-Length: ", "Content-Length: x")},
		"SIP/7.0 (§3.1.2.16)":                           {"505", replace(" SIP/2.0\r\n", " SIP/7.0\r\n")},
		"SIP/2.1":                                       {"505", replace(" SIP/2.0\r\n", " SIP/2.1\r\n")},
		"an unknown Request-URI scheme (§3.3.1)":        {"416", replace("INVITE sip:", "INVITE nobodyKnowsThisScheme:")},
		"mailto: in the Request-URI":                    {"416", replace("INVITE sip:agent@", "INVITE mailto:agent@")},
		"no user and no host in the Request-URI":        {"400", replace("INVITE sip:agent@", "INVITE sip:agent@@@")},
		"a Request-URI of 20 kB":                        {"414|400|513", replace("INVITE sip:agent@", "INVITE sip:"+long+"@")},
		"CSeq 36893488147419103232 (§3.1.2.4)":          {"400", replace("CSeq: 1 ", "CSeq: 36893488147419103232 ")},
		"a CSeq without a number":                       {"400", replace("CSeq: 1 ", "CSeq: one ")},
		"a negative CSeq":                               {"400", replace("CSeq: 1 ", "CSeq: -1 ")},
		"the CSeq of another method (§3.1.2.17)":        {"400", replace("CSeq: 1 INVITE", "CSeq: 1 OPTIONS")},
		"a 20 kB display name":                          {"513|400|413|drop", replace(`"House"`, `"`+long+`"`)},
		"no Via at all (RFC 3261 §8.1.1)":               {"400|drop", replace("Via: ", "X-Via: ")},
		"no To":                                         {"400|drop", replace("To: ", "X-To: ")},
		"no From":                                       {"400|drop", replace("From: ", "X-From: ")},
		"no Call-ID":                                    {"400|drop", replace("Call-ID: ", "X-Call-ID: ")},
		"no CSeq":                                       {"400|drop", replace("CSeq: ", "X-CSeq: ")},
		"an open quote in From (§3.1.2.6)":              {"400", replace(`From: "House" `, `From: "House `)},
		"an open bracket in To":                         {"400", replace("To: <sip:agent@", "To: <sip:agent@x <sip:agent@")},
		"Max-Forwards of 300":                           {"400", replace("Max-Forwards: 70", "Max-Forwards: 300")},
		"a word for Max-Forwards":                       {"400", replace("Max-Forwards: 70", "Max-Forwards: many")},
		"white space within the Request-URI (§3.1.2.8)": {"400", replace("INVITE sip:agent@", "INVITE sip: agent@")},
		"brackets around the Request-URI (§3.1.2.7)": {"400", func(text string) string {
			return strings.Replace(strings.Replace(text, "INVITE sip:", "INVITE <sip:", 1), " SIP/2.0", "> SIP/2.0", 1)
		}},
		"header fields in the Request-URI (§3.1.2.11)": {"400", replace(" SIP/2.0\r\nVia", "?Route=%3Csip:x%3E SIP/2.0\r\nVia")},
		"a header field without a name":                {"400", replace("Max-Forwards", ": x\r\nMax-Forwards")},
		"a line that is no header field":               {"400", replace("Max-Forwards", "this is none\r\nMax-Forwards")},
		"empty elements of Via (§3.1.2.1)":             {"400", replace(";rport\r\n", ";;,;,,;rport\r\n")},
		"empty elements of Contact (§3.1.2.1)":         {"400", replace("Contact: <", "Contact: \"\" <sip:x@y>;;,;,,<")},
		"zeros in a header field":                      {"400|drop|180|200|486", replace("Max-Forwards", "X: a\x00b\r\nMax-Forwards")},
		"lines that end with CR alone":                 {"400|drop", func(text string) string { return strings.ReplaceAll(text, "\r\n", "\r") }},
		"no end of the header":                         {"400|drop", func(text string) string { return text[:strings.Index(text, "\r\n\r\n")+2] }},
		"300 header fields beyond reason":              {"400|drop|513", replace("Max-Forwards", strings.Repeat("X: y\r\n", 300)+"Max-Forwards")},
		"2000 Vias":                                    {"400|drop|513", replace("Max-Forwards", strings.Repeat("Via: SIP/2.0/UDP h.invalid;branch=z9hG4bKx\r\n", 1200)+"Max-Forwards")},
		"no digit in the version":                      {"400|505|drop", replace(" SIP/2.0\r\n", " SIP/x.y\r\n")},
		"no version at all":                            {"400|505|drop", func(text string) string { return strings.Replace(text, " SIP/2.0\r\n", "\r\n", 1) }},
		"the bare cookie for a branch (RFC 4475 §3.2.1)": {"400", func(text string) string {
			i := strings.Index(text, "branch=")
			j := strings.Index(text, ";rport")
			return text[:i] + "branch=z9hG4bK" + text[j:]
		}},
	} {
		play(t, "an INVITE with "+name+": "+tt.owed+", and no call", func(s *stage) {
			p, a := s.phone(), s.peer()
			d := a.Call(p.addr, "agent")
			text := tt.bend(string(d.Build("INVITE", a.sdp()).Append(nil)))
			a.SendBytes(p.addr, []byte(text))
			fence := a.Call(p.addr, "agent") // datagrams are taken in their order
			fence.Request("OPTIONS")
			got := "drop"
			for m := a.Receive(s.patience); m == nil || m.CallID() != fence.CallID; m = a.Receive(s.patience) {
				switch {
				case m == nil:
					s.Fatal("OPTIONS is not answered")
				case m.Status == 100 || m.Status == 180:
					got = "180"
				default:
					got = fmt.Sprint(m.Status)
				}
			}
			if !strings.Contains("|"+tt.owed+"|", "|"+got+"|") {
				s.Errorf("got %s, owed %s", got, tt.owed)
			}
			if got == "180" {
				p.want("incoming")
				p.says("reject")
				p.want("ended")
			}
			p.wantNoEvent(50 * time.Millisecond)
		})
	}
}
