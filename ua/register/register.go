// Package register keeps one address of record bound to this device (RFC 3261
// §10.2). A Registration is a plain machine: its owner sends what it says and
// tells it what came of that. Whatever comes, there is a next try.
//
//	           Tick: due
//	waiting ───────────────▶ asking ──2xx──▶ bound
//	   ▲                     │  ▲  │           │
//	   └──failure, back-off──┘  │  └─401,407,  │ Tick: due
//	                            │    423: again│
//	                            └──────────────┘
package register

import (
	"io"
	"time"

	"intercom/ua/challenge"
	"intercom/ua/digest"
	"intercom/ua/sip"
)

// Config says what is registered where.
type Config struct {
	AOR       sip.Address   // From and To, without tag
	Registrar sip.URI       // becomes the Request-URI, less its user part
	Expires   time.Duration // lifetime asked for
	Client    *digest.Client
	CallID    string
	Tag       string // From tag
	UserAgent string
	Instance  string    // names this device whatever its address is (RFC 5626 §4.1), "urn:uuid:..."; "" tells none
	Rand      io.Reader // for the jitter of the back-off
}

// Out is what one step asks of the owner. The zero value asks nothing.
type Out struct {
	Send     *sip.Message // to the same server, as a new transaction
	Granted  time.Duration
	Flow     Flow // with Granted: what the server said of the way that the REGISTER came by
	Failure  *Failure
	Released bool // the binding is gone, the machine has stopped
}

// Failure is an attempt that came to nothing.
type Failure struct {
	Err           error
	Next          time.Time
	WrongPassword bool
}

// Registration is the machine. Times come in by its methods.
type Registration struct {
	c        Config
	expires  time.Duration // what is asked for, raised by 423
	seq      uint32
	contact  sip.URI
	boundAt  sip.URI      // the contact of the binding that may exist, zero if there is none
	last     *sip.Message // the REGISTER under way
	plain    bool         // the registrar took offence at what RFC 5626 adds
	replaced bool         // it knows the device by its name, so that a new contact takes the old one's place
	attempts challenge.Attempts
	raised   bool // 423 was obeyed within this attempt
	bound    bool
	held     time.Time // until when a binding may exist
	stopping bool
	stopped  bool
	failures int
	silent   bool // the last attempt was met with silence
	resumed  bool // the attempt under way was brought forward by Resume
	human    bool // the last failure needs one
	due      time.Time
	began    time.Time // the last attempt
	hastened time.Time // when an attempt was last brought forward

	farewell farewell // to another server
}

// maxAttempt is when an attempt of which nothing was heard is given up: the
// 32 s of Timer F and the time of a look-up. It never passes unless a message
// between the owner and the machine is lost.
const maxAttempt = 45 * time.Second

// New makes a registration whose first attempt is due at once.
func New(now time.Time, c Config) *Registration {
	c.Registrar.User, c.Registrar.Password = "", ""
	return &Registration{c: c, expires: c.Expires, due: now}
}

// Deadline is when Tick wants to be called.
func (r *Registration) Deadline() time.Time {
	if r.stopped {
		return time.Time{}
	}
	return r.due
}

// Bound tells whether the registrar has granted a binding that was not lost.
func (r *Registration) Bound() bool { return r.bound }

// Left is how long the binding holds if it is not refreshed.
func (r *Registration) Left(now time.Time) time.Duration { return max(0, r.held.Sub(now)) }

// Extend begins the time of an attempt anew, as it goes on with another server.
func (r *Registration) Extend(now time.Time) {
	if !r.stopped {
		r.due = now.Add(maxAttempt)
	}
}

// Tick tells whether an attempt is due. The owner then looks the registrar up
// and calls Request, or Fail.
func (r *Registration) Tick(now time.Time) bool {
	if r.stopped || r.due.IsZero() || now.Before(r.due) {
		return false
	}
	r.began, r.due, r.silent = now, now.Add(maxAttempt), false
	return true
}

// Request builds the REGISTER of an attempt. contact is where this device is
// reached from the registrar.
func (r *Registration) Request(contact sip.URI) *sip.Message {
	r.contact, r.raised = contact, false
	r.attempts.Begin()
	r.build()
	r.sign()
	return r.last
}

// sign answers the last challenges beforehand, which saves a round trip.
func (r *Registration) sign() {
	if r.c.Client != nil && r.attempts.Sign(r.c.Client, r.last) != nil {
		r.attempts.Forget()
	}
}

// Stop takes the binding back if there may be one: it tells whether the owner
// should look the registrar up and call Request once more.
func (r *Registration) Stop(now time.Time) bool {
	if r.stopping || r.stopped {
		return false
	}
	r.stopping = true
	r.stopped = !now.Before(r.held) && r.last == nil
	r.due = now.Add(maxAttempt)
	return !r.stopped
}
