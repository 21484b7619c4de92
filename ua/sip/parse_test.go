package sip

import (
	"bytes"
	"strings"
	"testing"
)

func TestParseRefusesOnlyWhatItCannotFrame(t *testing.T) {
	many := strings.Repeat("Via: SIP/2.0/UDP a\n", 2000)
	for _, c := range []struct{ name, text, says string }{
		{"nothing", "", "start line"},
		{"line breaks alone", "\n\n\n", "start line"},
		{"no line break", "OPTIONS sip:a@b SIP/2.0", "has no end"},
		{"HTTP", "GET / HTTP/1.1\n\n", "neither"},
		{"one word", "OPTIONS\n\n", "neither"},
		{"two words", "OPTIONS SIP/2.0\n\n", "neither"},
		{"no version", "OPTIONS sip:a@b\n\n", "neither"},
		{"no method", " sip:a@b SIP/2.0\n\n", "neither"},
		{"CR in the start line", "OPTIONS sip:a@b SIP/\r2.0\n\n", "CR"},
		{"no status code", "SIP/2.0\n\n", "no status code"},
		{"status code of two digits", "SIP/2.0 20 OK\n\n", "no status code"},
		{"status code 700", "SIP/2.0 700 OK\n\n", "no status code"},
		{"status code in letters", "SIP/2.0 2OO OK\n\n", "digits"},
		{"no end of the header fields", "OPTIONS sip:a@b SIP/2.0\nTo: x\n", "cut short"},
		{"cut inside a folded line", "OPTIONS sip:a@b SIP/2.0\nTo: x\n y", "cut short"},
		{"2000 Vias", "OPTIONS sip:a@b SIP/2.0\n" + many + "\n", "more than 256"},
	} {
		if m, err := Parse(crlf(c.text)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, %v; want an error that says %q", c.name, m, err, c.says)
		}
	}
}

func TestParseErrorsQuoteTheNetworkAndStayShort(t *testing.T) {
	_, err := Parse([]byte("\x1b[2J" + strings.Repeat("x", 60000) + "\r\n\r\n"))
	if err == nil || strings.ContainsRune(err.Error(), '\x1b') || len(err.Error()) > 300 {
		t.Errorf("error is %v", err)
	}
}

func TestParseIsLiberalInWhatItFrames(t *testing.T) {
	m, err := Parse([]byte("\r\n\r\nOPTIONS sip:a@b SIP/2.0\nsubject :\t one \n\t two\r\n \r\n three\nX-a:\n\nbody"))
	if err != nil {
		t.Fatal(err)
	}
	want(t, "Subject", m.Get("s"), "one two three")
	want(t, "empty header field is there", m.Has("x-A"), true)
	want(t, "name nobody knows", m.Headers[1].Name, "X-a")
	want(t, "body", string(m.Body), "body")
}

func TestCompactFormsAndAnyCase(t *testing.T) {
	m := parse(t, "OPTIONS sip:a@b SIP/2.0\nVIA: 1\nv: 2\ncall-id: x\nK: timer\ncontent-type: a/b\n\n")
	for i, name := range []string{"Via", "Via", "Call-ID", "Supported", "Content-Type"} {
		want(t, "name", m.Headers[i].Name, name)
	}
	want(t, "Get by compact form", m.Get("I"), "x")
}

func TestKnownNamesStandWhereTheyAreLookedFor(t *testing.T) {
	for n, names := range knownNames {
		for _, name := range names {
			want(t, "length of "+name, len(name), n)
			want(t, "canonical form", canonicalName(strings.ToUpper(name)), name)
		}
	}
	for c := byte('a'); c <= 'z'; c++ {
		if full := expandCompact(string(c)); full != string(c) {
			want(t, "canonical form", canonicalName(strings.ToUpper(full)), full)
		}
	}
}

func TestBodyEndsWhereContentLengthSays(t *testing.T) {
	body := func(length string) string {
		return string(parse(t, "MESSAGE sip:a@b SIP/2.0\n"+length+"\nhello").Body)
	}
	want(t, "shorter", body("Content-Length: 2\n"), "he")
	want(t, "exact", body("l: 5\n"), "hello")
	want(t, "longer", body("l: 50\n"), "hello")
	want(t, "beyond 32 bits", body("l: 99999999999999\n"), "hello")
	want(t, "negative", body("l: -1\n"), "hello")
	want(t, "missing", body(""), "hello")
}

func TestMessageSharesNothingWithTheDatagram(t *testing.T) {
	datagram := crlf(invite)
	m, err := Parse(datagram)
	if err != nil {
		t.Fatal(err)
	}
	before := m.String()
	clear(datagram)
	want(t, "message after the buffer was used again", m.String(), before)

	c := m.Clone()
	c.Body[0], c.Headers[0].Value = 'X', "changed"
	c.Set("Call-ID", "changed")
	want(t, "message after its copy was changed", m.String(), before)
}

func TestFoldingTenThousandTimesTakesNoTime(t *testing.T) {
	text := "OPTIONS sip:a@b SIP/2.0\nSubject: x" + strings.Repeat("\n y", 20000) + "\n\n"
	m := parse(t, text)
	want(t, "length", len(m.Get("Subject")), 1+2*20000)
}

func TestParseAllocations(t *testing.T) {
	datagram, buf := crlf(invite), make([]byte, 0, 2048)
	m := parse(t, invite)
	for name, c := range map[string]struct {
		most float64
		run  func()
	}{
		"parse and read": {2, func() {
			m, _ := Parse(datagram)
			m.TopVia()
			m.To()
			m.Contact()
			m.CSeq()
			m.CallID()
		}},
		"append":   {0, func() { buf = m.Append(buf[:0]) }},
		"response": {2, func() { NewResponse(m, 200, "") }},
		"validate": {1, func() { Validate(m) }}, // the escaped quotes in From's display name
	} {
		if got := testing.AllocsPerRun(100, c.run); got > c.most {
			t.Errorf("%s allocates %v times, more than %v", name, got, c.most)
		}
	}
}

func TestAppendLetsNoValueBecomeAHeaderField(t *testing.T) {
	m := NewRequest("MESSAGE", "sip:a@b\r\nX-Evil: 1")
	m.Add("Subject", "hello\r\nX-Evil: 2\n\nX-Evil: 3")
	m.Headers = append(m.Headers, Header{"X\nX-Evil", "4\r"})
	m.Body = []byte("line\r\nline")
	r, err := Parse(m.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	want(t, "header fields", len(r.Headers), 3)
	want(t, "X-Evil", r.Has("X-Evil"), false)
	want(t, "Subject", r.Get("Subject"), "hello  X-Evil: 2  X-Evil: 3")
	want(t, "body", string(r.Body), "line\r\nline")
}

func TestAppendWritesContentLengthOnceAndFromTheBody(t *testing.T) {
	m := parse(t, "MESSAGE sip:a@b SIP/2.0\nl: 99\nTo: x\nContent-Length: 4\n\nhello")
	want(t, "message", m.String(), "MESSAGE sip:a@b SIP/2.0\r\nContent-Length: 5\r\nTo: x\r\n\r\nhello")
	m = NewResponse(m, 200, "")
	want(t, "response", m.String(), "SIP/2.0 200 OK\r\nTo: x\r\nContent-Length: 0\r\n\r\n")
}

func TestAppendKeepsWhatIsInTheBuffer(t *testing.T) {
	m := parse(t, invite)
	got := m.Append([]byte("before"))
	if !bytes.Equal(got, append([]byte("before"), m.Append(nil)...)) {
		t.Errorf("%q", got)
	}
}
