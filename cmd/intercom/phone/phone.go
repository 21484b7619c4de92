// Package phone is a telephone without a face: a user agent and a sound card that answer by themselves. It is the indoor
// phone of the demonstration and of the tests.
package phone

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"intercom/cmd/intercom/call"
	"intercom/media"
	"intercom/ua"
)

// Options is how a phone behaves.
type Options struct {
	SIP      ua.Config
	Accounts []ua.Account
	RTP      media.Config
	Card     media.Card
	Log      *slog.Logger

	AnswerAfter time.Duration // how long it rings
	Digits      string        // keys that are pressed in each answered call; empty for none
	DigitsAfter time.Duration // so long after answering

	Watch Watcher

	// The fields below are for networks other than the computer's own; all may be zero.
	ListenSIP func(netip.AddrPort) (ua.PacketConn, error)
	ListenRTP func(netip.AddrPort) (media.PacketConn, error)
	Route     func(remote netip.AddrPort) (netip.Addr, error)
}

// Watcher is told what the phone hears and does, on the phone's own goroutine: it must not block. Any field may be nil.
type Watcher struct {
	Event func(time.Time, ua.Event)
	Ended func(call.Ended)
	Typed func(digits string)
}

// Phone is a telephone that Run sets going. It takes one call at a time.
type Phone struct {
	opt    Options
	agent  *ua.UA
	engine *media.Engine
	calls  *call.Switchboard

	dials    chan string // targets to be called
	placed   int         // calls placed so far
	current  ua.CallID   // "" between calls
	answerAt time.Time   // zero unless ringing
	typeAt   time.Time   // zero unless keys are to be pressed
}

// New opens the phone's sockets and its card.
func New(o Options) (*Phone, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	listen, err := netip.ParseAddrPort(o.SIP.Listen)
	if err != nil {
		return nil, fmt.Errorf("the phone's address: %w", err)
	}
	agent, err := ua.New(ua.Options{
		Config: o.SIP, Accounts: o.Accounts, Log: o.Log, Listen: o.ListenSIP, Route: o.Route,
	})
	if err != nil {
		return nil, fmt.Errorf("the phone does not start: %w", err)
	}
	engine, err := media.NewEngine(o.Card, media.Options{Config: o.RTP, Log: o.Log, Listen: o.ListenRTP})
	if err != nil {
		return nil, fmt.Errorf("the phone's sound does not start: %w", err)
	}
	calls := call.New(agent, engine, call.Config{Local: listen.Addr(), Codecs: o.RTP.Codecs, Ptime: o.RTP.Ptime, Log: o.Log})
	return &Phone{opt: o, agent: agent, engine: engine, calls: calls, dials: make(chan string, 1)}, nil
}

// Dial calls a SIP URI once the phone runs. It may be called from any goroutine, and waits while another target does.
func (p *Phone) Dial(target string) { p.dials <- target }

// Run answers calls until ctx ends.
func (p *Phone) Run(ctx context.Context) error {
	return call.Serve(p.agent, p.engine, p.calls, func(stopped <-chan struct{}) { p.loop(ctx, stopped) })
}

func (p *Phone) loop(ctx context.Context, stopped <-chan struct{}) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-stopped:
			return
		case e := <-p.agent.Events():
			p.handle(e)
		case <-p.calls.Digits():
		case target := <-p.dials:
			p.dial(target)
		case <-timer.C:
			p.due(time.Now())
		}
		timer.Reset(time.Until(p.deadline()))
	}
}

func (p *Phone) handle(e ua.Event) {
	now := time.Now()
	if ended, ok := p.calls.Handle(e); ok && p.opt.Watch.Ended != nil {
		defer p.opt.Watch.Ended(ended)
	}
	if p.opt.Watch.Event != nil {
		p.opt.Watch.Event(now, e)
	}
	switch e := e.(type) {
	case ua.Incoming:
		p.incoming(now, e)
	case ua.Answered:
		if p.opt.Digits != "" {
			p.typeAt = now.Add(p.opt.DigitsAfter)
		}
	case ua.Ended:
		if e.Call == p.current {
			p.current, p.answerAt, p.typeAt = "", time.Time{}, time.Time{}
		}
	}
}

func (p *Phone) dial(target string) {
	if p.current != "" {
		p.opt.Log.Warn("the phone is in a call and cannot place another", "peer", target)
		return
	}
	p.placed++
	p.current = ua.CallID(fmt.Sprintf("out-%d", p.placed))
	if err := p.calls.Dial(p.current, ua.Dial{Account: p.opt.Accounts[0].Name, Target: target}); err != nil {
		p.opt.Log.Error("the phone cannot call", "peer", target, "err", err)
		p.current = ""
	}
}

func (p *Phone) incoming(now time.Time, e ua.Incoming) {
	if p.current != "" {
		p.agent.Reject(e.Call, 486, "")
		return
	}
	p.current = e.Call
	p.answerAt = now.Add(p.opt.AnswerAfter)
	p.agent.Ring(e.Call)
}

// due does what the time has come for.
func (p *Phone) due(now time.Time) {
	if !p.answerAt.IsZero() && !now.Before(p.answerAt) {
		p.answerAt = time.Time{}
		if err := p.calls.Answer(p.current); err != nil {
			p.opt.Log.Error("the phone cannot answer", "err", err)
		}
	}
	if !p.typeAt.IsZero() && !now.Before(p.typeAt) {
		p.typeAt = time.Time{}
		p.press()
	}
}

func (p *Phone) press() {
	if err := p.calls.SendDigits(p.current, p.opt.Digits); err != nil {
		p.opt.Log.Error("the phone cannot press its keys", "err", err)
		return
	}
	if p.opt.Watch.Typed != nil {
		p.opt.Watch.Typed(p.opt.Digits)
	}
}

func (p *Phone) deadline() time.Time {
	next := time.Now().Add(time.Hour)
	for _, t := range []time.Time{p.answerAt, p.typeAt} {
		if !t.IsZero() && t.Before(next) {
			next = t
		}
	}
	return next
}
