package ua

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"sync/atomic"
	"time"

	"intercom/ua/dialog"
	"intercom/ua/transaction"
	"intercom/ua/transport"
)

// loop is all state of the user agent. Only the goroutine of run touches it.
type loop struct {
	opts     Options
	log      *slog.Logger
	net      *transport.Layer
	resolver *transport.Resolver
	queue    *queue
	out      chan<- Event
	now      time.Time // of the step under way
	secret   [16]byte  // for the tags of stateless answers

	held        int       // by servers, in octets
	answeredNow []*server // in this step

	timers  timers
	events  []Event // not yet read by the owner
	clients map[transaction.Key]*client
	servers map[transaction.Key]*server
	merged  map[mergeKey]*server
	dialogs map[dialog.ID]leg
	past    []dialog.ID       // of calls that are over, the newest last
	late    map[dialog.ID]leg // of calls that are over, with a subscription
	calls   map[CallID]*call
	lookups map[string]func([]transport.Flow, error)
	quiet   map[netip.AddrPort]time.Time // peers that said Retry-After
	trust   trust
	callers callers
	refused refusals

	accounts []*account
	incoming int // calls so far, for their names
	asked    int // look-ups so far, for theirs
	unrest   unrest
	looks    atomic.Uint64 // keep-alives by OPTIONS
	pending  int           // what the end waits for: requests without a final answer, 2xx without ACK
	stopping bool
}

func newLoop(o Options, accounts []*account, net *transport.Layer, q *queue, out chan<- Event) *loop {
	l := &loop{
		opts: o, log: o.Log, net: net, queue: q, out: out, accounts: accounts,
		clients: map[transaction.Key]*client{}, servers: map[transaction.Key]*server{}, merged: map[mergeKey]*server{},
		dialogs: map[dialog.ID]leg{}, late: map[dialog.ID]leg{}, calls: map[CallID]*call{},
		lookups: map[string]func([]transport.Flow, error){}, quiet: map[netip.AddrPort]time.Time{},
	}
	l.trust = newTrust(o.Config, accounts)
	l.callers = newCallers(o.Callers, accounts, o.Rand)
	return l
}

// run serves until ctx ends and everything is said, or stopTime later.
func (l *loop) run(ctx context.Context) error {
	defer l.net.Close()
	l.resolver = transport.NewResolver(transport.ResolverOptions{Lookup: l.opts.Lookup, Transports: spoken(l.opts), Local: l.bound().Addr()})
	defer l.resolver.Close()
	if _, err := io.ReadFull(l.opts.Rand, l.secret[:]); err != nil {
		return fmt.Errorf("source of randomness: %w", err)
	}
	defer l.watchNetwork()()
	wake := time.NewTimer(0)
	defer wake.Stop()
	l.now = time.Now()
	for _, a := range l.accounts {
		a.start(l)
		if remark := a.Remark(); remark != "" {
			l.log.Warn(remark, "account", a.Name)
		}
	}
	done := ctx.Done()
	var end time.Time
	for !l.stopping || (l.pending > 0 && l.now.Before(end)) {
		wake.Reset(l.sleep(end))
		l.step(done, wake.C)
		if ctx.Err() != nil && !l.stopping {
			done, end = nil, l.now.Add(stopTime-goodbye)
			l.stop()
		}
	}
	l.deliver(end.Add(goodbye))
	return nil
}

// goodbye is how long an owner who does not read is waited for at the end.
const goodbye = 200 * time.Millisecond

// deliver hands over what is still to be told, as long as the owner reads, until
// end at most.
func (l *loop) deliver(end time.Time) {
	patience := time.NewTimer(0)
	defer patience.Stop()
	for _, e := range l.events {
		patience.Reset(min(goodbye, time.Until(end)))
		select {
		case l.out <- e:
		case <-patience.C:
			return
		}
	}
}

// sleep is how long nothing is due.
func (l *loop) sleep(end time.Time) time.Duration {
	next := l.timers.next()
	if l.stopping && (next.IsZero() || end.Before(next)) {
		next = end
	}
	if next.IsZero() {
		return time.Hour
	}
	return max(0, time.Until(next))
}

// step waits for one thing and does it.
func (l *loop) step(done <-chan struct{}, wake <-chan time.Time) {
	var out chan<- Event
	var event Event
	if len(l.events) > 0 {
		out, event = l.out, l.events[0]
	}
	select {
	case p := <-l.net.Packets():
		l.now = time.Now()
		l.receive(p)
	case <-l.unrest.changes:
		l.now = time.Now()
		l.noticed()
	case <-l.queue.wake:
		l.now = time.Now()
		for _, command := range l.queue.take() {
			command(l)
		}
	case a := <-l.resolver.Answers():
		l.now = time.Now()
		l.answered(a)
	case out <- event:
		l.events = l.events[1:]
	case <-wake:
		l.now = time.Now()
	case <-done:
		l.now = time.Now()
	}
	for t := l.timers.due(l.now); t != nil; t = l.timers.due(l.now) {
		t.fire()
	}
	l.lighten()
}

// tell queues an event for the owner. What there is to hear before an answer is
// not worth keeping for an owner who does not read.
func (l *loop) tell(e Event) {
	if _, early := e.(Early); early && len(l.events) > maxUnread {
		return
	}
	l.events = append(l.events, e)
}

// maxUnread is how many events may wait before no more calls are taken.
const maxUnread = 256

// stop begins the end: calls are ended, bindings taken back.
func (l *loop) stop() {
	l.stopping = true
	for _, c := range l.calls {
		c.hangup()
	}
	for _, a := range l.accounts {
		a.stop(l)
	}
}

// token returns a new random word for a tag, a branch or a Call-ID. RFC 3261
// §19.3: tags "MUST be globally unique and cryptographically random with at
// least 32 bits of randomness".
func (l *loop) token() string { return token(l.opts.Rand) }

// pick returns a random number from 0 to n-1.
func (l *loop) pick(n int) int {
	var b [8]byte
	if _, err := io.ReadFull(l.opts.Rand, b[:]); err != nil {
		panic(fmt.Sprintf("source of randomness: %v", err))
	}
	return int(binary.BigEndian.Uint64(b[:]) % uint64(n))
}

// jitter spreads d by a tenth to either side.
func (l *loop) jitter(d time.Duration) time.Duration {
	return d*9/10 + d/5*time.Duration(l.pick(1001))/1000
}

func token(r io.Reader) string {
	var b [12]byte
	// crypto/rand does not fail; another source is a test's.
	if _, err := io.ReadFull(r, b[:]); err != nil {
		panic(fmt.Sprintf("source of randomness: %v", err))
	}
	return hex.EncodeToString(b[:])
}
