package relay

import (
	"errors"
	"fmt"
	"time"
)

// book lets the relay be closed from now on, and arms its end.
func (r *Relay) book(now time.Time, o order) error {
	was := r.state()
	if err := r.hold.ask(now, o); err != nil {
		return err
	}
	if r.state() != was { // being asked again is no sign of life of the timer
		r.tell(now)
	}
	r.arm(now)
	return nil
}

// leave is the way out of rest: at once or by the delay.
func (r *Relay) leave(now time.Time, o order) error {
	trial := r.hold // what is refused after the delay is refused now
	if err := trial.ask(now.Add(r.o.Delay), o); err != nil {
		return err
	}
	if err := r.o.Claim(); err != nil {
		return err
	}
	if r.o.Delay == 0 {
		return r.close(now, o)
	}
	r.due, r.order = now.Add(r.o.Delay), o
	r.timer.Reset(r.o.Delay)
	return nil
}

// close drives the line. Its end is armed before: what closes has its end already.
func (r *Relay) close(now time.Time, o order) error {
	if err := r.book(now, o); err != nil {
		r.o.Free()
		return err
	}
	if err := r.pin.Out(r.on); err != nil {
		return errors.Join(err, r.fall(false))
	}
	r.changes.add(notice{closed: true, at: time.Now()})
	return nil
}

// callOff ends the delay without a closing.
func (r *Relay) callOff() {
	r.due = time.Time{}
	r.timer.Stop()
	r.o.Free()
}

// delayed closes the relay when its delay is over.
func (r *Relay) delayed(now time.Time) {
	if now.Before(r.due) { // of a delay that was called off, and another began
		r.timer.Reset(r.due.Sub(now))
		return
	}
	r.due = time.Time{}
	if err := r.close(now, r.order); err != nil && r.fault == nil {
		r.changes.add(notice{fault: fmt.Errorf("relay: line %s did not close after its delay: %w", r.pin, err)})
	}
}
