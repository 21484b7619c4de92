package guard

import (
	"fmt"
	"time"

	"intercom/board"
)

// What a station is given.
const (
	// Silence is how long its signs of life may be missing: eight of them. What a small computer is held up by (a slow SD card,
	// swapping, a log that is written) is over before; the watchdogs, which take calls and computer with them, bite after 15 s and 20 s.
	Silence = 8 * time.Second

	// Overtime is how much longer than board.MaxClosed a pulse may seem here: the station is late to end it, and to say so.
	Overtime = 3 * time.Second
)

// A vigil looks every tick, and no step of its clock counts for more than a second.
const (
	tick        = 500 * time.Millisecond
	longestStep = time.Second
)

// vigil is the guard's account of a station's relays. It only calculates. Its clock is the time in which the guard has itself been
// awake: what stops a whole computer for a while (a debugger, a host of virtual machines, much too little memory) leaves the
// station as much time as its guard. Times are monotonic readings, which neither a clock that is set nor a suspended computer moves.
type vigil struct {
	silence time.Duration
	now     time.Time     // of the last step
	awake   time.Duration // since the beginning
	away    map[int]*absence
}

// absence is one relay that is not at rest, in the vigil's time.
type absence struct {
	held  bool
	since time.Duration // of its pulse
	sign  time.Duration // its last one
}

func newVigil(now time.Time, silence time.Duration) *vigil {
	return &vigil{silence: silence, now: now, away: map[int]*absence{}}
}

// step passes the time.
func (v *vigil) step(now time.Time) {
	v.awake += min(max(now.Sub(v.now), 0), longestStep)
	v.now = now
}

// hear takes a word that came at now.
func (v *vigil) hear(now time.Time, w word) {
	v.step(now)
	if w.state == board.AtRest {
		delete(v.away, w.relay)
		return
	}
	a := v.away[w.relay]
	held := w.state == board.Held
	if a == nil || a.held && !held {
		a = &absence{since: v.awake}
		v.away[w.relay] = a
	}
	a.held, a.sign = held, v.awake
}

// look says at now what is wrong with the station, nil for nothing.
func (v *vigil) look(now time.Time) error {
	v.step(now)
	for relay, a := range v.away {
		if quiet := v.awake - a.sign; quiet > v.silence {
			return fmt.Errorf("guard: relay %d is not at rest, and what should bring it back has given no sign of life for %v", relay, quiet)
		}
		if closed := v.awake - a.since; !a.held && closed > board.MaxClosed+Overtime {
			return fmt.Errorf("guard: relay %d is not at rest after %v, and should be after %v", relay, closed, board.MaxClosed)
		}
	}
	return nil
}

// busy says whether a relay is not at rest: without one there is nothing to look at.
func (v *vigil) busy() bool { return len(v.away) > 0 }
