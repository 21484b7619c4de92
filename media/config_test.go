package media

import (
	"slices"
	"testing"
	"time"
)

func TestDefaultIsGood(t *testing.T) {
	if faults := Default().Check(); len(faults) != 0 {
		t.Errorf("the defaults have faults: %v", faults)
	}
}

func TestEveryFaultIsTold(t *testing.T) {
	c := Config{Ports: "16384", Codecs: []string{"PCMA", "opus"}, Ptime: 15 * time.Millisecond, JitterMin: -1, JitterMax: time.Hour}
	var keys []string
	for _, f := range c.Check() {
		keys = append(keys, f.Key)
		if f.Want == "" || f.Error() == "" {
			t.Errorf("%s: %q without a word of what would be right", f.Key, f.Text)
		}
	}
	if want := []string{"ports", "codecs", "ptime", "jitter_min", "jitter_max"}; !slices.Equal(keys, want) {
		t.Errorf("the faults are in %v, want %v", keys, want)
	}
	if faults := (Config{Ports: "10-20", Ptime: 20 * time.Millisecond, JitterMax: time.Second}).Check(); len(faults) != 1 || faults[0].Key != "codecs" {
		t.Errorf("no codec at all: %v", faults)
	}
}

func TestPorts(t *testing.T) {
	for text, want := range map[string]ports{
		"16384-16482": {16384, 16481}, "10001-10004": {10002, 10003}, " 5000 - 5001 ": {5000, 5001}, "65534-65535": {65534, 65535}, "1-3": {2, 3},
	} {
		if p, err := parsePorts(text); err != nil || p != want {
			t.Errorf("%q is %v (%v), want %v", text, p, err, want)
		}
	}
	for _, text := range []string{"", "-", "5000", "5000-", "5000-5000", "5001-5002", "6000-5000", "0-10", "1-65536", "65535-65535", "a-b", "5000-5001-5002"} {
		if p, err := parsePorts(text); err == nil {
			t.Errorf("%q was taken for %v", text, p)
		}
	}
}

func FuzzPorts(f *testing.F) {
	f.Add("16384-16482")
	f.Add("65535-65535")
	f.Add("0-0")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parsePorts(text)
		if err == nil && (p.first%2 != 0 || p.last%2 == 0 || p.first == 0 || p.pairs() < 1) {
			t.Errorf("%q is %v", text, p)
		}
	})
}
