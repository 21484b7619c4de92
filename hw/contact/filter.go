// Package contact turns the contact of a sensor, such as a door's reed switch or a housing's tamper switch, into a state and
// its changes. The Filter is the rule, a struct that is stepped with the time and the level; a Contact runs it on a GPIO line.
package contact

import "time"

// Event is the state that a contact turned out to have, with the time at which that was certain.
type Event struct {
	At    time.Time
	On    bool
	Stuck bool // no new state: the contact has been on for the Filter's Stuck
}

// Stats counts what a contact did since it was opened. Many glitches mean long or bad wires.
type Stats struct {
	Changes  uint64 // of the settled state, the first one not counted
	Bounces  uint64 // swings of the contact on its way to a new state
	Glitches uint64 // swings after which the contact was as before
	Stuck    uint64 // alarms
}

// Filter is a trailing filter: a state counts once it has been steady for Stable. The state at the start is told in the same
// way, once, and then each change.
//
//	unknown --steady for Stable--> on <--steady for Stable--> off
type Filter struct {
	Stable time.Duration

	// Mute tells a contact that is on at the start as off until it has really been off: an exit button whose wire chafed
	// through must not open the door after each power cut.
	Mute bool

	// Stuck is how long the contact is on before that is taken for a fault and told, once; 0 is for ever.
	Stuck time.Duration

	stats   Stats
	started bool
	last    time.Time // the last step
	raw     bool      // the contact
	swung   time.Time // when raw last changed
	swings  uint64    // changes of raw that have not settled

	told    bool // a state was told
	on      bool // the state that was told
	muted   bool // raw may be on, but counts as off
	alarmed bool // Stuck was told
}

// Step takes the contact's state at a time and returns what became certain since the last step: nothing, or events in order. It is to be
// called at each edge and at Deadline; called late, it decides as if it had been called in time.
func (f *Filter) Step(now time.Time, on bool) []Event {
	if !f.started {
		f.started, f.last, f.raw, f.swung, f.muted = true, now, on, now, f.Mute && on
		return nil
	}
	if now.Before(f.last) { // the kernel's time of an edge may lie before our last look at the level
		now = f.last
	}
	f.last = now
	var events []Event
	for due := f.Deadline(); !due.IsZero() && !due.After(now); due = f.Deadline() {
		if f.settling() {
			events = append(events, f.settle(due)...)
		} else {
			f.alarmed = true
			f.stats.Stuck++
			events = append(events, Event{At: due, On: f.on, Stuck: true})
		}
	}
	if on != f.raw {
		f.raw, f.swung = on, now
		f.swings++
	}
	return events
}

// Deadline is when Step is due if no edge comes before. The zero time says never.
func (f *Filter) Deadline() time.Time {
	switch {
	case f.settling():
		return f.swung.Add(f.Stable)
	case f.started && f.Stuck > 0 && f.raw && !f.alarmed:
		return f.swung.Add(max(f.Stuck, f.Stable))
	}
	return time.Time{}
}

// settling says that the contact's state is not certain yet.
func (f *Filter) settling() bool { return f.started && (!f.told || f.swings > 0) }

// Stats is what was counted so far.
func (f *Filter) Stats() Stats { return f.stats }

// settle ends a swing: the contact has been steady for long enough.
func (f *Filter) settle(at time.Time) []Event {
	swings := f.swings
	f.swings = 0
	f.alarmed = f.alarmed && f.raw
	freed := f.muted && !f.raw
	f.muted = f.muted && f.raw
	on := f.raw && !f.muted
	switch {
	case !f.told:
		f.stats.Bounces += swings / 2
	case freed: // it counted as off already
		f.stats.Bounces += swings / 2
		return nil
	case on == f.on:
		f.stats.Glitches += (swings + 1) / 2 // a swing there and back is one
		return nil
	default:
		f.stats.Bounces += swings / 2
		f.stats.Changes++
	}
	f.told, f.on = true, on
	return []Event{{At: at, On: on}}
}
