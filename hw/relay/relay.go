// Package relay drives a door opener's relay. It rests off: from the first moment, after every pulse, after Close, and
// after an error. A pulse ends by the relay's own timer and within a limit that no caller and no setting can exceed,
// whether or not anything else in the program is alive.
package relay

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// Options of a Relay.
type Options struct {
	// ActiveLow is true for a relay that closes at a low level. Leave it false where the line itself is inverted.
	ActiveLow bool

	// OnChange is told of each closing (true) and each return to rest (false), in order. It may call the relay; while it
	// hangs, later changes wait for it, the relay does not.
	OnChange func(closed bool, at time.Time)

	// OnFault is told when the line cannot be put to rest, once for each time that this begins.
	OnFault func(error)
}

// Relay is one relay on one line, which it owns. It may be used by several goroutines.
type Relay struct {
	pin     gpio.PinOut
	on      gpio.Level
	changes notices

	mu     sync.Mutex
	hold   hold
	timer  *time.Timer
	fault  error // the line does not go to rest; it is tried again
	closed bool
}

// New drives the line to rest before anything else.
func New(pin gpio.PinOut, o Options) (*Relay, error) {
	r := &Relay{pin: pin, on: gpio.Level(!o.ActiveLow), changes: notices{change: o.OnChange, fault: o.OnFault}}
	if err := pin.Out(!r.on); err != nil {
		return nil, fmt.Errorf("relay: line %s cannot be driven to rest: %w", pin, err)
	}
	r.timer = time.AfterFunc(time.Hour, r.expired)
	r.timer.Stop()
	return r, nil
}

// Pulse closes the relay for d, 0.2 to 30 s. While it is closed, it stays so for d from now if that is longer, but never
// beyond MaxClosed from its first closing; ErrMustRest says that this time is used up.
func (r *Relay) Pulse(d time.Duration) error {
	defer r.changes.deliver()
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.pulse(d); err != nil {
		return fmt.Errorf("relay: line %s: %w", r.pin, err)
	}
	return nil
}

func (r *Relay) pulse(d time.Duration) error {
	if r.closed {
		return ErrClosed
	}
	if r.fault != nil {
		return fmt.Errorf("no pulse before it is at rest: %w", r.fault)
	}
	was := r.hold.on
	left, err := r.hold.ask(time.Now(), d)
	if err != nil {
		return err
	}
	r.timer.Reset(left) // before the line is driven: what closes has its end already
	if was {
		return nil
	}
	if err := r.pin.Out(r.on); err != nil {
		return errors.Join(err, r.fall(false))
	}
	r.changes.add(notice{closed: true, at: time.Now()})
	return nil
}

// Release puts the relay to rest now.
func (r *Relay) Release() error {
	defer r.changes.deliver()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || !r.hold.on {
		return nil
	}
	return r.fall(true)
}

// Closed says whether the relay is closed, or may be because its line does not obey.
func (r *Relay) Closed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.hold.on
}

func (r *Relay) expired() {
	defer r.changes.deliver()
	r.mu.Lock()
	defer r.mu.Unlock()
	switch now := time.Now(); {
	case r.closed || !r.hold.on:
	case r.fault == nil && now.Before(r.hold.until): // fired while Pulse was extending it
		r.timer.Reset(r.hold.until.Sub(now))
	default:
		_ = r.fall(true) // told to OnFault
	}
}

// again is how soon a line that did not go to rest is tried again.
const again = 200 * time.Millisecond

// fall drives the line to rest. If that fails it is tried again at once and then by the timer until it works.
func (r *Relay) fall(tell bool) error {
	err := r.drive()
	if err != nil {
		err = fmt.Errorf("relay: line %s does not go to rest: %w", r.pin, err)
		if r.fault == nil {
			r.changes.add(notice{fault: err})
		}
		r.fault = err
		r.timer.Reset(again)
		return err
	}
	r.timer.Stop()
	r.fault = nil
	now := time.Now()
	r.hold.rest(now)
	if tell {
		r.changes.add(notice{at: now})
	}
	return nil
}

// drive tries twice to put the line to rest.
func (r *Relay) drive() error {
	err := r.pin.Out(!r.on)
	if err != nil {
		err = r.pin.Out(!r.on)
	}
	return err
}

// Close puts the relay to rest for good and gives its line back. An error says that the relay may still be closed.
func (r *Relay) Close() error {
	defer r.changes.deliver()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	wasOn := r.hold.on
	err := r.drive()
	r.closed = true
	r.timer.Stop()
	if err != nil {
		return errors.Join(fmt.Errorf("relay: line %s does not go to rest: %w", r.pin, err), r.pin.Halt())
	}
	r.hold.rest(time.Now())
	if wasOn {
		r.changes.add(notice{at: time.Now()})
	}
	return r.pin.Halt()
}
