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
	soon := now.Add(r.jitter(hastenWithin / 2))
	if again := r.hastened.Add(hastenAgain); !r.hastened.IsZero() && soon.Before(again) {
		soon = again
	}
	if r.bound && r.last == nil && !r.stopping && !r.stopped && soon.Before(r.due) {
		r.hastened, r.due = soon, soon
	}
}
