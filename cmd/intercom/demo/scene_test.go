package demo

import (
	"slices"
	"testing"
	"time"
)

func TestSceneAtRestAndInACall(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 10, 0, time.UTC)
	s := newScene("Front door", []string{"bell", "office"}, []string{"front"})
	want := []string{
		"── Front door ──────────────────────────────────────────────",
		"  buttons      1 [bell]  2 [office]",
		"  light        booting",
		"  relay        front: at rest, door shut",
		"  call         none",
		"  microphone   ······························  silence",
		"  loudspeaker  ███████████████···············  -30 dBFS",
	}
	if got := s.render(now, -100, -30); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}

	s.change(func(s *scene) {
		s.held["bell"] = true
		s.open["front"] = now.Add(-1500 * time.Millisecond)
		s.call, s.since = "talking to the house", now.Add(-7900*time.Millisecond)
	})
	got := s.render(now, 0, 3)
	for i, line := range map[int]string{
		1: "  buttons      1 ▐bell▌  2 [office]",
		3: "  relay        front: OPEN for 1.5 s",
		4: "  call         talking to the house, 7 s",
		5: "  microphone   ██████████████████████████████  0 dBFS",
	} {
		if got[i] != line {
			t.Errorf("line %d: got %q, want %q", i, got[i], line)
		}
	}
}
