package demo

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// keep writes samples as a recording and returns its name.
func keep(t *testing.T, name string, samples []int16) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	r := &recorder{rate: rate}
	if err := r.start(file); err != nil {
		t.Fatal(err)
	}
	if err := r.Write(samples); err != nil {
		t.Fatal(err)
	}
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestVerdict(t *testing.T) {
	visitor := newTalker(1, 190, 2*time.Second, rate).utterance
	house := newTalker(2, 110, 2*time.Second, rate).utterance
	opened := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	good := verdict{
		visitorSaid: visitor, houseSaid: house, rate: rate,
		houseHeard: keep(t, "house.wav", visitor), doorHeard: keep(t, "door.wav", house),
		doorOpened: opened, doorClosed: opened.Add(3 * time.Second), pulse: 3 * time.Second,
	}
	if err := good.judge(); err != nil {
		t.Fatalf("a good visit: %v", err)
	}
	for want, spoil := range map[string]func(*verdict){
		"the house did not hear the visitor": func(v *verdict) { v.houseHeard = v.doorHeard },
		"the visitor did not hear the house": func(v *verdict) { v.doorHeard = "nowhere.wav" },
		"did not close":                      func(v *verdict) { v.doorOpened = time.Time{} },
		"did not open again":                 func(v *verdict) { v.doorClosed = time.Time{} },
		"closed for 5s, not for 3s":          func(v *verdict) { v.doorClosed = opened.Add(5 * time.Second) },
		"closed for 1s, not for 3s":          func(v *verdict) { v.doorClosed = opened.Add(time.Second) },
	} {
		bad := good
		spoil(&bad)
		if err := bad.judge(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
