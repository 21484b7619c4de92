package register

import "time"

// A binding in doubt is looked after at once, but not again and again: of many
// calls that die together only the first counts, and a server that hangs up on
// us each time is not asked more often than this.
const (
	hastenWithin = time.Second
	hastenAgain  = 30 * time.Second
)

// Hasten brings the next attempt of a bound registration forward, as something
// has died on the way to the registrar: if the binding is gone too, that shows
// now and not at the next refresh. It is due within a second, spread so that a
// house full of devices does not ask in step.
func (r *Registration) Hasten(now time.Time) {
	soon := r.soonest(now.Add(r.jitter(hastenWithin / 2)))
	if again := r.hastened.Add(hastenAgain); !r.hastened.IsZero() && soon.Before(again) {
		soon = again
	}
	if r.bound && r.last == nil && !r.stopping && !r.stopped && soon.Before(r.due) {
		r.hastened, r.due = soon, soon
	}
}

// Again begins anew at once, whatever was under way or waited for: the network
// of this device has changed, and with it the way to the registrar. Only a
// failure that needs a human still takes its time. It tells whether the owner
// should give up what it has sent.
func (r *Registration) Again(now time.Time) bool {
	if r.stopping || r.stopped || r.human {
		return false
	}
	r.last, r.failures, r.due = nil, 0, r.soonest(now)
	return true
}

// leastGap is from the beginning of one attempt to that of one that is brought
// forward, whatever happens one after the other.
const leastGap = time.Second

// soonest returns t, or when the last attempt is long enough ago.
func (r *Registration) soonest(t time.Time) time.Time {
	if next := r.began.Add(leastGap); !r.began.IsZero() && t.Before(next) {
		return next
	}
	return t
}
