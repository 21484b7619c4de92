package station

import (
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// The codes of the house that the stories are played at. No other text of a story holds them.
const (
	frontCode  = "73915"
	garageCode = "48206"
)

const (
	household = "sip:11@fritz.box" // may call the station
	stranger  = "sip:66@evil.example"
)

func house() Config {
	c := Default()
	c.Name = "Front door"
	c.AllowIncoming = []string{household}
	c.Buttons = []Button{
		{Name: "bell", Call: []string{"sip:11@fritz.box", "sip:12@fritz.box"}, Account: "box"},
		{Name: "office", Call: []string{"sip:20@fritz.box"}},
	}
	c.Doors = []Door{
		{Name: "front", Pulse: 3 * time.Second, Code: frontCode},
		{Name: "garage", Pulse: time.Second, Code: garageCode},
	}
	return c
}

// A story steps a station through events and collects what it does.
type story struct {
	t   *testing.T
	s   *Station
	now time.Time
	out []Action // since the last look
	all []Action
}

func tell(t *testing.T, cfg Config) *story {
	t.Helper()
	st := &story{t: t, s: New(cfg), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	st.is(Tick{})
	st.out = nil
	return st
}

// is lets something happen now.
func (st *story) is(e Event) {
	st.t.Helper()
	out := st.s.Step(st.now, e)
	st.out, st.all = append(st.out, out...), append(st.all, out...)
	if d := st.s.Deadline(); !d.IsZero() && !d.After(st.now) {
		st.t.Fatalf("after %#v the deadline %v is not after now, %v", e, d, st.now)
	}
}

// pass lets time go by, stepping at each deadline on the way as the roof does.
func (st *story) pass(d time.Duration) {
	st.t.Helper()
	end := st.now.Add(d)
	for {
		next := st.s.Deadline()
		if next.IsZero() || next.After(end) {
			break
		}
		st.now = next
		st.is(Tick{})
	}
	st.now = end
	st.is(Tick{})
}

func (st *story) press(button string) {
	st.t.Helper()
	st.is(ButtonPressed{button})
	st.is(ButtonReleased{button})
}
func (st *story) ringing(call CallID)  { st.t.Helper(); st.is(Ringing{call}) }
func (st *story) answered(call CallID) { st.t.Helper(); st.is(Answered{call}) }
func (st *story) ended(call CallID, status int) {
	st.t.Helper()
	st.is(Ended{Call: call, Status: status})
}

// types presses keys at the other end of a call, half a second apart.
func (st *story) types(call CallID, keys string) {
	st.t.Helper()
	for i := range len(keys) {
		st.is(Digit{Call: call, Digit: keys[i]})
		st.pass(500 * time.Millisecond)
	}
}

// calls lets somebody call the station.
func (st *story) calls(call CallID, from string, trusted bool) {
	st.t.Helper()
	st.is(Incoming{Call: call, Account: "box", From: from, FromName: "Grandmother", Trusted: trusted})
}

// talk is a visit up to the conversation: the bell, the first target, the answer.
func (st *story) talk() CallID {
	st.t.Helper()
	st.press("bell")
	id := st.dialled()
	st.ringing(id)
	st.pass(2 * time.Second)
	st.answered(id)
	return id
}

// dialled is the call placed last.
func (st *story) dialled() CallID {
	st.t.Helper()
	calls := of[Dial](st.all)
	if len(calls) == 0 {
		st.t.Fatal("nobody was called")
	}
	return calls[len(calls)-1].Call
}

// wants looks for actions among those since the last look, in their order, and forgets the rest.
func (st *story) wants(actions ...Action) {
	st.t.Helper()
	rest := st.out
	for _, want := range actions {
		i := slices.IndexFunc(rest, func(a Action) bool { return reflect.DeepEqual(a, want) })
		if i < 0 {
			st.t.Fatalf("wanted %#v, in this order; got\n%s", want, listed(st.out))
		}
		rest = rest[i+1:]
	}
	st.out = nil
}

// wantsNothing allows notes and the light only.
func (st *story) wantsNothing() {
	st.t.Helper()
	for _, a := range st.out {
		switch a.(type) {
		case Note, Light:
		default:
			st.t.Fatalf("wanted nothing done; got\n%s", listed(st.out))
		}
	}
	st.out = nil
}

func (st *story) wantsLight(pattern string) {
	st.t.Helper()
	if st.s.light != pattern {
		st.t.Fatalf("the light shows %q, wanted %q", st.s.light, pattern)
	}
}

func (st *story) heard(tone string) int {
	n := 0
	for _, a := range st.out {
		if a == any(Tone{tone}) {
			n++
		}
	}
	return n
}

// opened names the doors opened so far.
func (st *story) opened() []string {
	var doors []string
	for _, o := range of[Open](st.all) {
		doors = append(doors, o.Door)
	}
	return doors
}

func of[A Action](actions []Action) []A {
	var found []A
	for _, a := range actions {
		if a, ok := a.(A); ok {
			found = append(found, a)
		}
	}
	return found
}

func listed(actions []Action) string {
	var b strings.Builder
	for _, a := range actions {
		if n, ok := a.(Note); ok {
			fmt.Fprintf(&b, "  (%v)\n", n)
		} else {
			fmt.Fprintf(&b, "  %#v\n", a)
		}
	}
	return b.String()
}

func noteOf(actions []Action, text string) (Note, bool) {
	for _, n := range of[Note](actions) {
		if n.Text == text {
			return n, true
		}
	}
	return Note{}, false
}

// saysNoCode fails if any action of the story gives a code away, printed in whatever way.
func (st *story) saysNoCode() {
	st.t.Helper()
	for _, a := range st.all {
		text := fmt.Sprintf("%v %+v %#v", a, a, a)
		if n, ok := a.(Note); ok {
			text += n.String()
			for _, attr := range n.Attrs {
				text += slog.AnyValue(attr.Value.Any()).String()
			}
		}
		for _, code := range []string{frontCode, garageCode, annaCode, courierCode} {
			if strings.Contains(text, code) {
				st.t.Fatalf("a code is given away by %#v", a)
			}
		}
	}
}
