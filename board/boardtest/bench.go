package boardtest

import (
	"slices"
	"testing"
	"time"
)

// bench is a rig under test, with the time that its kind of lines takes.
type bench struct {
	*testing.T
	Rig
	slack  time.Duration // 0 in a bubble
	ages   time.Duration // long after everything
	settle func()        // waits until what was done has had its consequences
}

func (b *bench) open(door string, d time.Duration) {
	b.Helper()
	if err := b.Board.OpenDoor(door, d); err != nil {
		b.Fatalf("OpenDoor(%s, %v): %v", door, d, err)
	}
}

func (b *bench) wait(d time.Duration) {
	time.Sleep(d)
	b.settle()
}

func (b *bench) close() {
	b.Helper()
	if err := b.Board.Close(); err != nil {
		b.Errorf("Close: %v", err)
	}
}

func (b *bench) wantCurrent(when, door string, want bool) {
	b.Helper()
	b.settle()
	if got := b.Current(door); got != want {
		b.Fatalf("%s: current to door %s is %v, want %v", when, door, got, want)
	}
}

// wantStart is wantEvents for what is told at the same time, in any order; want is sorted.
func (b *bench) wantStart(want ...string) {
	b.Helper()
	if got := slices.Sorted(slices.Values(b.events("at the start"))); !slices.Equal(got, want) {
		b.Fatalf("at the start: events %q, want %q", got, want)
	}
}

// wantEvents wants all events that are there to be these.
func (b *bench) wantEvents(when string, want ...string) {
	b.Helper()
	if got := b.events(when); !slices.Equal(got, want) {
		b.Fatalf("%s: events %q, want %q", when, got, want)
	}
}

// events reads all events that are there.
func (b *bench) events(when string) []string {
	b.Helper()
	b.settle()
	var got []string
	var last time.Time
	for {
		select {
		case e, ok := <-b.Board.Events():
			if !ok {
				b.Fatalf("%s: the events are closed", when)
			}
			if e.At.IsZero() || e.At.After(time.Now()) || e.At.Before(last.Add(-b.slack)) {
				b.Fatalf("%s: %v %s happened at %v, after %v", when, e.Kind, e.Name, e.At, last)
			}
			last = e.At
			got = append(got, e.Kind.String()+" "+e.Name)
		default:
			return got
		}
	}
}
