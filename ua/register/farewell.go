package register

import (
	"time"

	"intercom/ua/challenge"
	"intercom/ua/sip"
)

// farewell takes back a binding at a server that is the account's no more. The
// zero value is none.
type farewell struct {
	contact  sip.URI
	last     *sip.Message // under way
	attempts challenge.Attempts
}

// Leave builds the REGISTER that takes back a binding at another server than
// the one that holds it now: calls must not come by both. The answer goes to
// Leaving.
func (r *Registration) Leave(contact sip.URI) *sip.Message {
	r.farewell = farewell{contact: contact}
	r.farewell.last = r.compose(contact, 0)
	return r.farewell.last
}

// Leaving takes the answer to the REGISTER of Leave, nil if there is none. It
// returns what is to be sent to that server next, nil when all is said. The
// binding that stays is then refreshed at once: where the two servers are
// really one, it has just been taken back with the other.
func (r *Registration) Leaving(now time.Time, resp *sip.Message) *sip.Message {
	f := &r.farewell
	switch {
	case f.last == nil || resp != nil && resp.Status < 200:
		return nil
	case resp != nil && (resp.Status == 401 || resp.Status == 407):
		f.last = r.compose(f.contact, 0)
		if f.attempts.Answer(r.c.Client, f.last, resp) == nil {
			return f.last
		}
	}
	f.last = nil
	if r.bound && r.last == nil && !r.stopping {
		r.due = now
	}
	return nil
}
