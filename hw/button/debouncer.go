// Package button turns the contact of a push button into presses and releases. The Debouncer is the rule, a struct that is
// stepped with the time and the level; a Button runs it on a GPIO line.
package button

import "time"

// StuckAfter is how long a press lasts before it is taken for a fault of the contact or its wires.
const StuckAfter = 60 * time.Second

// Kind says what a contact's edges amount to.
type Kind int

// The kinds of Event.
const (
	Pressed  Kind = iota + 1 // held steadily for the shortest press
	Released                 // let go after a Pressed
	Stuck                    // held for StuckAfter, told once a press
)

func (k Kind) String() string {
	switch k {
	case Pressed:
		return "pressed"
	case Released:
		return "released"
	case Stuck:
		return "stuck"
	}
	return "no event"
}

// Event is one press, release or alarm, with the time at which it was certain.
type Event struct {
	At   time.Time
	Kind Kind
}

// Stats counts what a contact did since it was opened. Many glitches mean long or bad wires.
type Stats struct {
	Presses  uint64 // told as Pressed
	Short    uint64 // steady, but shorter than the shortest press
	Bounces  uint64 // swings of the contact on its way to a new state
	Glitches uint64 // swings after which the contact was as before
	Stuck    uint64 // alarms
}

// Debouncer is a trailing filter: a level counts once it has been steady for Stable. A press is told once it has
// lasted for Shortest.
//
//	open --closed for Stable--> short --Shortest since it closed--> pressed --StuckAfter--> stuck
//	  ^                           |                                    |                      |
//	  +------------ open for Stable (a press too short is counted) ----+----------------------+
//
// A contact that is closed at the start tells nothing before it has been open: a wire that chafed through must not ring
// the house after each power cut. Only the alarm is given.
type Debouncer struct {
	Stable, Shortest time.Duration

	stats   Stats
	started bool
	last    time.Time // the last step
	raw     bool      // the contact
	swung   time.Time // when raw last changed
	swings  uint64    // changes of raw that have not settled

	closed    bool      // the contact, settled
	since     time.Time // when the settled state began
	settled   time.Time // when that was last certain
	announced bool      // Pressed was told
	alarmed   bool      // Stuck was told
	mute      bool      // closed since the start
}

// Step takes the contact's state at a time, closed or not, and returns what became certain since the last step, in order.
// It is to be called at each edge and at Deadline; called late, it decides as if it had been called in time.
func (d *Debouncer) Step(now time.Time, closed bool) []Event {
	if !d.started {
		d.start(now, closed)
		return nil
	}
	now = latest(now, d.last) // the kernel's time of an edge may lie before our last look at the level
	d.last = now
	events := d.advance(now)
	if closed != d.raw {
		d.raw, d.swung = closed, now
		d.swings++
	}
	return events
}

func (d *Debouncer) start(now time.Time, closed bool) {
	d.started, d.raw, d.swung = true, closed, now
	d.closed, d.since, d.settled, d.mute = closed, now, now, closed
}

// Deadline is when Step is due if no edge comes before. The zero time says never.
func (d *Debouncer) Deadline() time.Time {
	due, _ := d.next()
	return due
}

// Stats is what was counted so far.
func (d *Debouncer) Stats() Stats { return d.stats }

// advance does everything that fell due up to now while the contact was steady.
func (d *Debouncer) advance(now time.Time) []Event {
	var events []Event
	for {
		due, act := d.next()
		if act == nil || due.After(now) {
			return events
		}
		if kind := act(d); kind != 0 {
			events = append(events, Event{due, kind})
		}
	}
}

// next is the step that comes first if the contact stays as it is.
func (d *Debouncer) next() (time.Time, func(*Debouncer) Kind) {
	switch {
	case d.swings > 0:
		return d.swung.Add(d.Stable), (*Debouncer).settle
	case !d.closed:
		return time.Time{}, nil
	case !d.announced && !d.mute:
		return latest(d.since.Add(d.Shortest), d.settled), (*Debouncer).press
	case !d.alarmed:
		return latest(d.since.Add(StuckAfter), d.settled), (*Debouncer).stick
	}
	return time.Time{}, nil
}

// settle ends a swing: the contact has been steady for long enough.
func (d *Debouncer) settle() Kind {
	swings := d.swings
	d.swings, d.settled = 0, d.swung.Add(d.Stable)
	if d.raw == d.closed {
		d.stats.Glitches += (swings + 1) / 2 // a swing there and back is one
		return 0
	}
	d.stats.Bounces += swings / 2
	told := d.announced
	if !d.raw && !told && !d.mute {
		d.stats.Short++
	}
	d.closed, d.since = d.raw, d.swung
	d.announced, d.alarmed, d.mute = false, false, false
	if told {
		return Released
	}
	return 0
}

func (d *Debouncer) press() Kind {
	d.announced = true
	d.stats.Presses++
	return Pressed
}

func (d *Debouncer) stick() Kind {
	d.alarmed = true
	d.stats.Stuck++
	return Stuck
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
