package station

import "time"

// A clock makes the station's own time out of the times that it is given: it never goes back. When the computer's
// clock is set back, the time between the two steps around it is lost, and everything that was running (a lock-out, a
// call limit) still has the rest of its time to go: no more, no less.
type clock struct {
	started bool
	given   time.Time // the last time given
	own     time.Time // the station's own time then
}

// advance takes the time given and returns the station's own. It begins anywhere but at the zero time, which stands for
// a timer that does not run.
func (c *clock) advance(now time.Time) time.Time {
	d := now.Sub(c.given)
	switch {
	case !c.started:
		c.started, c.own = true, time.Unix(0, 0)
	case d > 0:
		c.own = c.own.Add(d)
	}
	c.given = now
	return c.own
}

// outside is the time of the giver's clock at which the station's own will be t.
func (c *clock) outside(t time.Time) time.Time {
	return c.given.Add(t.Sub(c.own))
}
