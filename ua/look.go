package ua

import (
	"net/netip"
	"slices"
	"time"

	"intercom/ua/sip"
	"intercom/ua/transport"
)

// look asks the servers of an account whether they are there, with OPTIONS
// (RFC 3261 §11): while none answers, so that the registration comes back with
// them and not when its back-off ends; and behind a NAT, to keep its mapping and
// to see when it is another.
type look struct {
	timer timer
	asked []*client // not yet answered
	finds bool      // a look-up is under way
	mute  bool      // the registrar answers REGISTER, but not OPTIONS: empty lines must do (RFC 5626 §3.5.1)
}

const (
	// lookAgain is how often servers that are silent are asked. With what a
	// transaction repeats by UDP every 4 s at most (T2), a server that is back is
	// found within 5 s.
	lookAgain = 3 * time.Second

	// maxLooked bounds the servers that are asked at once.
	maxLooked = 4
)

// watch sets the time of the next look.
func (a *account) watch(l *loop) {
	r := a.registration
	switch {
	case r == nil || l.stopping:
		l.timers.set(&a.look.timer, time.Time{})
	case a.look.timer.pos > 0 || len(a.look.asked) > 0 || a.look.finds:
	case r.Silent():
		l.timers.set(&a.look.timer, l.now.Add(l.jitter(lookAgain)))
	case r.Bound() && a.every > 0 && a.pings.Deadline().IsZero() && !a.flow.Reliable():
		l.timers.set(&a.look.timer, l.now.Add(a.every-l.jitter(a.every/10)))
	}
}

// looks is the work of the timer.
func (a *account) looks(l *loop) {
	switch {
	case a.registration.Silent():
		a.look.finds = true
		l.locate(a.server(), func(flows []transport.Flow, _ error) {
			a.look.finds = false
			if a.registration.Silent() {
				a.servers.learn(l.now, flows)
				a.ask(l, flows[:min(len(flows), maxLooked)])
			}
			a.watch(l)
		})
	case !a.registration.Bound() || a.every == 0 || a.flow.Reliable():
	case a.look.mute:
		a.send(l, []byte("\r\n\r\n"))
	default:
		a.ask(l, []transport.Flow{a.flow})
		l.looks.Add(uint64(len(a.look.asked)))
	}
	a.watch(l)
}

// ask sends the requests of a look.
func (a *account) ask(l *loop, flows []transport.Flow) {
	for _, to := range flows {
		local, err := l.local(to)
		if err != nil || l.now.Before(l.quiet[to.Remote]) {
			continue
		}
		m := a.options(l)
		l.via(m, local)
		var c *client
		c = l.request(m, to, func(resp *sip.Message) { a.lives(l, c, resp) }, func(err error) {
			a.look.mute = a.registration.Bound() && silence(err)
			a.looked(l, c)
		})
		if !c.answered {
			a.look.asked = append(a.look.asked, c)
		}
	}
}

// options makes the request (RFC 3261 §8.1.1).
func (a *account) options(l *loop) *sip.Message {
	target := a.registrar
	target.User, target.Password = "", ""
	m := sip.NewRequest("OPTIONS", target.String())
	m.Add("Max-Forwards", "70")
	if !a.proxy.IsZero() {
		m.Add("Route", sip.Address{URI: a.proxy}.String())
	}
	m.Add("From", a.from.WithTag(l.token()).String())
	m.Add("To", sip.Address{URI: target}.String())
	m.Add("Call-ID", l.token())
	m.Add("CSeq", sip.CSeq{Seq: 1, Method: "OPTIONS"}.String())
	m.Add("Accept", accept)
	if agent := l.opts.Config.UserAgent; agent != "" {
		m.Add("User-Agent", agent)
	}
	return m
}

// lives takes an answer, whatever it says.
func (a *account) lives(l *loop, c *client, resp *sip.Message) {
	if resp.Status < 200 {
		return
	}
	switch r := a.registration; {
	case r.Silent():
		l.log.Info("registrar is there again", "account", a.Name, "peer", c.flow.Remote)
		r.Resume(l.now)
		l.timers.set(&a.timer, r.Deadline())
	case r.Bound() && c.flow == a.flow && seenAs(resp) != a.seen:
		// Calls go to where the REGISTER came from.
		l.log.Info("address before the registrar has changed", "account", a.Name, "from", a.seen, "to", seenAs(resp))
		r.Hasten(l.now)
		l.timers.set(&a.timer, r.Deadline())
	}
	a.looked(l, c)
}

// looked is told that one of those asked has answered, or will not.
func (a *account) looked(l *loop, c *client) {
	a.look.asked = slices.DeleteFunc(a.look.asked, func(x *client) bool { return x == c })
	a.watch(l)
}

// end forgets the requests under way: nobody waits for the answers any more.
func (k *look) end(l *loop) {
	for _, c := range k.asked {
		l.forget(c)
	}
	k.asked = nil
	l.timers.set(&k.timer, time.Time{})
}

// forget drops a request under way, and who waits for its answer hears nothing.
func (l *loop) forget(c *client) {
	c.finish(l, true)
	delete(l.clients, c.key)
	l.timers.set(&c.timer, time.Time{})
}

// seenAs is the address and port that a response says its request came from
// (RFC 3581 §4); zero if that is where we said that we are, so that there is no
// NAT between.
func seenAs(resp *sip.Message) netip.AddrPort {
	via, err := resp.TopVia()
	if err != nil {
		return netip.AddrPort{}
	}
	addr, err := netip.ParseAddr(via.Received())
	if err != nil {
		return netip.AddrPort{}
	}
	port, _ := via.RPort()
	if own, err := netip.ParseAddr(via.Host); err == nil && own == addr && (port == via.Port || via.Transport != "UDP") {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(addr, port)
}
