package relay

import (
	"fmt"
	"time"
)

func (r *Relay) expired() {
	defer r.changes.deliver()
	r.mu.Lock()
	defer r.mu.Unlock()
	switch now := time.Now(); {
	case r.closed:
	case !r.due.IsZero():
		r.delayed(now)
	case !r.hold.on:
	case r.fault == nil && (r.hold.held || now.Before(r.hold.until)):
		r.live(now)
		r.arm(now)
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
		r.live(time.Now())
		r.timer.Reset(again)
		return err
	}
	r.timer.Stop()
	r.fault = nil
	now := time.Now()
	r.hold.rest(now)
	r.tell(now)
	r.o.Free()
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
