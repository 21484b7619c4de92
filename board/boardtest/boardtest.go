// Package boardtest is the suite that every board must pass, simulated or real: whatever is said about doors, buttons and
// the light holds at the lines, not only in what the board says of itself.
package boardtest

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"intercom/board"
	"intercom/hw/relay"
)

// Rig is a board on a bench: hands on its buttons and instruments on its outputs.
type Rig struct {
	Board *board.Board

	Contact func(name string, closed bool) // closes or opens the contact of a button or an input
	Current func(door string) bool         // whether a door's relay has current, also after Close
	Lit     func() bool                    // whether the status light shines, also after Close
}

// Config is what a Rig is to be built with; model and lines are the rig's own. The card is "null". When the board opens,
// all contacts are at rest: the input "shut" is closed, all others are open.
func Config() board.Config {
	return board.Config{
		Buttons: []board.ButtonConfig{{Name: "front"}, {Name: "garden", ActiveLow: true}},
		Doors:   []board.DoorConfig{{Name: "front"}, {Name: "gate", ActiveLow: true, Kind: board.Bistable}},
		Inputs: []board.InputConfig{
			{Name: "shut", Use: board.UseContact, Door: "front", ActiveLow: true},
			{Name: "exit", Use: board.UseExit, Door: "front"},
			{Name: "lid", Use: board.UseTamper, Normally: "open"},
		},
		Sound: board.SoundConfig{Card: "null"},
	}
}

// Run runs the suite on boards that open builds, each in a synctest bubble of its own.
func Run(t *testing.T, open func(*testing.T, board.Config) Rig) {
	for name, story := range stories() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				play(&bench{T: t, Rig: open(t, Config()), ages: time.Hour, settle: synctest.Wait}, story)
			})
		})
	}
}

// RunReal runs the suite on boards whose lines are the kernel's, where no bubble can be: everything that is done at once there takes
// up to slack, which must be a few milliseconds.
func RunReal(t *testing.T, slack time.Duration, open func(*testing.T, board.Config) Rig) {
	for name, story := range stories() {
		t.Run(name, func(t *testing.T) {
			play(&bench{T: t, Rig: open(t, Config()), slack: slack, ages: 2 * time.Minute, settle: func() { time.Sleep(slack) }}, story)
		})
	}
}

func play(b *bench, story func(*bench)) {
	defer b.Board.Close()
	// Every input's state is told once at the start.
	b.wait(time.Second)
	b.wantStart("input off exit", "input off lid", "input off shut")
	story(b)
}

func stories() map[string]func(*bench) {
	return map[string]func(*bench){
		"relays rest after opening and closing":             (*bench).relaysRest,
		"a door opens for a while and shuts itself":         (*bench).doorShutsItself,
		"no asking keeps a door open":                       (*bench).doorIsBounded,
		"a bistable door is held until it is shut":          (*bench).doorIsHeld,
		"a door can be shut early":                          (*bench).doorShutEarly,
		"doors do not touch each other":                     (*bench).doorsAreApart,
		"closing shuts an open door":                        (*bench).closingShuts,
		"an unknown door is refused":                        (*bench).unknownDoor,
		"presses come in order":                             (*bench).pressesInOrder,
		"spikes ring nobody":                                (*bench).spikes,
		"a stuck button is told once":                       (*bench).stuck,
		"inputs are told at the start and when they change": (*bench).inputs,
		"sparks change no input":                            (*bench).sparks,
		"nobody reading holds nothing up":                   (*bench).unreadEvents,
		"the light shows what it is told":                   (*bench).light,
		"the card has the pace of its rate":                 (*bench).card,
		"closing is quiet, complete and may be twice":       (*bench).closing,
	}
}

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

func (b *bench) relaysRest() {
	for _, door := range []string{"front", "gate"} {
		b.wantCurrent("after opening", door, false)
	}
	b.wantEvents("after opening")
	b.close()
	for _, door := range []string{"front", "gate"} {
		b.wantCurrent("after closing", door, false)
	}
}

func (b *bench) doorShutsItself() {
	for _, door := range []string{"front", "gate"} {
		b.open(door, 3*time.Second)
		b.wantCurrent("at once", door, true)
		b.wait(3*time.Second - time.Millisecond - 5*b.slack)
		b.wantCurrent("just before 3 s", door, true)
		b.wait(2*time.Millisecond + 5*b.slack)
		b.wantCurrent("after 3 s", door, false)
		b.wantEvents("one opening", "door opened "+door, "door closed "+door)
	}
}

func (b *bench) doorIsBounded() {
	for _, d := range []time.Duration{-1, 0, relay.MinPulse - 1, relay.MaxClosed + 1, 1<<63 - 1} {
		if err := b.Board.OpenDoor("front", d); err == nil {
			b.Errorf("OpenDoor for %v was accepted", d)
		}
		b.wantCurrent("after a refusal", "front", false)
	}
	for began := time.Now(); time.Since(began) < relay.MaxClosed; {
		_ = b.Board.OpenDoor("front", relay.MaxClosed)
		if err := b.Board.HoldDoor("front"); !errors.Is(err, relay.ErrMonostable) {
			b.Fatalf("HoldDoor of a monostable door: %v", err)
		}
		b.wait(100 * time.Millisecond)
	}
	b.wait(time.Millisecond)
	b.wantCurrent("after asking all the time for as long as is allowed", "front", false)
}

func (b *bench) doorIsHeld() {
	if err := b.Board.HoldDoor("gate"); err != nil {
		b.Fatal(err)
	}
	b.wait(b.ages)
	b.wantCurrent("after a long time", "gate", true)
	if err := b.Board.CloseDoor("gate"); err != nil {
		b.Fatal(err)
	}
	b.wantCurrent("after CloseDoor", "gate", false)
	b.wantEvents("held", "door opened gate", "door closed gate")
	if err := b.Board.HoldDoor("gate"); err != nil {
		b.Fatal(err)
	}
	b.wait(b.ages)
	b.close()
	b.wantCurrent("after closing the board", "gate", false)
}

func (b *bench) doorShutEarly() {
	b.open("front", 20*time.Second)
	b.wait(time.Second)
	if err := b.Board.CloseDoor("front"); err != nil {
		b.Fatal(err)
	}
	b.wantCurrent("after CloseDoor", "front", false)
	b.wantEvents("shut early", "door opened front", "door closed front")
}

func (b *bench) doorsAreApart() {
	b.open("front", 2*time.Second)
	b.wantCurrent("the other opens", "gate", false)
	b.wait(time.Second)
	b.open("gate", 5*time.Second)
	b.wait(1001 * time.Millisecond)
	b.wantCurrent("its time is over", "front", false)
	b.wantCurrent("its time is not over", "gate", true)
}

func (b *bench) closingShuts() {
	b.open("front", 20*time.Second)
	b.open("gate", 20*time.Second)
	b.wait(time.Second)
	b.close()
	b.wantCurrent("after closing", "front", false)
	b.wantCurrent("after closing", "gate", false)
	if err := b.Board.OpenDoor("front", time.Second); !errors.Is(err, relay.ErrClosed) {
		b.Errorf("OpenDoor on a closed board: %v", err)
	}
	b.wantCurrent("after asking a closed board", "front", false)
}

func (b *bench) unknownDoor() {
	for _, door := range []string{"", "Front", "cellar"} {
		if err := b.Board.OpenDoor(door, time.Second); err == nil {
			b.Errorf("OpenDoor(%q) was accepted", door)
		}
	}
	b.wantCurrent("after a refusal", "front", false)
	b.wantCurrent("after a refusal", "gate", false)
}

func (b *bench) pressesInOrder() {
	for range 3 {
		b.Contact("front", true)
		b.wait(200 * time.Millisecond)
		b.Contact("garden", true)
		b.wait(200 * time.Millisecond)
		b.Contact("front", false)
		b.wait(200 * time.Millisecond)
		b.Contact("garden", false)
		b.wait(200 * time.Millisecond)
		b.wantEvents("two buttons", "button down front", "button down garden", "button up front", "button up garden")
	}
}

func (b *bench) spikes() {
	for range 50 {
		b.Contact("front", true)
		b.wait(2 * time.Millisecond)
		b.Contact("front", false)
		b.wait(98 * time.Millisecond)
	}
	b.wantEvents("spikes")
	for _, w := range b.Board.Buttons() {
		// A kernel that debounces too keeps some of the shortest for itself.
		if n := w.Stats().Glitches; w.Name == "front" && (n > 50 || n < 50 && b.slack == 0) {
			b.Errorf("%d glitches counted, want 50", n)
		}
	}
}

func (b *bench) stuck() {
	b.Contact("garden", true)
	b.wait(10 * time.Minute)
	b.Contact("garden", false)
	b.wait(time.Second)
	b.wantEvents("held for minutes", "button down garden", "button stuck garden", "button up garden")
}

func (b *bench) inputs() {
	for range 3 {
		for _, in := range []struct {
			name   string
			closed bool
		}{{"shut", true}, {"exit", false}, {"lid", false}} {
			b.Contact(in.name, !in.closed)
			b.wait(100 * time.Millisecond)
			b.wantEvents("no longer at rest", "input on "+in.name)
			b.wait(b.ages / 6)
			if in.name == "exit" {
				b.wait(b.ages)
				b.wantEvents("held for minutes", "button stuck exit")
			}
			b.wantEvents("nothing has changed")
			b.Contact(in.name, in.closed)
			b.wait(100 * time.Millisecond)
			b.wantEvents("at rest again", "input off "+in.name)
		}
	}
}

func (b *bench) sparks() {
	for range 50 {
		b.Contact("exit", true)
		b.wait(10 * time.Millisecond)
		b.Contact("exit", false)
		b.wait(90 * time.Millisecond)
	}
	b.wantEvents("sparks")
	for _, in := range b.Board.Inputs() {
		if n := in.Stats().Glitches; in.Name == "exit" && n != 50 {
			b.Errorf("%d glitches counted, want 50", n)
		}
	}
}

func (b *bench) unreadEvents() {
	for range 400 {
		b.Contact("front", true)
		b.wait(100 * time.Millisecond)
		b.Contact("front", false)
		b.wait(100 * time.Millisecond)
	}
	b.open("front", time.Second)
	b.wantCurrent("with all events unread", "front", true)
	b.wait(1001 * time.Millisecond)
	b.wantCurrent("with all events unread", "front", false)
}

func (b *bench) light() {
	shown := map[string]bool{}
	for _, pattern := range board.Patterns() {
		if err := b.Board.Light(board.StatusLight, pattern); err != nil {
			b.Fatal(err)
		}
		if got := b.Board.Shown(board.StatusLight); got != pattern {
			b.Errorf("asked for %s it says %s", pattern, got)
		}
		shown[b.watchLight()] = true
	}
	if len(shown) != len(board.Patterns()) {
		b.Errorf("%d patterns look like %d", len(board.Patterns()), len(shown))
	}
	if err := b.Board.Light(board.StatusLight, "disco"); err == nil {
		b.Error("an unknown pattern was accepted")
	}
	if err := b.Board.Light("porch", "ready"); err == nil {
		b.Error("an unknown light was accepted")
	}
}

// watchLight looks at the light for 5 s, each 20 ms; where looking takes time, each 50 ms.
func (b *bench) watchLight() string {
	b.settle()
	each := 20 * time.Millisecond
	if b.slack > 0 {
		each = 50 * time.Millisecond
	}
	seen := make([]byte, 5*time.Second/each)
	for i := range seen {
		seen[i] = '.'
		if b.Lit() {
			seen[i] = '#'
		}
		b.wait(each)
	}
	return string(seen)
}

func (b *bench) card() {
	s := b.Board.Sound()
	if s.Period() != s.Rate()/100 {
		b.Fatalf("%s: a period of %d samples", s, s.Period())
	}
	periods := make(chan int, 1000)
	if err := s.Start(func(play, capture []int16) { periods <- len(play) + len(capture) }); err != nil {
		b.Fatal(err)
	}
	b.wait(time.Second + time.Millisecond)
	if n, most := len(periods), 100+int(5*b.slack/(10*time.Millisecond)); n < 100 || n > most {
		b.Errorf("%d periods in a second, want 100 to %d", n, most)
	}
	if n := <-periods; n != 2*s.Period() {
		b.Errorf("a period has %d samples, want twice %d", n, s.Period())
	}
}

func (b *bench) closing() {
	b.open("front", 20*time.Second)
	if err := b.Board.Light(board.StatusLight, "ready"); err != nil {
		b.Fatal(err)
	}
	b.Contact("front", true)
	b.wait(time.Second)
	b.close()
	b.close()
	for range b.Board.Events() { // ends, since Close closed it
	}
	if b.Lit() {
		b.Error("the light is on after closing")
	}
	b.Contact("front", false)
	b.wait(time.Minute)
	b.wantCurrent("long after closing", "front", false)
}

func (b *bench) close() {
	b.Helper()
	if err := b.Board.Close(); err != nil {
		b.Errorf("Close: %v", err)
	}
}
