package relay

import "time"

// State is what a relay tells of itself to whoever watches over it.
type State int

// The states of a relay. Its line is driven after it has told that it leaves its rest, and before it tells that it is back.
const (
	AtRest State = iota
	Pulsed       // closed with an end, or not at rest though it should be
	Held         // closed until somebody releases it
)

// SignEvery is how often a relay that is not at rest tells its State again. That is a sign of life of its timer, which brings it
// back to rest: nothing else gives one.
const SignEvery = time.Second

func (r *Relay) state() State {
	switch {
	case !r.hold.on:
		return AtRest
	case r.hold.held && r.fault == nil:
		return Held
	}
	return Pulsed
}

// tell tells the state at now.
func (r *Relay) tell(now time.Time) {
	r.o.OnState(r.state())
	r.sign = now.Add(SignEvery)
}

// live tells the state if that is due.
func (r *Relay) live(now time.Time) {
	if !now.Before(r.sign) {
		r.tell(now)
	}
}

// arm sets the timer of a closed relay to its end or its next sign of life, whichever comes first.
func (r *Relay) arm(now time.Time) {
	next := r.sign
	if !r.hold.held {
		next = earlier(next, r.hold.until)
	}
	r.timer.Reset(next.Sub(now))
}
