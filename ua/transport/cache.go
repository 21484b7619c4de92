package transport

import "time"

// cache remembers what was found, for at most maxNames targets.
type cache map[target]entry

type entry struct {
	found []Flow
	at    time.Time
	ttl   time.Duration
	tried time.Time // the last look-up that failed
}

// get returns what is known of a target, nil if that is nothing or too old, and whether it needs no look-up.
func (c cache) get(now time.Time, t target) (found []Flow, fresh bool) {
	e, ok := c[t]
	age := now.Sub(e.at)
	if !ok || age >= max(staleFor, e.ttl) {
		return nil, false
	}
	return e.found, age < e.ttl || now.Sub(e.tried) < leastTTL
}

// put replaces the oldest entry when there are too many.
func (c cache) put(now time.Time, t target, found []Flow, ttl time.Duration) {
	if _, ok := c[t]; !ok && len(c) >= maxNames {
		var oldest target
		for k, e := range c {
			if oldest == (target{}) || e.at.Before(c[oldest].at) {
				oldest = k
			}
		}
		delete(c, oldest)
	}
	c[t] = entry{found: found, at: now, ttl: min(max(ttl, leastTTL), mostTTL)}
}

// miss notes that a look-up has failed, so that not every request waits for a name server that is gone.
func (c cache) miss(now time.Time, t target) {
	if e, ok := c[t]; ok {
		e.tried = now
		c[t] = e
	}
}

// age lets every entry need a look-up.
func (c cache) age() {
	for t, e := range c {
		e.ttl, e.tried = 0, time.Time{}
		c[t] = e
	}
}
