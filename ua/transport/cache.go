package transport

import "time"

// cache remembers what was found, for at most maxNames targets.
type cache map[target]entry

type entry struct {
	found []Flow
	at    time.Time
	ttl   time.Duration
}

// get returns what is known of a target, nil if that is nothing or too old, and whether it needs no look-up.
func (c cache) get(now time.Time, t target) (found []Flow, fresh bool) {
	e, ok := c[t]
	age := now.Sub(e.at)
	if !ok || age >= max(staleFor, e.ttl) {
		return nil, false
	}
	return e.found, age < e.ttl
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
	c[t] = entry{found, now, min(max(ttl, leastTTL), mostTTL)}
}

// age lets every entry need a look-up.
func (c cache) age() {
	for t, e := range c {
		e.ttl = 0
		c[t] = e
	}
}
