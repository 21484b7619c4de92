package demo

import (
	"strings"
	"testing"
	"time"
)

func TestLadder(t *testing.T) {
	at := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	var b strings.Builder
	writeLadder(&b, "door", "house", []rung{
		{at: at, label: "INVITE", fromDoor: true},
		{at: at.Add(1500 * time.Millisecond), label: "200 OK (INVITE)"},
		{at: at.Add(2 * time.Second), label: "door opens", event: true},
	})
	want := `  seconds  door                                       house
    0.000  │ INVITE ────────────────────────────────────▶ │
    1.500  │ ◀─────────────────────────── 200 OK (INVITE) │
    2.000  ● door opens                                   │
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestLadderOfNothing(t *testing.T) {
	var b strings.Builder
	writeLadder(&b, "door", "house", nil)
	if b.Len() != 0 {
		t.Errorf("a ladder without rungs printed %q", b.String())
	}
}
