package ua

import (
	"fmt"
	"slices"
	"time"
)

const (
	// silenceTime is how long a server may be silent while there is another one
	// to ask. RFC 3263 §4.3 turns to the next when "the request times out", 32 s
	// after the first by Timer F; by now five copies went unanswered, and nothing
	// keeps a user agent from asking the next server sooner: what the first one
	// says after all is the answer to nothing.
	silenceTime = 8 * time.Second

	// proofTime is how long a connection from before a change of the network may
	// be silent.
	proofTime = 3 * time.Second
)

var errSilent = fmt.Errorf("no answer within %v", silenceTime)

// bear sets how long the server that was just asked may be silent.
func (a *account) bear(l *loop) {
	switch {
	case a.suspect && a.asking.Reliable():
		l.timers.set(&a.patience, l.now.Add(proofTime))
	case len(a.left) > 0 && !l.stopping:
		l.timers.set(&a.patience, l.now.Add(silenceTime))
	default:
		l.timers.set(&a.patience, time.Time{})
	}
}

// impatient is the end of it: another connection, or another server.
func (a *account) impatient(l *loop) {
	if !a.suspect || !a.asking.Reliable() {
		a.failed(l, fmt.Errorf("registrar %s: %w", a.asking.Remote, errSilent))
		return
	}
	a.giveUp(l)
	a.suspect = false
	l.net.Drop(a.asking)
	a.left = slices.Insert(a.left, 0, a.asking)
	a.next(l)
}

// giveUp forgets the REGISTER under way: nobody waits for its answer any more.
func (a *account) giveUp(l *loop) {
	l.timers.set(&a.patience, time.Time{})
	if a.request != nil {
		l.forget(a.request)
		a.request = nil
	}
}

// warn tells the owner of a server that was silent before all others were
// asked, once an attempt.
func (a *account) warn(l *loop, err error) {
	if a.warned || a.registration.Bound() || l.now.Sub(a.began) < silenceTime {
		return
	}
	a.warned, a.up = true, false
	l.tell(RegistrationFailed{Account: a.Name, Err: err, Next: l.now})
}
