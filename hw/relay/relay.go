// Package relay drives a door opener's relay. It rests off: from the first moment, after every pulse, after Close, and
// after an error. A pulse ends by the relay's own timer and within a limit that no caller and no setting can exceed,
// whether or not anything else in the program is alive. Only a relay that is bistable by explicit choice can be held longer.
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

	// Delay is how long it waits before it closes, up to MaxDelay. Release and Close call it off.
	Delay time.Duration

	// Bistable allows Hold.
	Bistable bool

	// Claim is asked before the relay leaves its rest, the delay included, and may refuse that. Free is told when the relay is
	// at rest again after a claim. They are called with the relay locked and must not call it.
	Claim func() error
	Free  func()

	// OnChange is told of each closing (true) and each return to rest (false), in order. It may call the relay; while it
	// hangs, later changes wait for it, the relay does not.
	OnChange func(closed bool, at time.Time)

	// OnState is told before the relay leaves its rest, then every SignEvery while it is not at rest, and when it is at rest again.
	// It is called with the relay locked: it must not call it, and must not block.
	OnState func(State)

	// OnFault is told when the line cannot be put to rest, once for each time that this begins, and when it does not close
	// after its delay.
	OnFault func(error)
}

// Relay is one relay on one line, which it owns. It may be used by several goroutines.
//
//	rest --Pulse, Hold--> delayed --Delay--> closed --its time, Release--> rest
//	  ^                      |
//	  +------- Release ------+
type Relay struct {
	pin     gpio.PinOut
	on      gpio.Level
	o       Options
	changes notices

	mu     sync.Mutex
	due    time.Time // delayed until then; zero: it is not
	order  order     // what is to be done then
	hold   hold
	timer  *time.Timer
	sign   time.Time // when the state is told again
	fault  error     // the line does not go to rest; it is tried again
	closed bool
}

// New drives the line to rest before anything else.
func New(pin gpio.PinOut, o Options) (*Relay, error) {
	if o.Delay < 0 || o.Delay > MaxDelay {
		return nil, fmt.Errorf("relay: a delay of %v is outside of 0s to %v", o.Delay, MaxDelay)
	}
	if o.Claim == nil {
		o.Claim = func() error { return nil }
	}
	if o.Free == nil {
		o.Free = func() {}
	}
	if o.OnState == nil {
		o.OnState = func(State) {}
	}
	r := &Relay{pin: pin, on: gpio.Level(!o.ActiveLow), o: o, changes: notices{change: o.OnChange, fault: o.OnFault}}
	if err := pin.Out(!r.on); err != nil {
		return nil, fmt.Errorf("relay: line %s cannot be driven to rest: %w", pin, err)
	}
	r.timer = time.AfterFunc(time.Hour, r.expired)
	r.timer.Stop()
	return r, nil
}

// Pulse closes the relay for d, 0.2 to 30 s, after its delay. While it is closed, it stays so for d from now if that is
// longer, but never beyond MaxClosed from its first closing; ErrMustRest says that this time is used up.
func (r *Relay) Pulse(d time.Duration) error { return r.ask(order{pulse: d}) }

// Hold closes a bistable relay until Release or Close, after its delay. A monostable one refuses with ErrMonostable.
func (r *Relay) Hold() error { return r.ask(order{hold: true}) }

func (r *Relay) ask(o order) error {
	defer r.changes.deliver()
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.obey(o); err != nil {
		return fmt.Errorf("relay: line %s: %w", r.pin, err)
	}
	return nil
}

func (r *Relay) obey(o order) error {
	if err := o.check(); err != nil {
		return err
	}
	switch {
	case r.closed:
		return ErrClosed
	case o.hold && !r.o.Bistable:
		return ErrMonostable
	case r.fault != nil:
		return fmt.Errorf("nothing before it is at rest: %w", r.fault)
	case r.hold.on:
		return r.book(time.Now(), o)
	case !r.due.IsZero():
		r.order = r.order.or(o)
		return nil
	}
	return r.leave(time.Now(), o)
}

// Release puts the relay to rest now.
func (r *Relay) Release() error {
	defer r.changes.deliver()
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.closed:
	case !r.due.IsZero():
		r.callOff()
	case r.hold.on:
		return r.fall(true)
	}
	return nil
}

// Closed says whether the relay is closed, or may be because its line does not obey.
func (r *Relay) Closed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.hold.on
}

// Close puts the relay to rest for good and gives its line back. An error says that the relay may still be closed.
func (r *Relay) Close() error {
	defer r.changes.deliver()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	wasOn, delayed := r.hold.on, !r.due.IsZero()
	err := r.drive()
	r.closed, r.due = true, time.Time{}
	r.timer.Stop()
	if err != nil {
		return errors.Join(fmt.Errorf("relay: line %s does not go to rest: %w", r.pin, err), r.pin.Halt())
	}
	r.hold.rest(time.Now())
	if wasOn || delayed {
		r.o.Free()
	}
	if wasOn {
		r.o.OnState(AtRest)
		r.changes.add(notice{at: time.Now()})
	}
	return r.pin.Halt()
}
