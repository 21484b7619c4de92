package relay

import (
	"errors"
	"fmt"
	"time"
)

// Bounds that no configuration exceeds.
const (
	MinPulse  = 200 * time.Millisecond // shorter ones do not release a bolt
	MaxClosed = 30 * time.Second       // of pulses, from the first closing, whatever is asked for meanwhile
	MinRest   = time.Second            // a shorter rest does not let the door fall shut: it counts as still closed
	MaxDelay  = 10 * time.Second       // before it closes
)

// Errors of Pulse and Hold, for errors.Is.
var (
	ErrMustRest   = errors.New("the longest time is used up; it must rest first")
	ErrClosed     = errors.New("relay is shut down")
	ErrMonostable = errors.New("a monostable relay cannot be held, only pulsed")
)

// order is what somebody asked for: a pulse of a length, or to be held.
type order struct {
	pulse time.Duration
	hold  bool
}

// or is what fulfils both orders.
func (o order) or(p order) order { return order{max(o.pulse, p.pulse), o.hold || p.hold} }

// hold is the account of one closing: since when, until when. It only calculates; times are monotonic readings, so a
// machine whose clock is set meanwhile does not move them.
type hold struct {
	first time.Time // the closing that the cap counts from
	until time.Time // end of the pulse that is on
	fell  time.Time // when it was last at rest after a closing
	on    bool
	held  bool // until somebody releases it
}

// ask books an order at now.
func (h *hold) ask(now time.Time, o order) error {
	if o.hold || h.held {
		h.on, h.held = true, true
		return nil
	}
	first := h.first
	if !h.on && now.Sub(h.fell) >= MinRest {
		first = now
	}
	end := first.Add(MaxClosed)
	if !now.Before(end) {
		return ErrMustRest
	}
	until := earlier(now.Add(o.pulse), end)
	if h.on && until.Before(h.until) {
		until = h.until
	}
	h.first, h.until, h.on = first, until, true
	return nil
}

// check refuses what no relay does, whatever its account.
func (o order) check() error {
	if !o.hold && (o.pulse < MinPulse || o.pulse > MaxClosed) {
		return fmt.Errorf("a pulse of %v is outside of %v to %v", o.pulse, MinPulse, MaxClosed)
	}
	return nil
}

// rest notes that the relay is at rest. After it was held, which has no cap, it need not rest for a pulse.
func (h *hold) rest(now time.Time) {
	if h.held {
		now = time.Time{}
	}
	h.on, h.held, h.fell = false, false, now
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
