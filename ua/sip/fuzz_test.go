package sip

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// FuzzParse: whatever is framed can be validated, answered, copied and written; what was written reads the same again.
func FuzzParse(f *testing.F) {
	f.Add(crlf(invite))
	f.Add(crlf(request))
	f.Add(crlf("SIP/2.0 180 Ringing\nv: SIP/2.0/UDP a\n\n"))
	f.Add([]byte("\r\nA b SIP/2.0\n x\n\ty\r:\rz\r\n\r\n"))
	f.Add(crlf("A b SIP/2.0\nA\nFoobar roobar\n: x\n\n"))
	files, _ := filepath.Glob(tortureDir + "/rfc*/*.dat")
	for _, file := range files {
		if b, err := os.ReadFile(file); err == nil {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, datagram []byte) {
		m, err := Parse(datagram)
		if err != nil {
			return
		}
		Validate(m)
		written := m.Append(nil)
		again, err := Parse(written)
		if err != nil {
			t.Fatalf("%q was written as %q: %v", datagram, written, err)
		}
		if second := again.Append(nil); !bytes.Equal(second, written) {
			t.Fatalf("%q was written as %q and then as %q", datagram, written, second)
		}
		if m.IsRequest() {
			if r, err := Parse(NewResponse(m, 400, "").Append(nil)); err != nil || len(r.Headers) > len(m.Headers)+1 {
				t.Fatalf("the response to %q: %v, %v", datagram, r, err)
			}
		}
	})
}

// FuzzSplit: a message that is found on a stream is the same however much of the stream has come.
func FuzzSplit(f *testing.F) {
	f.Add(crlf(invite), 700)
	f.Add(crlf("\n\nA b SIP/2.0\nl\t:\n 3\n\nabcA b SIP/2.0\n\n"), 20)
	f.Add([]byte("A b SIP/2.0\nContent-Length: 1\nl: 2\n\n"), 10)
	f.Fuzz(func(t *testing.T, stream []byte, cut int) {
		n, err := Split(stream)
		if n < 0 || n > len(stream) {
			t.Fatalf("%d of %d octets", n, len(stream))
		}
		part := stream[:min(max(cut, 0), len(stream))]
		k, err2 := Split(part)
		switch {
		case err2 != nil && err == nil:
			t.Fatalf("%q: an error that later is none: %v", part, err2)
		case err2 == nil && k > 0 && k != n:
			t.Fatalf("%q has a message of %d octets, %q one of %d", part, k, stream, n)
		case err == nil && n > 0 && len(part) >= n && k != n:
			t.Fatalf("%q: the message of %d octets in it was not found", part, n)
		}
	})
}

// FuzzURI: a URI reads the same when it was written, and equals itself.
func FuzzURI(f *testing.F) {
	for _, s := range []string{"sip:a:b@[::1]:5060;lr;x=y?h=v", "tel:+1-2;ext=3", "urn:x:y", "sips:%61@b", "sip:a@b:", "SIP:x", "tel:0;0;0=0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := ParseURI(s)
		if err != nil {
			return
		}
		again, err := ParseURI(u.String())
		if err != nil || again != u {
			t.Fatalf("%q is %+v, was written as %q and then is %+v, %v", s, u, u, again, err)
		}
		if !u.Equal(again) {
			t.Fatalf("%q does not equal itself", s)
		}
	})
}

// FuzzAddress: an address reads the same when it was written.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{`"A \"b\\" <sip:a@b>;tag=1`, "a b<sip:a@b;x> ; c = d", "sip:a@b;tag=1", `sip:a;x="<"`, "<urn:x>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAddress(s)
		if err != nil {
			return
		}
		again, err := ParseAddress(a.String())
		if err != nil || again != a {
			t.Fatalf("%q is %+v, was written as %q and then is %+v, %v", s, a, a, again, err)
		}
		if tag := a.WithTag("t1").Tag(); tag != "t1" {
			t.Fatalf("%q with a tag has the tag %q", s, tag)
		}
	})
}

// FuzzVia: a Via reads the same when it was written.
func FuzzVia(f *testing.F) {
	for _, s := range []string{"SIP/2.0/UDP [::1]:5060;rport;branch=z9hG4bK1", "sip / 2.0 / x  h : 1 ; a = b", "SIP/2.0/UDP a;received=[::1]", "SIP/7.0/TCP a;x=\"y\""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := ParseVia(s)
		if err != nil {
			return
		}
		v.RPort()
		again, err := ParseVia(v.String())
		if err != nil || again != v {
			t.Fatalf("%q is %+v, was written as %q and then is %+v, %v", s, v, v, again, err)
		}
	})
}

// FuzzParams: what is set can be got, and what is removed is gone, whatever else is there.
func FuzzParams(f *testing.F) {
	f.Add(`;a=b;c;d="e;f"`, "a", "x y")
	f.Add(";;;=", "c", "")
	f.Add(`;a="`, "a", `"`)
	f.Add(" ; a = b ", "A", "[::1]")
	f.Fuzz(func(t *testing.T, s, name, value string) {
		p := Params(s)
		for n, v := range p.All() {
			if got, ok := p.Get(n); !ok {
				t.Fatalf("%q has %q=%q but Get finds %q, %v", p, n, v, got, ok)
			}
		}
		if _, err := parseParams(s); err != nil || !isToken(name) {
			return
		}
		if got, ok := p.With(name, value).Get(name); !ok || got != value {
			t.Fatalf("%q with %q=%q gives %q, %v", p, name, value, got, ok)
		}
		if q := p.Without(name); q.Has(name) {
			t.Fatalf("%q without %q is %q", p, name, q)
		}
	})
}

// FuzzCSeq: a CSeq reads the same when it was written.
func FuzzCSeq(f *testing.F) {
	for _, s := range []string{"1 INVITE", "0009\t  ACK", "4294967295 x", "4294967296 x", " 1 A"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseCSeq(s)
		if err != nil {
			return
		}
		if again, err := ParseCSeq(c.String()); err != nil || again != c {
			t.Fatalf("%q is %+v, was written as %q and then is %+v, %v", s, c, c, again, err)
		}
	})
}

// FuzzList: no element is lost or found twice when a comma-separated list is cut.
func FuzzList(f *testing.F) {
	f.Add(`"a,b" <c,d>, e;f="g,h",,`)
	f.Add(`"a, <b, `)
	f.Fuzz(func(t *testing.T, s string) {
		length := 0
		for rest, more := s, true; more; {
			var element string
			before := len(rest)
			element, rest, more = cutElement(rest)
			if length += len(element); more && len(rest) >= before {
				t.Fatalf("%q: nothing was cut from the last %d octets", s, before)
			}
		}
		if length > len(s) {
			t.Fatalf("%q has elements of %d octets in all", s, length)
		}
	})
}
