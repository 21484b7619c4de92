package sip

import (
	"slices"
	"strings"
	"testing"
)

func TestURIs(t *testing.T) {
	for text, wanted := range map[string]URI{
		"sip:door":                               {Scheme: "sip", Host: "door"},
		"SIP:alice@Example.com":                  {Scheme: "sip", User: "alice", Host: "Example.com"},
		"sips:alice:secret@example.com:5061":     {Scheme: "sips", User: "alice", Password: "secret", Host: "example.com", Port: 5061},
		"sip:a:@example.com":                     {Scheme: "sip", User: "a", Host: "example.com"},
		"sip:a:b:c@example.com":                  {Scheme: "sip", User: "a", Password: "b:c", Host: "example.com"},
		"sip:*11@fritz.box;user=phone":           {Scheme: "sip", User: "*11", Host: "fritz.box", Params: ";user=phone"},
		"sip:192.0.2.1:5062;lr;transport=tcp":    {Scheme: "sip", Host: "192.0.2.1", Port: 5062, Params: ";lr;transport=tcp"},
		"sip:a@[2001:db8::1]:5060;lr":            {Scheme: "sip", User: "a", Host: "2001:db8::1", Port: 5060, Params: ";lr"},
		"sip:[fe80::1%25eth0]":                   {Scheme: "sip", Host: "fe80::1%25eth0"},
		"sip:[::ffff:192.0.2.1]":                 {Scheme: "sip", Host: "::ffff:192.0.2.1"},
		"sip:a;b?c@d":                            {Scheme: "sip", User: "a;b?c", Host: "d"},
		"sip:a@d?Subject=x&Priority=urgent":      {Scheme: "sip", User: "a", Host: "d", Headers: "Subject=x&Priority=urgent"},
		"sip:a@d;x=y?Subject=x":                  {Scheme: "sip", User: "a", Host: "d", Params: ";x=y", Headers: "Subject=x"},
		"sip:a@b_c.local":                        {Scheme: "sip", User: "a", Host: "b_c.local"},
		"sip:a@b;par&am=[x]/y":                   {Scheme: "sip", User: "a", Host: "b", Params: ";par&am=[x]/y"},
		"tel:+49-30-1234;phone-context=+49":      {Scheme: "tel", User: "+49-30-1234", Params: ";phone-context=+49"},
		"soap.beep://192.0.2.103:3002":           {Scheme: "soap.beep", Opaque: "//192.0.2.103:3002"},
		"urn:service:sos":                        {Scheme: "urn", Opaque: "service:sos"},
		"sip:%00%00@host5.example.com":           {Scheme: "sip", User: "%00%00", Host: "host5.example.com"},
		"sip:3002@asterisk:5060;ob;x-ast=\"no\"": {},
	} {
		u, err := ParseURI(text)
		if wanted == (URI{}) {
			if err == nil {
				t.Errorf("%q gives %+v, want an error", text, u)
			}
			continue
		}
		if err != nil {
			t.Error(err)
			continue
		}
		want(t, text, u, wanted)
		again, err := ParseURI(u.String())
		want(t, text+" written and read again", again, wanted)
		want(t, "error", err, nil)
	}
}

func TestTextThatIsNoURI(t *testing.T) {
	for _, text := range []string{
		"", ":", "sip", "sip:", "sip: a@b", "sip:a@b ", "sip:a b@c", "1sip:a@b", "sip:@b", "sip::x@b", "sip:a@", "sip:a@b:0", "sip:a@b:x",
		"sip:a@b:99999", "sip:a@b:5060x", "sip:a@b,c", "sip:a@b;", "sip:a@b;=c", "sip:a@[::1", "sip:a@[192.0.2.1]", "sip:a@[::1]x", "sip:a@::1",
		"sip:a@@b", "sip:a@b;c=d e", "sip:a@b?c=d e", "sip:a:b c@d", "<sip:a@b>", "tel:", "tel:;a=b", "tel:1 2", "tel:1;", "http://a b", "sip:a@\x00b", "s\xffp:a",
	} {
		if u, err := ParseURI(text); err == nil {
			t.Errorf("%q gives %+v, want an error", text, u)
		}
	}
}

// The examples of RFC 3261 §19.1.4, and then some.
func TestURIsThatAreTheSame(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp", true},
		{"sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", true},
		{"sip:carol@chicago.com", "sip:carol@chicago.com;security=on", true},
		{"sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on", true},
		{"sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com", "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com", true},
		{"sip:alice@atlanta.com?subject=project%20x&priority=urgent", "sip:alice@atlanta.com?priority=urgent&subject=project%20x", true},
		{"SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP", false}, // the user part is case-sensitive
		{"sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", false},
		{"sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", false},
		{"sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp", false},
		{"sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting", false},
		{"sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4", false},
		{"sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off", false},
		{"sip:a@b", "sips:a@b", false},
		{"sip:a@b;maddr=c", "sip:a@b", false},
		{"sip:a%3Bb@c", "sip:a;b@c", false}, // a reserved character is not its escape
		{"sip:a%2Db@c", "sip:a-b@c", true},
		{"sip:a%zz@c", "sip:a%zz@c", true},
		{"sip:a@[2001:db8::1]", "sip:a@[2001:DB8:0::1]", true},
		{"sip:a@[2001:db8::1]", "sip:a@[2001:db8::2]", false},
		{"sip:a:b@c", "sip:a@c", false},
		{"tel:+49-30-12.34", "tel:+49301234", true},
		{"tel:+49301234", "tel:+49301235", false},
		{"tel:1234;phone-context=a.example", "tel:1234;phone-context=b.example", false},
		{"tel:1234;phone-context=a.example", "tel:1234", false},
		{"urn:service:sos", "urn:service:sos", true},
		{"urn:service:sos", "urn:service:fire", false},
	} {
		a, err1 := ParseURI(c.a)
		b, err2 := ParseURI(c.b)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		want(t, c.a+" equals "+c.b, a.Equal(b), c.same)
		want(t, c.b+" equals "+c.a, b.Equal(a), c.same)
	}
}

func TestEscapingAUser(t *testing.T) {
	want(t, "escaped", EscapeUser("#42 <ü>@x%"), "%2342%20%3C%C3%BC%3E%40x%25")
	want(t, "plain", EscapeUser("**1"), "**1")
	for _, s := range []string{"", "#42", "a%41", "ü", "\x00\xff"} {
		want(t, "escaped and unescaped", Unescape(EscapeUser(s)), s)
	}
	want(t, "half an escape", Unescape("a%4"), "a%4")
	want(t, "no escape", Unescape("%zz%41"), "%zzA")
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct{ text, display, uri, params, written string }{
		{"<sip:a@b>", "", "sip:a@b", "", "<sip:a@b>"},
		{" < sip:a@b > ; tag = x ", "", "sip:a@b", "; tag = x", "<sip:a@b>; tag = x"},
		{`"A. \"Al\" B\\" <sip:a@b>;tag=1`, `A. "Al" B\`, "sip:a@b", ";tag=1", `"A. \"Al\" B\\" <sip:a@b>;tag=1`},
		{`""<sip:a@b>`, "", "sip:a@b", "", "<sip:a@b>"},
		{`"a<b>,;c"<sip:a@b>`, "a<b>,;c", "sip:a@b", "", `"a<b>,;c" <sip:a@b>`},
		{"Front Door<sip:a@b;x=1>;y=2", "Front Door", "sip:a@b;x=1", ";y=2", `"Front Door" <sip:a@b;x=1>;y=2`},
		{"sip:a@b;tag=1", "", "sip:a@b", ";tag=1", "<sip:a@b>;tag=1"},
		{`sip:a@b;x="<;,>"`, "", "sip:a@b", `;x="<;,>"`, `<sip:a@b>;x="<;,>"`},
		{"tel:+1234;tag=1", "", "tel:+1234", ";tag=1", "<tel:+1234>;tag=1"},
		{"<http://x/y?z>;tag=1", "", "http://x/y?z", ";tag=1", "<http://x/y?z>;tag=1"},
		{`"Anonymous" <sip:anonymous@anonymous.invalid>`, "Anonymous", "sip:anonymous@anonymous.invalid", "", `"Anonymous" <sip:anonymous@anonymous.invalid>`},
	} {
		a, err := ParseAddress(c.text)
		if err != nil {
			t.Error(err)
			continue
		}
		want(t, c.text+" display name", a.Display, c.display)
		want(t, c.text+" URI", a.URI.String(), c.uri)
		want(t, c.text+" parameters", string(a.Params), c.params)
		want(t, c.text+" written", a.String(), c.written)
	}
	for _, text := range []string{
		"", "<", ">", "<>", "*", `"`, `"a`, `"a"`, `"a" sip:a@b`, `"a\" <sip:a@b>`, "a, b <sip:a@b>", "<sip:a@b", "<sip:a@b>x", "<sip:a@b>;", "<sip:a@b>;;a",
		"<sip:a@b>;a=", "<sip:a@b>;a=b c", "<sip:a@b>;a=\"b", "<sip:a@b>;a=\"b\"c", "<sip:a@b>;=b", "sip:a@b?x=y", "sip:a@b,c", "sip:a b@c", `x"y" <sip:a@b>`,
	} {
		if a, err := ParseAddress(text); err == nil {
			t.Errorf("%q gives %+v, want an error", text, a)
		}
	}
}

func TestTags(t *testing.T) {
	a, err := ParseAddress("<sip:a@b>;x=y")
	want(t, "error", err, nil)
	want(t, "no tag", a.Tag(), "")
	want(t, "with a tag", a.WithTag("t1").String(), "<sip:a@b>;x=y;tag=t1")
	want(t, "with another", a.WithTag("t1").WithTag("t2").Tag(), "t2")
}

func TestVias(t *testing.T) {
	v, err := ParseVia("SIP / 2.0 / TLS   [2001:db8::9] : 5061 ; branch = z9hG4bKx;received=[2001:db8::1] ;rport= 7")
	want(t, "error", err, nil)
	port, ok := v.RPort()
	want(t, "rport is there", ok, true)
	want(t, "rport", port, 7)
	want(t, "sent-by", v.SentBy(), "[2001:db8::9]:5061")
	want(t, "branch", v.Branch(), "z9hG4bKx")
	want(t, "received", v.Received(), "2001:db8::1")

	v, err = ParseVia("SIP/2.0/ TCP a") // SLASH has white space on either side, or both
	want(t, "error", err, nil)
	want(t, "transport", v.Transport, "TCP")

	v = Via{Transport: "UDP", Host: "192.0.2.1", Port: 5060, Params: ";rport;branch=z9hG4bK1"}
	v.Params = v.Params.With("rport", "5070").With("received", "192.0.2.9")
	want(t, "answered", v.String(), "SIP/2.0/UDP 192.0.2.1:5060;rport=5070;branch=z9hG4bK1;received=192.0.2.9")
	_, ok = Via{}.RPort()
	want(t, "rport is there", ok, false)
}

func TestSetTopViaLeavesTheOthersAlone(t *testing.T) {
	m := parse(t, "OPTIONS sip:a@b SIP/2.0\nVia: SIP/2.0/UDP a;x=\",\", SIP/2.0/UDP b, SIP/2.0/UDP c\nVia: SIP/2.0/UDP d\n\n")
	v, err := m.TopVia()
	want(t, "error", err, nil)
	v.Params = v.Params.With("received", "192.0.2.1")
	m.SetTopVia(v)
	want(t, "first line", m.Headers[0].Value, `SIP/2.0/UDP a;x=",";received=192.0.2.1, SIP/2.0/UDP b, SIP/2.0/UDP c`)
	want(t, "second line", m.Headers[1].Value, "SIP/2.0/UDP d")
	m = NewRequest("OPTIONS", "sip:a")
	m.SetTopVia(v)
	want(t, "a first Via", m.Get("Via"), v.String())
}

func TestParams(t *testing.T) {
	p := Params(`; A = 1 ;b;c="x;\"y\"";d=[::1]`)
	for name, wanted := range map[string]string{"a": "1", "B": "", "c": `x;"y"`, "d": "[::1]"} {
		value, ok := p.Get(name)
		want(t, name, value, wanted)
		want(t, name+" is there", ok, true)
	}
	want(t, "e is there", p.Has("e"), false)
	var names []string
	for name := range p.All() {
		names = append(names, name)
	}
	want(t, "names", strings.Join(names, " "), "A b c d")
	want(t, "with", string(p.With("a", "2").With("B", "3").With("e", "").With("f", "a b")), `;a=2;B=3;c="x;\"y\"";d=[::1];e;f="a b"`)
	want(t, "without", string(p.Without("c").Without("a").Without("z")), ";b;d=[::1]")
	want(t, "repeated parameter set once", string(Params(";a=1;b;a=2").With("a", "3")), ";a=3;b")
	want(t, "from nothing", string(Params("").With("lr", "")), ";lr")
}

func TestLists(t *testing.T) {
	m := parse(t, `OPTIONS sip:a@b SIP/2.0
Contact: "a, b" <sip:a@b?x=,>, <sip:c@d>;q="1,2" ,,
Contact:
Subject: one, two
Supported: 100rel , timer
k:replaces

`)
	got := func(name string) (s string) {
		for value := range m.Values(name) {
			s += "|" + value
		}
		return s
	}
	want(t, "Contact", got("m"), `|"a, b" <sip:a@b?x=,>|<sip:c@d>;q="1,2"`)
	want(t, "Subject", got("subject"), "|one, two")
	want(t, "Supported", got("Supported"), "|100rel|timer|replaces")
	want(t, "absent", got("Require"), "")
	for range m.Values("Supported") {
		break // an iterator that is left early must not go on
	}
}

func TestEditingHeaderFields(t *testing.T) {
	m := NewRequest("INVITE", "sip:a@b")
	m.Add("v", "1")
	m.Add("X-Own", "2")
	m.Prepend("route", "3")
	m.Add("Via", "4")
	m.Set("VIA", "5")
	m.Set("Max-Forwards", "70")
	m.Del("x-own")
	want(t, "message", m.String(), "INVITE sip:a@b SIP/2.0\r\nRoute: 3\r\nVia: 5\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n")
}

func TestMoreHeaderFieldsThanThereIsRoomFor(t *testing.T) {
	m := parse(t, "OPTIONS sip:a@b SIP/2.0\n"+strings.Repeat("X: y\n", MaxHeaders)+"\n")
	want(t, "header fields", len(m.Headers), MaxHeaders)
	c := m.Clone()
	want(t, "copy", c.String(), m.String())
}

func TestResponses(t *testing.T) {
	r := NewResponse(parse(t, strings.Replace(invite, "Max-Forwards: 69", "Timestamp: 54", 1)), 180, "")
	want(t, "status line and number of fields", strings.SplitN(r.String(), "\r\n", 2)[0], "SIP/2.0 180 Ringing")
	var names []string
	for _, h := range r.Headers {
		names = append(names, h.Name)
	}
	want(t, "header fields", strings.Join(names, " "), "Via Via From To Call-ID CSeq")
	want(t, "second Via line", r.Headers[1].Value, "SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bKphone7;received=198.51.100.4, SIP/2.0/TCP a.example.com;branch=z9hG4bKa")
	want(t, "request or not", r.IsRequest(), false)
	want(t, "Timestamp in a 100", NewResponse(parse(t, "OPTIONS sip:a@b SIP/2.0\nTimestamp: 54\n\n"), 100, "").Get("Timestamp"), "54")
	want(t, "own reason", NewResponse(r, 400, "Bad CSeq").Reason, "Bad CSeq")
}

func TestReasonPhrases(t *testing.T) {
	for status, phrase := range map[int]string{
		100: "Trying", 200: "OK", 302: "Moved Temporarily", 401: "Unauthorized", 487: "Request Terminated",
		503: "Service Unavailable", 603: "Decline", 299: "OK", 499: "Bad Request", 699: "Busy Everywhere", 42: "", 700: "",
	} {
		want(t, "reason phrase", ReasonPhrase(status), phrase)
	}
	if !slices.IsSortedFunc(reasons[:], func(a, b reason) int { return a.status - b.status }) {
		t.Error("the table is not in the order that it is searched in")
	}
}

func TestSecure(t *testing.T) { // RFC 3261 §8.1.2
	for text, want := range map[string]string{
		"sip:pbx.test":                         "sips:pbx.test",
		"sip:pbx.test:5060;lr":                 "sips:pbx.test;lr",
		"sip:pbx.test:5060;transport=udp;lr":   "sips:pbx.test;lr",
		"sip:pbx.test:5081;transport=tls;lr":   "sips:pbx.test:5081;transport=tls;lr",
		"sips:pbx.test:5081":                   "sips:pbx.test:5081",
		"sip:door@[2001:db8::1];transport=TCP": "sips:door@[2001:db8::1]",
		"tel:+491234":                          "tel:+491234",
	} {
		uri, err := ParseURI(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := uri.Secure().String(); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
