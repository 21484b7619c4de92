package configs

import (
	"fmt"
	"strings"
	"testing"
)

func TestRelaysOfABrokenConfiguration(t *testing.T) {
	front := "[[door]]\nname = \"front\"\nrelay = \"GPIO27\"\n"
	for _, c := range []struct{ name, text, want, fault string }{
		{"good", front + "active_low = true\n[board]\nmodel = \"linux\"", "linux front=GPIO27 low", ""},
		{"no account, a wrong key, a wrong code", front + "code = \"1\"\nplus = 3\n[station]\nring_time = 5", "auto front=GPIO27", ""},
		{"an unknown board", front + "[board]\nmodel = \"toaster\"", "auto front=GPIO27", ""},
		{"polarity of a wrong type", front + "active_low = \"yes\"", "auto", `door "front"`},
		{"no line", "[[door]]\nname = \"front\"", "auto", `door "front"`},
		{"no TOML, in a line that may have been the polarity", front + "active_low = ture", "auto", `door "front"`},
		{"no TOML, but the polarity is written", front + "active_low = false\npulse = 3s", "auto front=GPIO27", ""},
		{"one door of two", front + "[[door]]\nname = \"gate\"\nrelay = 5", "auto front=GPIO27", `door "gate"`},
		{"nothing but noise", "\x00\x01[[[", "auto", "too broken"},
		{"doors that are no tables", "door = 3", "auto", "too broken"},
		{"no doors", "[station]\nname = \"x\"", "auto", ""},
		{"two doors on one line", front + "[[door]]\nname = \"gate\"\nrelay = \"GPIO27\"\nactive_low = true", "auto front=GPIO27", `door "gate"`},
	} {
		got, err := Files{Path: "x.toml", Text: []byte(c.text)}.Relays()
		doors := got.Model
		for _, d := range got.Doors {
			doors += fmt.Sprintf(" %s=%s", d.Name, d.Relay)
			if d.ActiveLow {
				doors += " low"
			}
		}
		if doors != c.want {
			t.Errorf("%s: %q, want %q", c.name, doors, c.want)
		}
		if (err != nil) != (c.fault != "") || err != nil && !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s: error %v, want %q in it", c.name, err, c.fault)
		}
	}
}

func FuzzRelays(f *testing.F) {
	f.Add("[[door]]\nname = \"front\"\nrelay = \"GPIO27\"\nactive_low = true\n")
	f.Add("[[door]]\nname = \"front\"\nrelay = \"GPIO27\"\nactive_low = ture\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Files{Path: "x.toml", Text: []byte(text)}.Relays()
		for _, d := range c.Doors {
			if d.Relay == "" {
				t.Errorf("door %q has no line, error %v", d.Name, err)
			}
		}
	})
}
