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
	waits    []timer // of timers

	visit       *visit  // nil while nothing goes on at the door
	queue       []*call // callers who wait for the end of the visit
	placed      int     // calls placed so far
	pressed     map[string]time.Time
	fingers     map[string]*finger // on buttons, or just off them
	credentials []credential
	uses        map[string]int // by person: of codes that are good for so many
	limiter     limiter
	doorways    map[string]*doorway
	inputs      map[string]bool // by name: what each has told last
	recalled    *Memory         // until the first step

	housingOpen bool
	tamperUntil time.Time
	officeAt    time.Time // when the schedules of doors are looked at again

	volume float64 // told, dB
	tone   string  // playing, of those that do not end by themselves

	registered     map[string]bool
	offline        bool
	faults         map[FaultKind]bool
	faultLine      int       // of the configuration; 0: none
	unansweredTill time.Time // nobody answered: shown until then
	light          string
	toldState      bool // that the station can call
}

// New gives a station that waits for its first event; the first Step also shows its first light.
func New(cfg Config) *Station {
	s := &Station{
		pressed:  map[string]time.Time{},
		uses:     map[string]int{},
		fingers:  map[string]*finger{},
		faults:   map[FaultKind]bool{},
		doorways: map[string]*doorway{},
		inputs:   map[string]bool{},
	}
	s.Reconfigure(cfg)
	return s
}

// Step takes one event at the time now and returns what is to be done about it and about the time that has passed. A
// now that lies before an earlier one counts as no time having passed.
func (s *Station) Step(now time.Time, e Event) []Action {
	s.now = s.clock.advance(now)
	s.out = nil
	s.recall()
	s.expire()
	s.handle(e)
	s.keepOffice()
	s.admit()
	s.hears()
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
	of   any // the visit, call, hunt or finger that it belongs to; nil for the station itself
	fire func()
}

// timers are all there are, in a slice that the next call uses again.
func (s *Station) timers() []timer {
	all := append(s.waits[:0],
		timer{at: &s.limiter.until, fire: s.lockOutEnds},
		timer{at: &s.unansweredTill, fire: func() {}},
		timer{at: &s.tamperUntil, fire: s.tamperEnds},
		timer{at: &s.officeAt, fire: func() {}},
	)
	all = append(all, s.doorTimers()...)
	if s.visit != nil {
		all = s.visit.timers(s, all)
	}
	for _, c := range s.queue {
		all = c.timers(s, all)
	}
	for name, f := range s.fingers {
		all = append(all, timer{&f.until, f, func() { s.decide(name, f) }})
	}
	s.waits = all
	return all
}

// expire fires what has come due. What a timer sets in motion is due later than now, so one round is enough. Several may be
// due together and the first of them end what the others belong to: those then have nothing left to do.
func (s *Station) expire() {
	for _, t := range s.timers() {
		if t.at.IsZero() || s.now.Before(*t.at) || !s.has(t.of) {
			continue
		}
		*t.at = time.Time{}
		t.fire()
	}
}

// has reports whether what a timer belongs to is still there.
func (s *Station) has(of any) bool {
	switch of := of.(type) {
	case *visit:
		return s.visit == of
	case *call:
		return s.current(of.id) == of
	case *hunt:
		return s.visit != nil && s.visit.hunt != nil && s.visit.hunt.contains(of)
	case *finger:
		for _, f := range s.fingers {
			if f == of {
				return true
			}
		}
		return false
	}
	return true
}

func (s *Station) handle(e Event) {
	switch e := e.(type) {
	case ButtonPressed:
		s.down(e.Button)
	case ButtonReleased:
		s.up(e.Button)
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
	case OnHold:
		s.onHold(e)
	case Silent:
		s.silent(e)
	case Digit:
		s.key(e)
	case Registration:
		s.registration(e)
	case Network:
		s.network(e.Up)
	case InputChanged:
		s.inputChanged(e)
	case NotOpened:
		s.notOpened(e)
	case DoorOpened:
		s.door(e.Door, true)
	case DoorClosed:
		s.door(e.Door, false)
	case Fault:
		s.fault(e)
	case OpenAsked:
		s.openAsked(e)
	case CallAsked:
		s.callAsked(e)
	case HangUpAsked:
		s.hangUpAsked(e)
	}
}

func (s *Station) do(a ...Action) { s.out = append(s.out, a...) }

func (s *Station) note(text string, attrs ...slog.Attr) {
	s.do(Note{Level: slog.LevelInfo, Text: text, Attrs: attrs})
}

func (s *Station) warn(text string, attrs ...slog.Attr) {
	s.do(Note{Level: slog.LevelWarn, Text: text, Attrs: attrs})
}
