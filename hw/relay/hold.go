package relay

import (
	"errors"
	"fmt"
	"time"
)

// Bounds that no configuration exceeds.
const (
	MinPulse  = 200 * time.Millisecond // shorter ones do not release a bolt
	MaxClosed = 30 * time.Second       // from the first closing, whatever is asked for meanwhile
	MinRest   = time.Second            // a shorter rest does not let the door fall shut: it counts as still closed
)

// Errors of Pulse, for errors.Is.
var (
	ErrMustRest = errors.New("the longest time is used up; it must rest first")
	ErrClosed   = errors.New("relay is shut down")
)

// hold is the account of one closing: since when, until when. It only calculates; times are monotonic readings, so a
// machine whose clock is set meanwhile does not move them.
type hold struct {
	first time.Time // the closing that the cap counts from
	until time.Time // end of the pulse that is on
	fell  time.Time // when it was last at rest after a closing
	on    bool
}

// ask books a pulse of d at now and returns how long the relay may stay closed from now.
func (h *hold) ask(now time.Time, d time.Duration) (time.Duration, error) {
	if d < MinPulse || d > MaxClosed {
		return 0, fmt.Errorf("a pulse of %v is outside of %v to %v", d, MinPulse, MaxClosed)
	}
	first := h.first
	if !h.on && now.Sub(h.fell) >= MinRest {
		first = now
	}
	end := first.Add(MaxClosed)
	if !now.Before(end) {
		return 0, ErrMustRest
	}
	until := earlier(now.Add(d), end)
	if h.on && until.Before(h.until) {
		until = h.until
	}
	h.first, h.until, h.on = first, until, true
	return until.Sub(now), nil
}

// rest notes that the relay is at rest.
func (h *hold) rest(now time.Time) { h.on, h.fell = false, now }

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
