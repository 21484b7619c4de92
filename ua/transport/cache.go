package transport

import (
	"net/netip"
	"time"
)

// cache remembers what was found, for at most maxNames targets.
type cache map[target]entry

type entry struct {
	found []netip.AddrPort
	at    time.Time
}

// get returns what is known of a target, nil if that is nothing or too old, and whether it needs no look-up.
func (c cache) get(now time.Time, t target) (found []netip.AddrPort, fresh bool) {
	e, ok := c[t]
	age := now.Sub(e.at)
	if !ok || age >= staleFor {
		return nil, false
	}
	return e.found, age < freshFor
}

// put replaces the oldest entry when there are too many.
func (c cache) put(now time.Time, t target, found []netip.AddrPort) {
	if _, ok := c[t]; !ok && len(c) >= maxNames {
		var oldest target
		for k, e := range c {
			if oldest == (target{}) || e.at.Before(c[oldest].at) {
				oldest = k
			}
		}
		delete(c, oldest)
	}
	c[t] = entry{found, now}
}
