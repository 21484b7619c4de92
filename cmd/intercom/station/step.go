// Package station holds the rules of a door station: what a press, a call, a digit and the passing of time lead to.
//
// It does nothing itself. Step takes an event and returns what is to be done; Deadline says when to Step next if
// nothing happens before. There is no clock, no goroutine and no I/O here, and nothing but the standard library is
// imported, so that every rule between a digit and a relay can be read and tested on one page.
package station

import (
	"log/slog"
	"time"
)

// Station is one door station. It is for one goroutine.
type Station struct {
	cfg      Config
	calendar calendar
	clock    clock
	now      time.Time // of the step being made, on the station's own clock
	out      []Action

	call    *call // nil between calls: there is never more than one
	placed  int   // calls placed so far
	pressed map[string]time.Time
	codes   []doorCode
	limiter limiter
	sounds  bool // a tone is playing that does not end by itself

	registered     map[string]bool
	offline        bool
	faults         map[FaultKind]bool
	faultLine      int // of the configuration; 0: none
	open           map[string]bool
	unansweredTill time.Time // nobody answered: shown until then
	light          string
	toldState      bool // that the station can call
}

// New gives a station that waits for its first event; the first Step also shows its first light.
func New(cfg Config) *Station {
	s := &Station{
		pressed: map[string]time.Time{},
		faults:  map[FaultKind]bool{},
		open:    map[string]bool{},
	}
	s.Reconfigure(cfg)
	return s
}

// Step takes one event at the time now and returns what is to be done about it and about the time that has passed. A
// now that lies before an earlier one counts as no time having passed.
func (s *Station) Step(now time.Time, e Event) []Action {
	s.now = s.clock.advance(now)
	s.out = nil
	s.expire()
	s.handle(e)
	s.show()
	s.tellState()
	return s.out
}

// Deadline is when the next Step is due if no event comes before; zero if the station waits for nothing. It is always
// after the now of the last Step.
func (s *Station) Deadline() time.Time {
	var next time.Time
	for _, t := range s.timers() {
		if !t.at.IsZero() && (next.IsZero() || t.at.Before(next)) {
			next = *t.at
		}
	}
	if next.IsZero() {
		return next
	}
	return s.clock.outside(next)
}

// A timer is a time that the station waits for, and what is due then. It fires once and is zero while it does not run.
type timer struct {
	at   *time.Time
	of   *call // whose it is; nil for the station's own
	fire func(*Station)
}

func (s *Station) timers() []timer {
	own := [...]timer{
		{at: &s.limiter.until, fire: (*Station).lockOutEnds},
		{at: &s.unansweredTill, fire: func(*Station) {}},
	}
	if s.call == nil {
		return own[:]
	}
	return append(s.call.timers(), own[:]...)
}

// expire fires what has come due. What a timer sets in motion is due later than now, so one round is enough. Several of
// a call's may be due together and the first of them end it: the others then have nothing left to do.
func (s *Station) expire() {
	for _, t := range s.timers() {
		if t.at.IsZero() || s.now.Before(*t.at) {
			continue
		}
		*t.at = time.Time{}
		if t.of == nil || t.of == s.call {
			t.fire(s)
		}
	}
}

func (s *Station) handle(e Event) {
	switch e := e.(type) {
	case ButtonPressed:
		s.press(e.Button)
	case Incoming:
		s.incoming(e)
	case Ringing:
		s.ringing(e.Call)
	case Early:
		s.early(e.Call)
	case Answered:
		s.answered(e.Call)
	case Ended:
		s.ended(e)
	case Moved:
		s.moved(e.Call)
	case Silent:
		s.silent(e)
	case Digit:
		s.digit(e)
	case Registration:
		s.registration(e)
	case Network:
		s.network(e.Up)
	case DoorOpened:
		s.door(e.Door, true)
	case DoorClosed:
		s.door(e.Door, false)
	case Fault:
		s.fault(e)
	}
}

func (s *Station) do(a ...Action) { s.out = append(s.out, a...) }

func (s *Station) note(text string, attrs ...slog.Attr) {
	s.do(Note{Level: slog.LevelInfo, Text: text, Attrs: attrs})
}

func (s *Station) warn(text string, attrs ...slog.Attr) {
	s.do(Note{Level: slog.LevelWarn, Text: text, Attrs: attrs})
}
