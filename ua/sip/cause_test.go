package sip

import "testing"

func TestParseCause(t *testing.T) { // RFC 3326 §2
	for _, tt := range []struct {
		text string
		want Cause
		ok   bool
	}{
		{`SIP ;cause=200 ;text="Call completed elsewhere"`, Cause{"SIP", 200, "Call completed elsewhere"}, true},
		{`Q.850 ;cause=16 ;text="Terminated"`, Cause{"Q.850", 16, "Terminated"}, true},
		{`SIP;cause=580`, Cause{"SIP", 580, ""}, true},
		{`preemption`, Cause{"preemption", 0, ""}, true},
		{`SIP;x=y;text="a \"b\" \\c;cause=3"`, Cause{"SIP", 0, `a "b" \c;cause=3`}, true},
		{`SIP;cause=abc`, Cause{}, false},
		{`SIP;cause=-1`, Cause{}, false},
		{`SIP;cause=99999`, Cause{}, false},
		{``, Cause{}, false},
		{`;cause=1`, Cause{}, false},
		{`SIP;text="open`, Cause{}, false},
	} {
		got, err := ParseCause(tt.text)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("%q: %+v, %v", tt.text, got, err)
		}
	}
	c := Cause{"SIP", 408, "a \"b\"\r\nBYE \\"}
	if s := c.String(); s != `SIP;cause=408;text="a \"b\"  BYE \\"` {
		t.Errorf("written as %s", s)
	}
}

// FuzzCause: what is read is written so that it reads the same.
func FuzzCause(f *testing.F) {
	for _, s := range []string{`SIP ;cause=200 ;text="Call completed elsewhere"`, `Q.850;cause=16`, `SIP;text="a \"b\" \\"`, `x;text=y;text=z`, `SIP;cause=0`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseCause(s)
		if err != nil {
			return
		}
		again, err := ParseCause(c.String())
		if err != nil {
			t.Fatalf("%q was written as %q: %v", s, c, err)
		}
		if third, err := ParseCause(again.String()); err != nil || third != again {
			t.Fatalf("%q was read as %+v, then as %+v, %v", s, again, third, err)
		}
	})
}
