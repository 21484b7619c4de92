package digest

// replay remembers which nonce counts were used. Only a right password makes an entry, and the entries are bounded: when
// they run out, the oldest nonce is given up together with every nonce issued before it that is not remembered.
type replay struct {
	limit int
	seen  map[int64]*counts // by the time of issue, which the server never repeats
	floor int64             // nonces issued up to here and not in seen are spent
}

// counts is a sliding window over the nonce counts of one nonce: requests may overtake one another on their way.
type counts struct {
	highest uint32
	window  uint64 // bit i: highest-i was used
}

// accept tells whether that count of the nonce issued then is new, and remembers it.
func (r *replay) accept(issued int64, nc uint32) bool {
	if c := r.seen[issued]; c != nil {
		return c.accept(nc)
	}
	if issued <= r.floor {
		return false
	}
	if r.seen == nil {
		r.seen = map[int64]*counts{}
	}
	r.seen[issued] = &counts{nc, 1}
	if len(r.seen) > r.limit {
		r.dropOldest()
	}
	return true
}

func (c *counts) accept(nc uint32) bool {
	if nc > c.highest {
		c.window = c.window<<min(nc-c.highest, 64) | 1
		c.highest = nc
		return true
	}
	bit := c.highest - nc
	if bit > 63 || c.window&(1<<bit) != 0 {
		return false
	}
	c.window |= 1 << bit
	return true
}

// forget drops what was issued before that time, and none of it comes back should the clock be set back.
func (r *replay) forget(before int64) {
	r.floor = max(r.floor, before-1)
	for issued := range r.seen {
		if issued < before {
			delete(r.seen, issued)
		}
	}
}

func (r *replay) dropOldest() {
	oldest, first := int64(0), true
	for issued := range r.seen {
		if first || issued < oldest {
			oldest, first = issued, false
		}
	}
	delete(r.seen, oldest)
	r.floor = max(r.floor, oldest)
}
