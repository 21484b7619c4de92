// Package agc brings the visitor's voice to the level that a telephone expects, however near he stands and whatever the microphone gives,
// and keeps peaks from being cut off.
//
// The level of speech is learnt from blocks that stand out of the noise, and only while the far end is silent may the gain rise: neither
// noise nor echo is ever made louder for want of a voice. Between two bounds around the target nothing changes, so nothing pumps. A limiter
// (limiter.go) takes care of what is too loud at once.
//
// Levels are in dBFS, where 0 is the root mean square of a full-scale sine. Everything is in blocks of 10 ms, adds no delay and allocates
// nothing.
package agc

import (
	"math"

	"intercom/media/level"
)

const (
	// Target is the level of speech that is aimed at, pauses left out; only what is more than Slack dB off is changed. ITU-T P.830 has talkers at 26 dB
	// below the overload point, which is a square wave's: −23 here.
	Target = -23.0
	Slack  = 4.0

	// MaxGain and MinGain bound the gain, in dB.
	MaxGain = 15.0
	MinGain = -15.0

	// noisy is the level to which the noise of the place may be raised at most.
	noisy = -48.0
)

const (
	rise = 0.03 // dB per block of speech: 3 dB in a second of talking
	fall = 0.15 // dB per block of speech

	// settle smooths the level of speech, per block of it: over 3 s, or as long as there was any.
	settle = 300

	farHang = 30 // blocks for which echo may go on
)

// Controller is the gain of one microphone. It is not safe for use from several goroutines.
type Controller struct {
	block   int
	voice   detector
	limiter limiter

	speech float64 // mean power of speech
	spoken int     // blocks that it is of, up to settle
	gain   float64 // dB
	moving bool    // the gain is on its way to where speech meets the target
	far    int     // blocks for which the far end may still be heard
}

// New makes a controller for a rate in Hz.
func New(rate int) *Controller {
	return &Controller{block: rate / 100, limiter: newLimiter(rate)}
}

// Gain is the gain now, in dB.
func (c *Controller) Gain() float64 { return c.gain }

// Process brings near to its level, in place, while the loudspeaker is given far. What is beyond whole blocks is left as it is.
func (c *Controller) Process(near, far []int16) {
	for b := c.block; len(near) >= b; near = near[b:] {
		c.hear(far[:min(b, len(far))])
		far = far[min(b, len(far)):]
		c.listen(level.Power(near[:b]))
		c.limiter.amplify(near[:b], float32(math.Pow(10, c.gain/20)))
	}
}

// hear takes what the loudspeaker is given.
func (c *Controller) hear(far []int16) {
	c.far = max(c.far-1, 0)
	if level.DBFS(level.Power(far)) > -50 {
		c.far = farHang
	}
}

// listen takes the power of a block of the microphone.
func (c *Controller) listen(p float64) {
	if !c.voice.heard(level.DBFS(p)) {
		return
	}
	most := min(MaxGain, max(noisy-c.voice.noise(), 0))
	off := min(max(Target-level.DBFS(c.mean(p)), MinGain), most) - c.gain
	c.moving = math.Abs(off) > Slack || c.moving && math.Abs(off) > fall
	switch {
	case c.moving && off < 0:
		c.gain -= fall
	case c.moving && c.far == 0:
		c.gain += rise
	}
}

// mean is the power of speech with a block more.
func (c *Controller) mean(p float64) float64 {
	if c.far > 0 && p > c.speech && c.spoken == settle {
		return c.speech // both at once: this may be echo
	}
	c.spoken = min(c.spoken+1, settle)
	c.speech += (p - c.speech) / float64(c.spoken)
	return c.speech
}
