// Package phone is a telephone without a face: a user agent and a sound card that are told what to do by lines of text, and
// tell what happens by events. It is the telephone of commissioning and of scripts, and the indoor phone of the demonstration
// and of the tests.
package phone

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"intercom/cmd/intercom/call"
	"intercom/media"
	"intercom/ua"
)

// Options is how a phone behaves.
type Options struct {
	SIP      ua.Config // MaxCalls bounds the calls at a time, those that ring included
	Accounts []ua.Account
	Callers  []ua.Caller // may call from anywhere, with a password
	RTP      media.Config
	Card     media.Card // one for all calls: each hears the same microphone, and they are heard together
	Log      *slog.Logger

	Certificate *tls.Certificate // shown over TLS where SIP names none; nil for none

	Instance string // tells this phone from all others, across restarts; empty tells registrars none

	DTMF string // the way that keys are sent; empty for RFC4733

	Auto        bool          // it answers by itself
	AnswerAfter time.Duration // how long it rings before that
	Digits      string        // keys that are pressed by themselves in each answered call; empty for none
	DigitsAfter time.Duration // so long after answering

	Commands <-chan string // lines to be obeyed beside those of Do; nil for none
	Watch    Watcher

	// The fields below are for networks other than the computer's own; all may be zero.
	ListenSIP func(netip.AddrPort) (ua.PacketConn, error)
	ListenTCP func(netip.AddrPort) (net.Listener, error)
	DialTCP   func(context.Context, netip.AddrPort) (net.Conn, error)
	ListenRTP func(netip.AddrPort) (media.PacketConn, error)
	Route     func(remote netip.AddrPort) (netip.Addr, error)
}

// The ways of sending keys.
const (
	RFC4733 = "rfc4733" // named events in RTP
	Info    = "info"    // INFO requests (RFC 6086)
	Inband  = "inband"  // the two frequencies of a key, to be heard in the sound
)

// Watcher is told what the phone hears and does, on the phone's own goroutine: it must not block. Any field may be nil.
type Watcher struct {
	Tell  func(time.Time, Event)
	Event func(time.Time, ua.Event)
	Ended func(call.Ended)
	Typed func(digits string)
}

// Phone is a telephone that Run sets going.
type Phone struct {
	opt    Options
	agent  *ua.UA
	engine *media.Engine
	calls  *call.Switchboard
	keypad *keypad

	todo chan string   // lines with commands
	over chan struct{} // closed when nobody takes them any more

	lines      lines
	placed     int // calls placed so far
	registered map[string]bool
	asked      map[string]string // of requests outside of calls, whom
	asks       int               // such requests so far
}

// New opens the phone's sockets and starts its card, which is the phone's from here on: where New fails, it is closed. The
// phone is listening when New returns, and answers once it runs.
func New(o Options) (*Phone, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if len(o.Accounts) == 0 {
		return nil, errors.New("the phone has no account: it would not know who it is")
	}
	listen, err := netip.ParseAddrPort(o.SIP.Listen)
	if err != nil {
		return nil, fmt.Errorf("the phone's address: %w", err)
	}
	p := &Phone{opt: o, keypad: &keypad{}, todo: make(chan string, 16), over: make(chan struct{})}
	p.registered, p.asked = map[string]bool{}, map[string]string{}
	p.engine, err = media.NewEngine(o.Card, media.Options{
		Config: o.RTP, Log: o.Log, Listen: o.ListenRTP, Stages: []media.Stage{p.keypad},
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the phone's sound does not start: %w", err), o.Card.Close())
	}
	if err := p.keypad.tune(p.engine.Rate()); err != nil {
		return nil, errors.Join(err, p.engine.Close())
	}
	p.agent, err = ua.New(ua.Options{
		Config: o.SIP, Accounts: o.Accounts, Callers: o.Callers, Certificate: o.Certificate, Formats: call.Formats(o.RTP.Codecs), Log: o.Log, Instance: o.Instance,
		Listen: o.ListenSIP, ListenTCP: o.ListenTCP, DialTCP: o.DialTCP, Route: o.Route,
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the phone does not start: %w", err), p.engine.Close())
	}
	p.calls = call.New(p.agent, p.engine, call.Config{Local: listen.Addr(), Codecs: o.RTP.Codecs, Ptime: o.RTP.Ptime, Mux: o.RTP.Mux, Inband: o.RTP.InbandDigits, Log: o.Log})
	return p, nil
}

// Do has the phone obey a line, one of Usage, once it runs. It may be called from any goroutine, and waits while many other
// lines do; after the phone's end it does nothing.
func (p *Phone) Do(line string) {
	select {
	case p.todo <- line:
	case <-p.over:
	}
}

// Dial calls a SIP URI.
func (p *Phone) Dial(target string) { p.Do("dial " + target) }
