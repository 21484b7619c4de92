package phone

import (
	"context"
	"errors"
	"time"
)

// Run is the phone until ctx ends or it is told to quit. Then calls are ended, accounts unregistered, and what that brings is
// still told.
func (p *Phone) Run(ctx context.Context) error {
	defer close(p.over)
	running, stop := context.WithCancel(context.Background())
	defer stop()
	stopped := make(chan error, 1)
	go func() { stopped <- p.agent.Run(running) }()
	p.tell(p.ready())
	p.deaf()
	err, alive := p.serve(ctx, stopped)
	if alive {
		err, alive = p.hangUpAll(stopped)
	}
	stop()
	for alive {
		select {
		case e := <-p.agent.Events():
			p.handle(time.Now(), e)
		case err = <-stopped:
			alive = false
		}
	}
	p.calls.Close()
	p.unregistered()
	return errors.Join(err, p.engine.Close())
}

// serve does what it is told, until it is told to quit or ctx ends. If the agent ends before that, it is not alive.
func (p *Phone) serve(ctx context.Context, stopped <-chan error) (err error, alive bool) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil, true
		case err := <-stopped:
			return endedByItself(err), false
		case e := <-p.agent.Events():
			p.handle(time.Now(), e)
		case d := <-p.calls.Digits():
			p.tell(Digit{d.Call, string(d.Rune), d.Way})
		case line := <-p.todo:
			if p.obey(line) {
				return nil, true
			}
		case line := <-p.opt.Commands:
			if p.obey(line) {
				return nil, true
			}
		case <-timer.C:
			p.due(time.Now())
		}
		timer.Reset(p.idle())
	}
}

// unregistered tells of the accounts whose calls nobody takes from now on.
func (p *Phone) unregistered() {
	for _, a := range p.opt.Accounts {
		if p.registered[a.Name] {
			p.tell(Unregistered{Account: a.Name, Reason: "the phone has ended"})
		}
	}
}

func endedByItself(err error) error {
	return errors.Join(errors.New("the user agent has stopped by itself"), err)
}

// idle is how long nothing happens by itself.
func (p *Phone) idle() time.Duration {
	if at := p.lines.deadline(); !at.IsZero() {
		return time.Until(at)
	}
	return time.Hour
}

// goodbye is how long the ends of all calls may take to be told; the agent itself waits longer for the peers' answers.
const goodbye = time.Second

// hangUpAll ends every call, so that each is told with its figures.
func (p *Phone) hangUpAll(stopped <-chan error) (err error, alive bool) {
	for _, n := range p.lines.all {
		p.agent.Hangup(n.id)
	}
	late := time.NewTimer(goodbye)
	defer late.Stop()
	for len(p.lines.all) > 0 {
		select {
		case e := <-p.agent.Events():
			p.handle(time.Now(), e)
		case err := <-stopped:
			return endedByItself(err), false
		case <-late.C:
			return nil, true
		}
	}
	return nil, true
}
