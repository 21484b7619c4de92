package ua

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"time"

	"intercom/ua/sdp"
	"intercom/ua/sip"
	"intercom/ua/transport"
)

// PacketConn is the UDP socket of the user agent; *net.UDPConn is one.
type PacketConn interface {
	ReadFromUDPAddrPort(b []byte) (n int, addr netip.AddrPort, err error)
	WriteToUDPAddrPort(b []byte, addr netip.AddrPort) (int, error)
	LocalAddr() net.Addr
	SetReadDeadline(t time.Time) error
	Close() error
}

var _ PacketConn = (*net.UDPConn)(nil)

// Options is what a user agent is made of. Only Config is needed.
type Options struct {
	Config   Config
	Accounts []Account
	Callers  []Caller // may call from anywhere, with a password

	// Formats are those that any call can have. An offer without one of them
	// is refused before anybody is told of the call; if there are none, only
	// one without any audio over plain RTP is, and Answer sees to the rest.
	Formats []Format

	Log *slog.Logger // nil discards

	// Listen opens the socket of UDP; nil is net.ListenUDP.
	Listen func(netip.AddrPort) (PacketConn, error)

	// ListenTCP and DialTCP are for connections, those of TLS too; nil is the
	// kernel's. A Listen without ListenTCP is a network of UDP alone.
	ListenTCP func(netip.AddrPort) (net.Listener, error)
	DialTCP   func(ctx context.Context, to netip.AddrPort) (net.Conn, error)

	// Certificate is shown over TLS where Config names none; it may be nil.
	Certificate *tls.Certificate

	// Route returns this device's address towards a peer; nil asks the kernel.
	Route func(remote netip.AddrPort) (netip.Addr, error)

	// Changes has a value whenever addresses, links or routes of the device have
	// changed: then it registers again, and tells the peers of calls where it is.
	// If both it and Listen are nil the kernel tells.
	Changes <-chan struct{}

	// Instance is what tells this device from all others, for ever and across
	// restarts: a serial number, the text of /etc/machine-id. Registrars are told
	// a hash of it (RFC 5626 §4.1); they are told nothing if it is empty.
	Instance string

	// Lookup resolves a host name; nil is the system's resolver.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)

	// Trace is called with each message in or out, on the goroutine of Run.
	// It must not keep or change the message, which is shown without the keys of
	// SRTP.
	Trace func(Trace)

	// Rand is the source of tags, branches and jitter; nil is crypto/rand.
	Rand io.Reader
}

// Trace is one message as it came or went.
type Trace struct {
	At            time.Time
	Out           bool
	Local, Remote netip.AddrPort
	Transport     string
	Msg           *sip.Message
}

// UA is a user agent. Its methods may be called from any goroutine and do not
// block, except Run.
type UA struct {
	loop   *loop
	queue  *queue
	events chan Event
}

// stopTime bounds how long Run goes on after its context has ended.
const stopTime = 2 * time.Second

// New checks the options and binds the sockets; Run does the rest.
func New(o Options) (*UA, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if faults := o.Config.Check(); len(faults) > 0 {
		return nil, fmt.Errorf("sip: %w", joined(faults))
	}
	accounts, err := newAccounts(o.Accounts, o.Rand)
	if err := errors.Join(err, checkCallers(o.Callers)); err != nil {
		return nil, err
	}
	net, err := openLayer(o)
	if err != nil {
		return nil, err
	}
	u := &UA{queue: newQueue(), events: make(chan Event)}
	u.loop = newLoop(o, accounts, net, u.queue, u.events)
	return u, nil
}

func joined(faults []ConfigFault) error {
	errs := make([]error, len(faults))
	for i, f := range faults {
		errs[i] = f
	}
	return errors.Join(errs...)
}

// LocalAddr returns the bound address and port, those of UDP if it is spoken;
// the address may be unspecified.
func (u *UA) LocalAddr() netip.AddrPort { return u.loop.bound() }

// Listening returns where a transport ("udp", "tcp" or "tls") is listened for;
// the zero value if it is not.
func (u *UA) Listening(transport string) netip.AddrPort {
	return u.loop.net.LocalAddr(strings.ToUpper(transport))
}

// Stats counts what went over the network since New, and what was refused.
type Stats struct {
	transport.LayerStats
	Refused
}

// Stats returns the counts so far.
func (u *UA) Stats() Stats {
	s := Stats{u.loop.net.Stats(), u.loop.refused.counted()}
	s.Pings += u.loop.looks.Load()
	return s
}

// Events returns the channel on which everything is told. It is never closed:
// Run's return ends the events. What nobody reads waits in the user agent.
func (u *UA) Events() <-chan Event { return u.events }

// Run registers the accounts and serves until ctx ends. Then it ends the calls
// and takes the registrations back, within 2 s, and hands over what is still to
// be told, if somebody reads it; when it returns, the sockets are closed and no
// goroutine is left. It can be called once.
func (u *UA) Run(ctx context.Context) error { return u.loop.run(ctx) }

// Dial places a call. Its fate comes as events.
func (u *UA) Dial(id CallID, d Dial) { u.queue.put(func(l *loop) { l.dial(id, d) }) }

// Ring answers an incoming call with 180 Ringing, unless the caller could not
// hear of it: see RingWith.
func (u *UA) Ring(id CallID) { u.queue.put(func(l *loop) { l.ring(id) }) }

// RingWith is Ring for a caller of whom Incoming says RingNeedsOffer: the 180
// carries an offer of the media (RFC 3262 §5), which Answer keeps. The caller's
// answer comes as Early. For others it is Ring.
func (u *UA) RingWith(id CallID, m Media) { u.queue.put(func(l *loop) { l.ringWith(id, m) }) }

// Progress answers an incoming call with 183 Session Progress and a session
// description: media may flow before the call is answered. The later Answer
// keeps the media given here.
func (u *UA) Progress(id CallID, m Media) { u.queue.put(func(l *loop) { l.progress(id, m) }) }

// Answer takes an incoming call.
func (u *UA) Answer(id CallID, m Media) { u.queue.put(func(l *loop) { l.answer(id, m) }) }

// Reject refuses an incoming call with a final status of 300 to 699; an empty
// reason becomes the standard phrase.
func (u *UA) Reject(id CallID, status int, reason string) {
	u.queue.put(func(l *loop) { l.reject(id, status, reason) })
}

// Redirect sends the caller of an incoming call to another URI, or a user of the
// account's domain (302 Moved Temporarily).
func (u *UA) Redirect(id CallID, to string) { u.queue.put(func(l *loop) { l.redirect(id, to) }) }

// HangupBecause is Hangup with a reason for the peer, where the end is told by
// CANCEL or BYE: Cause{"SIP", 200, "Call completed elsewhere"}.
func (u *UA) HangupBecause(id CallID, why Cause) {
	u.queue.put(func(l *loop) {
		if c := l.calls[id]; c != nil {
			c.cause = why
			c.hangup()
		}
	})
}

// Hold asks the peer of a call that is up to send nothing more, until Resume.
// The outcome is Updated or NotUpdated. Unknown calls are ignored, as by Hangup.
func (u *UA) Hold(id CallID) { u.queue.put(func(l *loop) { l.modify(id, sdp.SendOnly) }) }

// Resume takes Hold back.
func (u *UA) Resume(id CallID) { u.queue.put(func(l *loop) { l.modify(id, sdp.SendRecv) }) }

// Hangup ends a call in whatever state it is: CANCEL, BYE or a refusal.
// Unknown calls are ignored: they have just ended.
func (u *UA) Hangup(id CallID) { u.queue.put(func(l *loop) { l.hangup(id) }) }

// SendInfo sends an INFO request in a call that is up, such as a key as
// application/dtmf-relay. Several are sent in order, each when the one before
// is answered; what goes wrong is for the log.
func (u *UA) SendInfo(id CallID, contentType string, body []byte) {
	u.queue.put(func(l *loop) { l.sendInfo(id, contentType, body) })
}

// Transfer sends the peer of a call to a target (REFER, RFC 5589 §6). How it goes
// comes as Transferred; when the target has answered the call ends.
func (u *UA) Transfer(id CallID, target string) {
	u.queue.put(func(l *loop) { l.transfer(id, target, "") })
}

// TransferTo sends the peer of a call to the peer of another one (RFC 5589 §7):
// the two are then in a call, and both of ours end.
func (u *UA) TransferTo(id, other CallID) {
	u.queue.put(func(l *loop) { l.transfer(id, "", other) })
}

// Follow places the call that the peer of a call asked for with Referred, as a
// call of the name given. The peer is told how it goes.
func (u *UA) Follow(id, as CallID, m Media) { u.queue.put(func(l *loop) { l.follow(id, as, m) }) }

// Decline refuses the call that the peer of a call asked for, with a status of
// 300 to 699. A Referred that nobody decides about is declined after 15 s.
func (u *UA) Decline(id CallID, status int, reason string) {
	u.queue.put(func(l *loop) { l.decline(id, status, reason) })
}

// Message sends a text (RFC 3428). The answer comes as Replied with that id.
func (u *UA) Message(id string, t Text) { u.queue.put(func(l *loop) { l.message(id, t) }) }

// Options asks a target of an account what it can do (RFC 3261 §11). The answer
// comes as Replied with that id.
func (u *UA) Options(id, account, target string) {
	u.queue.put(func(l *loop) {
		l.inquire(id, "OPTIONS", account, target, func(m *sip.Message) { m.Add("Accept", sessionDescription) })
	})
}
