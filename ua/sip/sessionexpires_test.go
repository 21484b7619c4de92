package sip

import (
	"testing"
	"time"
)

func TestParseSessionExpires(t *testing.T) {
	for _, tt := range []struct {
		text string
		want SessionExpires
		ok   bool
	}{
		{"1800", SessionExpires{1800 * time.Second, ""}, true},
		{"90;refresher=uac", SessionExpires{90 * time.Second, "uac"}, true},
		{" 90 ; x ; Refresher = UAS ", SessionExpires{90 * time.Second, "uas"}, true},
		{"4294967295;x=y", SessionExpires{4294967295 * time.Second, ""}, true},
		{"90;refresher=me", SessionExpires{}, false},
		{"90;refresher", SessionExpires{}, false},
		{"", SessionExpires{}, false},
		{"-1", SessionExpires{}, false},
		{"90 s", SessionExpires{}, false},
		{"4294967296", SessionExpires{}, false},
	} {
		got, err := ParseSessionExpires(tt.text)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("%q: %+v, %v", tt.text, got, err)
		}
	}
	if s := (SessionExpires{90 * time.Second, "uas"}).String(); s != "90;refresher=uas" {
		t.Errorf("written as %q", s)
	}
}

func TestParseSeconds(t *testing.T) {
	if d, err := ParseSeconds(" 120 ;x"); err != nil || d != 2*time.Minute {
		t.Errorf("%v, %v", d, err)
	}
	if d, err := ParseSeconds("x"); err == nil {
		t.Errorf("read as %v", d)
	}
}

// FuzzSessionExpires: what is read is written so that it reads the same.
func FuzzSessionExpires(f *testing.F) {
	for _, s := range []string{"1800", "90;refresher=uac", " 90 ; x ; Refresher = UAS ", "4294967296", ";;=", "1;refresher=\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := ParseSessionExpires(s)
		if err != nil {
			return
		}
		if again, err := ParseSessionExpires(e.String()); err != nil || again != e {
			t.Fatalf("%q was read as %+v, written as %q and read as %+v, %v", s, e, e.String(), again, err)
		}
	})
}
