package station

import "time"

// A limiter bounds how many codes can be tried, over all calls together. From the allowed number of wrong ones on each
// further one locks all codes out, for twice as long as the one before, up to the longest. Only time forgives: one
// wrong code for every longest lock-out that passes without another.
type limiter struct {
	allowed        int
	first, longest time.Duration

	count int
	quiet time.Time // the last wrong code, or the end of the lock-out that it began
	until time.Time // locked out until then; zero if not
}

func (l *limiter) locked(now time.Time) bool { return now.Before(l.until) }

// wrong counts a wrong code and reports whether it began a lock-out.
func (l *limiter) wrong(now time.Time) bool {
	l.count -= min(l.count, int(now.Sub(l.quiet)/l.longest))
	l.count++
	l.quiet = now
	if l.count < l.allowed {
		return false
	}
	l.until = now.Add(l.lockOut())
	l.quiet = l.until
	return true
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

// forgive wipes the count: the right code was typed.
func (l *limiter) forgive() { l.count = 0 }
