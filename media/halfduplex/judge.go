package halfduplex

import (
	"math"

	"intercom/media/level"
)

const (
	lags    = 16 // of the echo that are looked at, two blocks apart: up to 300 ms
	lagStep = 2

	// memory smooths what the judgement is made of, per block in which the far end is to be heard: over 4 s.
	memory = 0.9975

	// enough is the number of such blocks before the first judgement, and between two: 4 s.
	enough = 400

	// Hopeless, if found twice in a row, is an echo whose level follows the far end's by a correlation of at least follows and of which less than cancelled dB are
	// taken away; it is hopeless no more when recovered dB are, or when nothing follows.
	follows   = 0.6
	cancelled = 8.0
	recovered = 14.0
	astray    = 0.3

	// audible is the level in dBFS of what is left that bothers nobody.
	audible = -50.0
)

// Judge decides whether the echo of one call is hopeless. It is not safe for use from several goroutines.
type Judge struct {
	far    [lags * lagStep]float64 // levels of the last blocks, a ring
	newest int
	echo   [lags]moments // of the level that is left and the far end's, so many blocks before

	heard, left float64 // mean power before and after the canceller, while the far end is to be heard
	hang        int     // blocks for which its echo goes on
	blocks      int     // since the last judgement

	suspected bool // the last judgement would have it hopeless
	hopeless  bool
}

// moments are the means of two values, their squares and their product.
type moments struct{ n, x, y, xx, yy, xy float64 }

func (m *moments) add(x, y float64) {
	const fresh = 1 - memory
	m.n += fresh * (1 - m.n)
	m.x += fresh * (x - m.x)
	m.y += fresh * (y - m.y)
	m.xx += fresh * (x*x - m.xx)
	m.yy += fresh * (y*y - m.yy)
	m.xy += fresh * (x*y - m.xy)
}

// correlation is that of the two values, −1 to 1; they began at 0, which the share n of the memory that is filled makes up for.
func (m *moments) correlation() float64 {
	if m.n == 0 {
		return 0
	}
	x, y := m.x/m.n, m.y/m.n
	xx, yy, xy := m.xx/m.n-x*x, m.yy/m.n-y*y, m.xy/m.n-x*y
	if xx < 1 || yy < 1 { // in dB²: nothing rises and falls
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}

// Listen takes a block: what the microphone heard, what the canceller left of it, and what the loudspeaker is given.
func (j *Judge) Listen(heard, left, far []int16) {
	j.newest = (j.newest + 1) % len(j.far)
	now := level.DBFS(level.Power(far))
	j.far[j.newest] = max(now, -70)
	if j.hang--; now > active {
		j.hang = lags * lagStep
	}
	if j.hang <= 0 {
		return
	}
	const fresh = 1 - memory
	j.heard += fresh * (level.Power(heard) - j.heard)
	p := level.Power(left)
	j.left += fresh * (p - j.left)
	l := max(level.DBFS(p), -70)
	for i := range j.echo {
		j.echo[i].add(j.far[(j.newest-i*lagStep+len(j.far))%len(j.far)], l)
	}
	if j.blocks++; j.blocks >= enough {
		j.blocks = 0
		j.decide()
	}
}

// decide makes a new judgement.
func (j *Judge) decide() {
	likeness := 0.0
	for i := range j.echo {
		likeness = max(likeness, j.echo[i].correlation())
	}
	taken := level.DBFS(j.heard) - level.DBFS(j.left)
	switch {
	case likeness > follows && taken < cancelled && level.DBFS(j.left) > audible:
		j.hopeless, j.suspected = j.hopeless || j.suspected, true
		return
	case likeness < astray || taken > recovered || level.DBFS(j.left) < audible-10:
		j.hopeless = false
	}
	j.suspected = false
}

// Hopeless reports whether the echo cannot be cancelled, as far as is known.
func (j *Judge) Hopeless() bool { return j.hopeless }
