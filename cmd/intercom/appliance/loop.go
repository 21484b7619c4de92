package appliance

import (
	"context"
	"time"

	"intercom/cmd/intercom/call"
	"intercom/cmd/intercom/station"
	"intercom/ua"
)

// Run is the station's life: until ctx ends, every event goes to the rules and their actions are done, in order, on this
// one goroutine. It returns when calls are ended, accounts unregistered and all goroutines gone. Closing the board, which
// puts its relays to rest, is for the one who opened it. ErrReplaced says that another configuration waits.
func (a *Appliance) Run(ctx context.Context) error {
	err := call.Serve(a.agent, a.engine, a.calls, func(stopped <-chan struct{}) { a.loop(ctx, stopped) })
	if err == nil && ctx.Err() == nil {
		return ErrReplaced
	}
	return err
}

func (a *Appliance) loop(ctx context.Context, stopped <-chan struct{}) {
	timer := time.NewTimer(0) // the first step comes at once
	defer timer.Stop()
	watch := time.NewTicker(time.Second)
	defer watch.Stop()
	defer close(a.over)
	for {
		select {
		case <-ctx.Done():
			return
		case <-stopped:
			return
		case e := <-a.board.Events():
			a.boardEvent(e)
		case e := <-a.agent.Events():
			a.agentEvent(e)
		case d := <-a.calls.Digits():
			a.digit(d)
		case now := <-watch.C:
			a.watchSilence()
			a.watchEcho()
			a.watchClipping(now)
			if a.watch.Alive != nil {
				a.watch.Alive(now)
			}
		case <-timer.C:
			a.step(station.Tick{})
		case f := <-a.inbox:
			f()
		}
		a.settle()
		if a.replaced(time.Now()) {
			return
		}
		a.settle()
		rearm(timer, a.station.Deadline())
	}
}

// watchSilence tells the rules of calls from whose other side nothing comes. Who hands a call on may be silent until the next
// telephone has it.
func (a *Appliance) watchSilence() {
	a.calls.Silent(func(id ua.CallID, d time.Duration) {
		if name, ok := a.succession.name(id); ok && !a.succession.pending(name) {
			a.pending = append(a.pending, station.Silent{Call: name, For: d})
		}
	})
}

// watchEcho says once that the echo cannot be cancelled, and once that it can again.
func (a *Appliance) watchEcho() {
	turns := a.engine.HalfDuplex()
	switch {
	case turns && !a.turns:
		a.log.Warn("the echo at the door cannot be cancelled: house and visitor are heard in turns. " +
			"Put microphone and loudspeaker further apart, or turn speaker_gain down until the loudspeaker does not rattle")
	case !turns && a.turns:
		a.log.Info("the echo at the door is cancelled again: house and visitor are heard at once")
	}
	a.turns = turns
}

// watchClipping says that the microphone is overdriven, at most once an hour.
func (a *Appliance) watchClipping(now time.Time) {
	clipped := a.engine.Clipped()
	if clipped-a.clipped < worthTelling || now.Sub(a.toldClipping) < time.Hour {
		return
	}
	a.clipped, a.toldClipping = clipped, now
	a.log.Warn("the microphone is overdriven: turn its gain down in the mixer of the sound card", "samples", clipped)
}

// worthTelling is how many samples at the end of the scale are no accident: a knock on the housing makes fewer.
const worthTelling = 2000

// settle steps the rules with what their own actions have led to.
func (a *Appliance) settle() {
	for len(a.pending) > 0 {
		e := a.pending[0]
		a.pending = a.pending[1:]
		a.step(e)
	}
}

// step returns what was done.
func (a *Appliance) step(e station.Event) []station.Action {
	now := time.Now()
	if a.watch.Event != nil {
		a.watch.Event(now, e)
	}
	actions := a.station.Step(now, e)
	for _, action := range actions {
		if a.watch.Action != nil {
			a.watch.Action(now, action)
		}
		a.do(action)
	}
	return actions
}

func rearm(timer *time.Timer, deadline time.Time) {
	if deadline.IsZero() {
		timer.Stop()
		return
	}
	timer.Reset(time.Until(deadline))
}
