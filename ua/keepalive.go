package ua

import (
	"log/slog"
	"time"

	"intercom/ua/register"
	"intercom/ua/transport"
)

const (
	// streamPing and datagramPing are how often a server is pinged at least. RFC
	// 5626 §4.4.1, §4.4.2: 95 to 120 seconds over connections, 24 to 29 by UDP,
	// where the server does not say otherwise.
	streamPing   = 2 * time.Minute
	datagramPing = 29 * time.Second

	// translatedPing is how often a connection through a NAT is: with the 10
	// seconds in which an answer must come (§4.4.1), one that the NAT has
	// forgotten is known after 37.
	translatedPing = 27 * time.Second
)

// keep keeps the way to the registrar open: calls come by it. By UDP with STUN
// if the registrar has agreed to answer (RFC 5626 §4.2.1), else with OPTIONS.
func (a *account) keep(l *loop, f register.Flow) {
	a.outbound, a.every = f.Outbound, a.pingEvery(f)
	switch {
	case a.flow.Reliable():
		l.net.KeepAlive(a.flow, a.every)
	case f.Outbound:
		a.pings.Keep(l.now, a.every)
	default:
		a.pings.Stop()
	}
	l.timers.set(&a.pinger, a.pings.Deadline())
}

// pingEvery is how long the way may be silent at most; 0 by UDP is without
// limit, as no NAT forgets us.
func (a *account) pingEvery(f register.Flow) time.Duration {
	switch {
	case f.Timer > 0 && (a.KeepAlive == 0 || f.Timer < a.KeepAlive):
		return f.Timer
	case a.KeepAlive > 0:
		return a.KeepAlive
	case a.flow.Reliable() && a.seen.IsValid():
		return translatedPing
	case f.Outbound && !a.flow.Reliable(), a.seen.IsValid():
		return datagramPing
	case a.flow.Reliable():
		return streamPing
	}
	return 0
}

// rest ends it.
func (a *account) rest(l *loop) {
	if a.flow.Reliable() {
		l.net.KeepAlive(a.flow, 0)
	}
	a.pings.Stop()
	a.every = 0
	l.timers.set(&a.pinger, time.Time{})
}

// ping sends what is due. A server that has fallen silent is a flow that has
// failed (RFC 5626 §4.4.2).
func (a *account) ping(l *loop) {
	datagram, err := a.pings.Tick(l.now)
	if err != nil {
		a.flowFailed(l, err)
		return
	}
	if datagram != nil {
		a.send(l, datagram)
	}
	l.timers.set(&a.pinger, a.pings.Deadline())
}

// send sends a keep-alive that is no SIP.
func (a *account) send(l *loop, datagram []byte) {
	if err := l.net.Ping(a.flow, datagram); err != nil {
		l.log.Debug("keep-alive not sent", slog.Any("peer", a.flow.Remote), slog.Any("err", err))
	}
}

// receiveBinding takes the answer to a ping.
func (l *loop) receiveBinding(p transport.Packet) {
	for _, a := range l.accounts {
		if a.flow.Reliable() || a.flow.Remote != p.Remote {
			continue
		}
		if err := a.pings.Receive(l.now, *p.Binding); err != nil {
			a.flowFailed(l, err)
			return
		}
		l.timers.set(&a.pinger, a.pings.Deadline())
	}
}

// flowFailed makes the flow anew, which is what a REGISTER does by UDP (RFC
// 5626 §4.2.1).
func (a *account) flowFailed(l *loop, why error) {
	l.log.Warn("the way to the registrar has failed", slog.String("account", a.Name), slog.Any("peer", a.flow.Remote), slog.Any("err", why))
	if a.again(l) {
		a.attempt(l)
	}
}
