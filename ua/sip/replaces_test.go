package sip

import "testing"

func TestParseReplaces(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Replaces
	}{
		{"98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff", Replaces{"98732@sip.example.com", "ff87ff", "r33th4x0r", false}}, // RFC 3891 §6.1
		{"12adf2f34456gs5;to-tag=12345;from-tag=54321;early-only", Replaces{"12adf2f34456gs5", "12345", "54321", true}},
		{" a ; TO-TAG = 1 ; From-Tag = 2 ; foo=bar", Replaces{"a", "1", "2", false}},
		{"a;to-tag=0;from-tag=0", Replaces{"a", "0", "0", false}},
	} {
		got, err := ParseReplaces(tt.text)
		if err != nil || got != tt.want {
			t.Errorf("%q: %+v, %v; want %+v", tt.text, got, err, tt.want)
		}
		if again, err := ParseReplaces(got.String()); err != nil || again != got {
			t.Errorf("%q is read as %+v, %v", got.String(), again, err)
		}
	}
	for _, text := range []string{
		"", ";to-tag=1;from-tag=2", "a", "a;to-tag=1", "a;from-tag=1", "a;to-tag=1;to-tag=2;from-tag=3", "a;to-tag=1;from-tag=2;from-tag=3",
		"a;to-tag;from-tag=1", "a;to-tag=1;from-tag=2, b;to-tag=1;from-tag=2", "a b;to-tag=1;from-tag=2", "a;to-tag=1;from-tag=\"2",
	} {
		if got, err := ParseReplaces(text); err == nil {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}

func TestHeadersOfAURI(t *testing.T) {
	value := Replaces{"a@b&c=d%", "1", "2", false}.String()
	u, err := ParseURI("sip:11@192.0.2.1?Subject=x&Replaces=" + EscapeHeader(value) + "&Require=replaces")
	if err != nil {
		t.Fatal(err)
	}
	if got, n := u.Header("replaces"); got != value || n != 1 {
		t.Errorf("Replaces is %q, %d times; want %q", got, n, value)
	}
	if got, n := u.Header("Body"); got != "" || n != 0 {
		t.Errorf("Body is %q, %d times", got, n)
	}
}

func FuzzParseReplaces(f *testing.F) {
	f.Add("98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff")
	f.Add("a;to-tag=1;from-tag=2;early-only")
	f.Add("a ; to-tag=\"x y\";from-tag=%")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseReplaces(text)
		if err != nil {
			return
		}
		again, err := ParseReplaces(r.String())
		if err != nil || again != r {
			t.Fatalf("%q is %+v, which is written %q and read as %+v, %v", text, r, r.String(), again, err)
		}
		u := URI{Headers: "Replaces=" + EscapeHeader(r.String())}
		if got, n := u.Header("Replaces"); got != r.String() || n != 1 {
			t.Fatalf("in a URI %q becomes %q, %d times", r.String(), got, n)
		}
	})
}
