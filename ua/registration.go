package ua

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"syscall"
	"time"

	"intercom/ua/register"
	"intercom/ua/sip"
	"intercom/ua/transaction"
	"intercom/ua/transport"
)

// start begins to keep the account registered, if it has a registrar, and
// finds out whose calls are for it.
func (a *account) start(l *loop) {
	if a.registrar.IsZero() {
		a.timer.fire = func() { a.findProxy(l) }
		a.findProxy(l)
		return
	}
	a.registration = register.New(l.now, register.Config{
		AOR: a.from, Registrar: a.registrar, Expires: a.Expires, Client: a.client,
		CallID: l.token(), Tag: l.token(), UserAgent: l.opts.Config.UserAgent, Rand: l.opts.Rand,
		Instance: instance(l.opts.Instance, a.from.URI),
	})
	a.timer.fire, a.look.timer.fire = func() { a.attempt(l) }, func() { a.looks(l) }
	a.patience.fire, a.pinger.fire = func() { a.impatient(l) }, func() { a.ping(l) }
	a.pings.Rand = l.opts.Rand
	a.attempt(l)
}

// attempt looks the server up and registers, when it is time.
func (a *account) attempt(l *loop) {
	if a.registration.Tick(l.now) {
		a.register(l)
		l.locate(a.from.URI, func(flows []transport.Flow, _ error) { a.servers.learn(l.now, flows) })
	}
	a.wait(l)
}

func (a *account) register(l *loop) {
	a.giveUp(l)
	a.round++
	round := a.round
	a.asking, a.left, a.began, a.warned = transport.Flow{}, nil, l.now, false
	a.look.end(l)
	l.locate(a.server(), func(flows []transport.Flow, err error) {
		if round != a.round {
			return
		}
		if err != nil {
			a.failed(l, fmt.Errorf("%w: %w", errNoWay, err))
			return
		}
		a.servers.learn(l.now, flows)
		a.all = flows
		a.left = a.order(l, flows)
		a.next(l)
	})
}

// How long another server than the first is good enough, and the time that a
// look at the first may cost while the binding at the other holds.
const (
	returnTime = 5 * time.Minute
	lookTime   = 40 * time.Second
)

// order puts the server of the binding first, for it knows us, but looks now
// and then whether the one that ought to be first is back.
func (a *account) order(l *loop, flows []transport.Flow) []transport.Flow {
	i := slices.Index(flows, a.flow)
	if i <= 0 || !a.registration.Bound() {
		return flows
	}
	if !l.stopping && l.now.Sub(a.tried) >= returnTime && a.registration.Left(l.now) > lookTime {
		a.tried = l.now
		return flows
	}
	return slices.Concat(flows[i:i+1], flows[:i], flows[i+1:])
}

// next registers with the first of the servers that are left.
func (a *account) next(l *loop) {
	a.asking, a.left = a.left[0], a.left[1:]
	local, err := l.local(a.asking)
	if err != nil {
		a.failed(l, err)
		return
	}
	local.secure = a.registrar.Scheme == "sips"
	a.registration.Extend(l.now)
	a.submit(l, a.registration.Request(contact(a.from.URI.User, local)))
}

// submit sends a REGISTER to where this attempt goes.
func (a *account) submit(l *loop, m *sip.Message) {
	to := a.asking
	local, err := l.local(to)
	if err != nil {
		a.failed(l, err)
		return
	}
	l.via(m, local)
	if !a.proxy.IsZero() {
		m.Add("Route", sip.Address{URI: a.proxy}.String())
	}
	c := l.request(m, to,
		func(resp *sip.Message) { a.responded(l, resp) },
		func(err error) { a.failed(l, fmt.Errorf("registrar %s: %w", to.Remote, err)) })
	if !c.answered {
		a.request = c
		a.bear(l)
	}
}

// responded takes an answer. RFC 3263 §4.3: a 503 is a failure of the server
// like no answer at all.
func (a *account) responded(l *loop, resp *sip.Message) {
	a.suspect = false
	l.timers.set(&a.patience, time.Time{})
	if resp.Status == 503 && len(a.left) > 0 && !l.stopping {
		a.next(l)
		return
	}
	a.tell(l, a.registration.Receive(l.now, resp), resp)
}

// settle makes the server that has granted the binding the account's, and
// takes back what a server less wanted still holds.
func (a *account) settle(l *loop, granted register.Out, resp *sip.Message) {
	old, held := a.flow, l.now.Before(a.until)
	a.until = l.now.Add(granted.Granted)
	if old != a.asking {
		a.rest(l)
		a.flow, a.tried = a.asking, l.now
	}
	a.look.mute = a.look.mute && a.up && old == a.flow
	a.seen = seenAs(resp)
	a.keep(l, granted.Flow)
	a.learnRoutes(resp)
	if i := slices.Index(a.all, old); held && i > slices.Index(a.all, a.flow) {
		a.leave(l, old)
	}
}

// leave takes the binding at another server back.
func (a *account) leave(l *loop, old transport.Flow) {
	local, err := l.local(old)
	if err != nil {
		return // it ends by itself
	}
	local.secure = a.registrar.Scheme == "sips"
	a.leaving(l, old, local, a.registration.Leave(contact(a.from.URI.User, local)))
}

func (a *account) leaving(l *loop, old transport.Flow, local home, m *sip.Message) {
	if m == nil {
		a.wait(l)
		return
	}
	l.via(m, local)
	if !a.proxy.IsZero() {
		m.Add("Route", sip.Address{URI: a.proxy}.String())
	}
	l.request(m, old,
		func(resp *sip.Message) { a.leaving(l, old, local, a.registration.Leaving(l.now, resp)) },
		func(error) { a.leaving(l, old, local, a.registration.Leaving(l.now, nil)) })
}

// failed turns to the next server. RFC 3263 §4.3: on a timeout or a transport
// failure the client tries the next; when there is none the attempt has failed.
// A connection over which no answer came leads nowhere; the next attempt makes
// a new one.
func (a *account) failed(l *loop, err error) {
	a.giveUp(l)
	if a.asking.Reliable() {
		l.net.Drop(a.asking)
	}
	if len(a.left) > 0 && !l.stopping {
		l.log.Warn("registrar passed over", "peer", a.asking.Remote, "next", a.left[0].Remote, "err", err)
		a.warn(l, err)
		a.next(l)
		return
	}
	switch {
	case silence(err):
		a.tell(l, a.registration.Unanswered(l.now, err), nil)
	case refused(err):
		a.tell(l, a.registration.Miss(l.now, err), nil)
	default:
		a.tell(l, a.registration.Fail(l.now, err), nil)
	}
}

// silence tells whether an error is that nobody answers.
func silence(err error) bool {
	var timeout net.Error
	return errors.Is(err, transaction.ErrTimeout) || errors.Is(err, errSilent) || errors.As(err, &timeout) && timeout.Timeout()
}

// refused tells whether an error is that there is nobody, which the network says
// at once.
func refused(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial" || errors.Is(err, errNoWay) ||
		errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH)
}

// errNoWay is that a server has no address, or that no route leads there.
var errNoWay = errors.New("no way to the registrar")

// doubt is told that a request to a server has died: those who are registered
// there had better see whether they still are.
func (l *loop) doubt(server transport.Flow) {
	for _, a := range l.accounts {
		if a.registration != nil && a.flow.Remote == server.Remote {
			a.registration.Hasten(l.now)
			a.wait(l)
		}
	}
}

// tell passes on what a step of the registration says.
func (a *account) tell(l *loop, out register.Out, resp *sip.Message) {
	switch {
	case out.Send != nil:
		a.submit(l, out.Send)
	case out.Granted > 0:
		a.settle(l, out, resp)
		a.told.text = ""
		if !a.up {
			a.up = true
			l.tell(Registered{a.Name, out.Granted})
		}
	case out.Failure != nil:
		a.up = false
		a.tellFailure(l, *out.Failure)
	case out.Released:
		l.tell(Unregistered{a.Name})
	}
	a.wait(l)
}

// tellAgain is how often the owner hears of one and the same failure: where the
// network refuses at once, an attempt fails every few seconds.
const tellAgain = time.Minute

func (a *account) tellFailure(l *loop, f register.Failure) {
	if text := f.Err.Error(); text != a.told.text || l.now.Sub(a.told.at) >= tellAgain {
		a.told.text, a.told.at = text, l.now
		l.tell(RegistrationFailed{a.Name, f.Err, f.Next, f.WrongPassword})
	}
}

// stop takes the binding back.
func (a *account) stop(l *loop) {
	if a.registration != nil && a.registration.Stop(l.now) {
		a.register(l)
	}
	l.timers.set(&a.timer, time.Time{})
	a.look.end(l)
}
