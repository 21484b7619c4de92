package station

import "time"

// A limiter bounds how many codes can be tried, over all calls together. From the allowed number of wrong ones on each
// further one locks all codes out, for twice as long as the one before, up to the longest. Only time forgives: one
// wrong code for every longest lock-out that passes without another.
type limiter struct {
	allowed        int
	first, longest time.Duration
	budget         int // of wrong codes in the long run; 0: without bound

	count int
	quiet time.Time // the last wrong code, or the end of the lock-out that it began
	until time.Time // locked out until then; zero if not

	spent   int       // of the budget
	spentAt time.Time // when the last one of it was spent or given back
}

func (l *limiter) locked(now time.Time) bool { return now.Before(l.until) }

// wrong counts a wrong code and reports whether it began a lock-out.
func (l *limiter) wrong(now time.Time) bool {
	l.count -= min(l.count, int(now.Sub(l.quiet)/l.longest))
	l.count++
	l.quiet = now
	over := l.spend(now)
	if l.count < l.allowed && !over {
		return false
	}
	d := l.lockOut()
	if over {
		d = max(d, perGuess)
	}
	l.until = now.Add(d)
	l.quiet = l.until
	return true
}

// perGuess is how much time buys one more guess where the budget is spent. Whoever is patient enough never to be locked out for
// long has, with 30 to begin with, less than 400 guesses in the first year: one in 25 at a code of four digits, one in 2500 at six.
const perGuess = 24 * time.Hour

// spend takes a wrong code from the budget and reports whether there was nothing left.
func (l *limiter) spend(now time.Time) bool {
	if l.budget == 0 {
		return false
	}
	if l.spent == 0 {
		l.spentAt = now
	}
	back := min(l.spent, int(now.Sub(l.spentAt)/perGuess))
	l.spent -= back
	l.spentAt = l.spentAt.Add(time.Duration(back) * perGuess)
	l.spent = min(l.spent, l.budget) + 1
	return l.spent > l.budget
}

// lockOut is the length of the lock-out that the count has earned. A count beyond the longest is cut: it would earn
// nothing more and only take longer to forgive.
func (l *limiter) lockOut() time.Duration {
	d := l.first
	for n := l.allowed; n < l.count; n++ {
		if d >= l.longest {
			l.count = n
			break
		}
		d *= 2
	}
	return min(d, l.longest)
}

// forgive wipes the count, and gives back what the one who typed the right code has spent on wrong ones before. What others have spent
// stays spent: one of them may be guessing.
func (l *limiter) forgive(own int) { l.count, l.spent = 0, l.spent-min(own, l.spent) }
