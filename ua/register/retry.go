package register

import (
	"encoding/binary"
	"io"
	"time"
)

// The back-off after failures that may pass by themselves, and after those
// that need a human.
const (
	firstRetry = 2 * time.Second
	lastRetry  = 60 * time.Second

	firstSlowRetry = 1 * time.Minute
	lastSlowRetry  = 10 * time.Minute

	// lastIdleRetry is where the back-off ends when an attempt reaches nobody:
	// no server is hammered by what no server sees.
	lastIdleRetry = 4 * time.Second
)

// Fail tells that an attempt came to nothing without a response.
func (r *Registration) Fail(now time.Time, err error) Out {
	if r.stopping {
		return r.released()
	}
	return r.fail(now, err, 0)
}

// Unanswered tells that an attempt was met with silence. Resume brings the next
// one forward.
func (r *Registration) Unanswered(now time.Time, err error) Out {
	resumed := r.resumed
	out := r.Fail(now, err)
	r.silent = !resumed
	return out
}

// Miss tells that an attempt reached nobody: the network refused it, or the
// name does not resolve.
func (r *Registration) Miss(now time.Time, err error) Out {
	if r.stopping {
		return r.released()
	}
	return r.retry(now, err, r.jitter(backOff(firstRetry, lastIdleRetry, r.failures)), false)
}

// Silent tells whether the registration waits because nobody has answered.
// Meanwhile it is worth while to ask, with less than an attempt, whether
// somebody is there again.
func (r *Registration) Silent() bool { return r.silent && r.last == nil && !r.stopping && !r.stopped }

// Resume makes the next attempt due at once, as the server that was silent has
// given a sign of life. Should it leave that attempt without an answer too, the
// next sign does not count: there it is, but a registrar it is not.
func (r *Registration) Resume(now time.Time) {
	if r.Silent() {
		r.silent, r.resumed, r.due = false, true, r.soonest(now)
	}
}

func (r *Registration) fail(now time.Time, err error, atLeast time.Duration) Out {
	delay := r.jitter(backOff(firstRetry, lastRetry, r.failures))
	if atLeast > 0 {
		delay = atLeast + r.jitter(time.Second)
	}
	return r.retry(now, err, delay, false)
}

// slow waits for minutes: a wrong password does not mend itself, and servers
// shut out whom they see trying (fail2ban).
func (r *Registration) slow(now time.Time, err error, wrongPassword bool) Out {
	out := r.retry(now, err, r.jitter(backOff(firstSlowRetry, lastSlowRetry, r.failures)), wrongPassword)
	r.human = true
	return out
}

// retry is the one way out of every failure, so that there is always a next
// attempt.
func (r *Registration) retry(now time.Time, err error, delay time.Duration, wrongPassword bool) Out {
	r.bound, r.last, r.silent, r.resumed, r.human = false, nil, false, false, false
	r.failures++
	r.due = now.Add(delay)
	return Out{Failure: &Failure{Err: err, Next: r.due, WrongPassword: wrongPassword}}
}

// backOff doubles from first to last.
func backOff(first, last time.Duration, failures int) time.Duration {
	return min(first<<min(failures, 10), last)
}

// refreshAfter leaves a quarter of the lifetime, 40 s to 5 min, for the
// retransmissions of a refresh and a second try; never more than half.
func (r *Registration) refreshAfter(lifetime time.Duration) time.Duration {
	margin := min(max(lifetime/4, 40*time.Second), 5*time.Minute, lifetime/2)
	return lifetime - margin - r.jitter(margin/10)
}

// jitter spreads d by a fifth to either side, so that a house full of devices
// does not ask in step after a power cut.
func (r *Registration) jitter(d time.Duration) time.Duration {
	var b [8]byte
	if _, err := io.ReadFull(r.c.Rand, b[:]); err != nil {
		return d
	}
	share := float64(binary.BigEndian.Uint64(b[:])>>11) / (1 << 53)
	return time.Duration(float64(d) * (0.8 + 0.4*share))
}
