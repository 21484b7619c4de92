package ua

import (
	"fmt"
	"time"

	"intercom/ua/register"
	"intercom/ua/sip"
	"intercom/ua/transport"
)

// start begins to keep the account registered, if it has a registrar, and
// finds out whose calls are for it.
func (a *account) start(l *loop) {
	if !a.proxy.IsZero() {
		l.locate(a.proxy, func(flows []transport.Flow, _ error) { a.learn(flows) })
	}
	if a.registrar.IsZero() {
		return
	}
	a.registration = register.New(l.now, register.Config{
		AOR: a.from, Registrar: a.registrar, Expires: a.Expires, Client: a.client,
		CallID: l.token(), Tag: l.token(), UserAgent: l.opts.Config.UserAgent, Rand: l.opts.Rand,
	})
	a.timer.fire = func() { a.attempt(l) }
	a.attempt(l)
}

// attempt looks the server up and registers, when it is time.
func (a *account) attempt(l *loop) {
	if a.registration.Tick(l.now) {
		l.locate(a.from.URI, func(flows []transport.Flow, _ error) { a.learn(flows) })
		a.register(l)
	}
	a.wait(l)
}

func (a *account) register(l *loop) {
	l.locate(a.server(), func(flows []transport.Flow, err error) {
		if err != nil {
			a.failed(l, err)
			return
		}
		a.learn(flows)
		a.flow = flows[a.try%len(flows)]
		local, err := l.local(a.flow)
		if err != nil {
			a.failed(l, err)
			return
		}
		local.secure = a.registrar.Scheme == "sips"
		a.submit(l, a.registration.Request(contact(a.from.URI.User, local)))
	})
}

// submit sends a REGISTER to where this attempt goes.
func (a *account) submit(l *loop, m *sip.Message) {
	local, err := l.local(a.flow)
	if err != nil {
		a.failed(l, err)
		return
	}
	l.via(m, local)
	if !a.proxy.IsZero() {
		m.Add("Route", sip.Address{URI: a.proxy}.String())
	}
	l.request(m, a.flow,
		func(resp *sip.Message) { a.tell(l, a.registration.Receive(l.now, resp), resp) },
		func(err error) { a.failed(l, fmt.Errorf("registrar %s: %w", a.flow.Remote, err)) })
}

// keepAlive is how often a connection to a registrar is pinged at least. RFC
// 5626 §4.4.1: "if no Flow-Timer is present [...] for connection-oriented
// transports such as TCP [...] the upper bound SHOULD be 120 seconds".
const keepAlive = 2 * time.Minute

// keep keeps the connection of a registration open: the calls come over it.
func (a *account) keep(l *loop) {
	if a.flow.Reliable() {
		l.net.KeepAlive(a.flow, keepAlive)
	}
}

// failed turns to the registrar's next address. RFC 3263 §4.3: on a timeout or
// a transport failure the client tries the next. A connection over which no
// answer came leads nowhere; the next attempt makes a new one.
func (a *account) failed(l *loop, err error) {
	if a.flow.Reliable() {
		l.net.Drop(a.flow)
	}
	a.try++
	a.tell(l, a.registration.Fail(l.now, err), nil)
}

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
		a.keep(l)
		if !a.up {
			a.up = true
			l.tell(Registered{a.Name, out.Granted})
		}
	case out.Failure != nil:
		a.up = false
		if resp != nil && resp.Status == 503 {
			a.try++
		}
		l.tell(RegistrationFailed{a.Name, out.Failure.Err, out.Failure.Next, out.Failure.WrongPassword})
	case out.Released:
		l.tell(Unregistered{a.Name})
	}
	a.wait(l)
}

// stop takes the binding back.
func (a *account) stop(l *loop) {
	if a.registration != nil && a.registration.Stop(l.now) {
		a.register(l)
	}
	l.timers.set(&a.timer, time.Time{})
}
