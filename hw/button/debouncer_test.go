package button_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"intercom/hw/button"
)

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func at(ms int) time.Time { return epoch.Add(time.Duration(ms) * time.Millisecond) }

func standard() *button.Debouncer {
	return &button.Debouncer{Stable: 50 * time.Millisecond, Shortest: 80 * time.Millisecond}
}

// contact plays edges, at times in milliseconds, to a debouncer that is then left alone until end. The contact is open at
// first. It steps at each edge and each deadline, as the runner does.
func contact(d *button.Debouncer, end int, edges ...int) string {
	events := d.Step(at(0), false)
	closed := false
	for _, ms := range append(edges, end) {
		for due := d.Deadline(); !due.IsZero() && due.Before(at(ms)); due = d.Deadline() {
			events = append(events, d.Step(due, closed)...)
		}
		if ms != end {
			closed = !closed
		}
		events = append(events, d.Step(at(ms), closed)...)
	}
	return story(events)
}

func story(events []button.Event) string {
	var words []string
	for _, e := range events {
		words = append(words, fmt.Sprintf("%v@%d", e.Kind, e.At.Sub(epoch).Milliseconds()))
	}
	return strings.Join(words, " ")
}

func TestContacts(t *testing.T) {
	for _, c := range []struct {
		name  string
		end   int
		edges []int
		want  string
		stats button.Stats
	}{
		{"a clean press", 1000, []int{100, 400}, "pressed@180 released@450", button.Stats{Presses: 1}},
		{"the contact bounces at both ends", 1000, []int{100, 102, 103, 107, 110, 400, 401, 405},
			"pressed@190 released@455", button.Stats{Presses: 1, Bounces: 3}},
		{"a spike on the wire", 1000, []int{100, 101}, "", button.Stats{Glitches: 1}},
		{"three spikes apart", 1000, []int{100, 101, 200, 203, 300, 349}, "", button.Stats{Glitches: 3}},
		{"a burst of three spikes", 1000, []int{100, 101, 110, 111, 120, 121}, "", button.Stats{Glitches: 3}},
		{"a touch too short", 1000, []int{100, 175}, "", button.Stats{Short: 1}},
		{"just long enough", 1000, []int{100, 181}, "pressed@180 released@231", button.Stats{Presses: 1}},
		{"a drop-out in mid-press", 2000, []int{100, 500, 520, 900}, "pressed@180 released@950",
			button.Stats{Presses: 1, Glitches: 1}},
		{"a drop-out just before the press counts", 2000, []int{100, 170, 175, 900}, "pressed@225 released@950",
			button.Stats{Presses: 1, Glitches: 1}},
		{"two presses", 2000, []int{100, 400, 700, 1000}, "pressed@180 released@450 pressed@780 released@1050",
			button.Stats{Presses: 2}},
		{"a gap too short is one press", 2000, []int{100, 400, 430, 1000}, "pressed@180 released@1050",
			button.Stats{Presses: 1, Glitches: 1}},
		{"held for good", 200_000, []int{100}, "pressed@180 stuck@60100", button.Stats{Presses: 1, Stuck: 1}},
		{"stuck and freed", 200_000, []int{100, 70_000, 80_000, 81_000}, "pressed@180 stuck@60100 released@70050 pressed@80080 released@81050",
			button.Stats{Presses: 2, Stuck: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := standard()
			if got := contact(d, c.end, c.edges...); got != c.want {
				t.Errorf("told %q, want %q", got, c.want)
			}
			if d.Stats() != c.stats {
				t.Errorf("counted %+v, want %+v", d.Stats(), c.stats)
			}
		})
	}
}

func TestClosedFromTheStartRingsNobody(t *testing.T) {
	d := standard()
	d.Step(at(0), true)
	events := d.Step(at(59_999), true)
	if len(events) != 0 {
		t.Fatalf("a contact that was closed at the start told %s", story(events))
	}
	events = append(events, d.Step(at(60_000), true)...)
	events = append(events, d.Step(at(90_000), false)...)
	events = append(events, d.Step(at(100_000), true)...)
	events = append(events, d.Step(at(100_080), true)...)
	if got, want := story(events), "stuck@60000 pressed@100080"; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}

func TestShortestBelowStable(t *testing.T) {
	d := &button.Debouncer{Stable: 50 * time.Millisecond}
	if got, want := contact(d, 1000, 100, 300), "pressed@150 released@350"; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}

// However often it is stepped between the edges, and however late after a deadline, it tells the same.
func TestLateAndEagerStepsAgree(t *testing.T) {
	told := 0
	for seed := range uint64(300) {
		edges := randomEdges(rand.New(rand.NewPCG(seed, 1)))
		end := edges[len(edges)-1] + 100_000
		lazy, eager := standard(), standard()
		lateEvents, eagerEvents := lazy.Step(at(0), false), eager.Step(at(0), false)
		closed, last := false, 0
		for _, ms := range edges {
			for t := last + 1; t < ms; t++ {
				eagerEvents = append(eagerEvents, eager.Step(at(t), closed)...)
			}
			closed, last = !closed, ms
			lateEvents = append(lateEvents, lazy.Step(at(ms), closed)...)
			eagerEvents = append(eagerEvents, eager.Step(at(ms), closed)...)
		}
		lateEvents = append(lateEvents, lazy.Step(at(end), closed)...)
		eagerEvents = append(eagerEvents, eager.Step(at(end), closed)...)
		if !slices.Equal(lateEvents, eagerEvents) {
			t.Fatalf("edges %v:\nlate  %s\neager %s", edges, story(lateEvents), story(eagerEvents))
		}
		if lazy.Stats() != eager.Stats() {
			t.Fatalf("edges %v: late counted %+v, eager %+v", edges, lazy.Stats(), eager.Stats())
		}
		wantAlternating(t, edges, lateEvents)
		told += len(lateEvents)
	}
	if told < 300 {
		t.Fatalf("only %d events in all: the edges try nothing", told)
	}
}

func randomEdges(rnd *rand.Rand) []int {
	var edges []int
	for ms := 0; len(edges) < 40; {
		ms += 1 + rnd.IntN([]int{5, 60, 120, 3000}[rnd.IntN(4)])
		edges = append(edges, ms)
	}
	return edges
}

func wantAlternating(t *testing.T, edges []int, events []button.Event) {
	t.Helper()
	down := false
	for i, e := range events {
		ok := e.Kind == button.Pressed && !down || e.Kind != button.Pressed && down
		if !ok || i > 0 && e.At.Before(events[i-1].At) {
			t.Fatalf("edges %v: out of order: %s", edges, story(events))
		}
		if e.Kind != button.Stuck {
			down = !down
		}
	}
}

func BenchmarkBounce(b *testing.B) {
	d := standard()
	now, closed := epoch, false
	b.ReportAllocs()
	for b.Loop() {
		now, closed = now.Add(time.Millisecond), !closed
		d.Step(now, closed)
	}
}
