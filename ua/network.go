package ua

import (
	"errors"
	"log/slog"
	"time"

	"intercom/ua/network"
	"intercom/ua/transport"
)

// unrest is the time in which the network of the device changes: one event
// comes as many, an address that goes, a route, another address.
type unrest struct {
	changes <-chan struct{}
	since   time.Time // the first change that nothing was done about, zero if there is none
	timer   timer
}

const (
	settleTime  = time.Second     // without a change
	longestWait = 3 * time.Second // if it never settles
)

// errChanged is what requests fail with whose connection a change of the network
// has ended.
var errChanged = errors.New("the network of this device has changed")

// watchNetwork begins to listen for changes; stop ends it.
func (l *loop) watchNetwork() (stop func()) {
	l.unrest.timer.fire = l.changed
	l.unrest.changes = l.opts.Changes
	if l.opts.Changes != nil || l.opts.Listen != nil {
		return func() {}
	}
	w, err := network.Watch()
	if err != nil {
		l.log.Warn("changes of the network stay unseen", slog.Any("err", err))
		return func() {}
	}
	l.unrest.changes = w.Changes()
	return func() {
		if err := w.Close(); err != nil {
			l.log.Debug("the watch of the network does not close", slog.Any("err", err))
		}
	}
}

// noticed waits until the network has settled.
func (l *loop) noticed() {
	u := &l.unrest
	if u.since.IsZero() {
		u.since = l.now
	}
	at := l.now.Add(settleTime)
	if last := u.since.Add(longestWait); at.After(last) {
		at = last
	}
	l.timers.set(&u.timer, at)
}

// changed makes what the change has cut off anew: connections, registrations,
// and the address that the peers of calls know. Sockets on an unspecified
// address stay.
func (l *loop) changed() {
	l.unrest.since = time.Time{}
	if l.stopping {
		return
	}
	l.resolver.Forget()
	var anew []*account
	for _, a := range l.accounts {
		if a.again(l) {
			anew = append(anew, a)
		}
	}
	if len(anew) > 0 {
		l.log.Info("the network has changed: registering again")
	} else {
		l.log.Info("the network has changed")
	}
	ended := l.net.Changed()
	for _, f := range ended {
		l.unreachable(transport.Packet{At: l.now, Flow: f, Err: errChanged})
	}
	for _, a := range anew {
		a.attempt(l)
	}
	for _, c := range l.calls {
		c.readdress(ended)
	}
}

// again makes an attempt due at once and gives up the one under way. It tells
// whether there is anything to do.
func (a *account) again(l *loop) bool {
	if a.registration == nil || a.registration.Bound() && a.flow.Remote.Addr().IsLoopback() || !a.registration.Again(l.now) {
		return false // a registrar on this device is as near as before
	}
	a.giveUp(l)
	a.rest(l)
	a.suspect = true
	return true
}
