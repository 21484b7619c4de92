// Package aec cancels the echo of the loudspeaker in the microphone's sound.
//
// What can be foretold from the far end's sound is subtracted by an adaptive filter (filter.go) that spans 260 ms after a bulk
// delay, which is found by itself up to half a second (delay.go), and that learns how long and how loud the echo is beside what it is
// (prior.go). Only what is shown to be in the microphone's sound is taken away (trust.go): with a headset, or on a wire, there is no
// echo, and then nothing may be lost. A path that changes all at once is noticed by what the estimate
// adds to the sound instead of taking it away (change.go). What is left, by distortion and by echo that is not learnt yet,
// is turned down band by band as long as the near talker is silent, and a little while he speaks (residual.go, suppressor.go);
// the hole is filled with noise like that of the place (noise.go).
//
// Everything is in blocks of 10 ms at 8 or 16 kHz and float32, comes 6 ms late, and allocates nothing.
package aec

import (
	"fmt"
	"math"
	"time"

	"intercom/media/spectrum"
)

// Partitions is the length of the adaptive filter in blocks of 10 ms.
const Partitions = 26

// overlapMillis is how long one frame of the suppressor fades into the next, and how late its sound comes.
const overlapMillis = 6

// clipped is the value from which a sample of the microphone counts as cut off.
const clipped = 32700

// Canceller takes the echo out of one microphone's sound. It is not safe for use from several goroutines.
type Canceller struct {
	block int
	fft   *spectrum.FFT

	farDC, nearDC dcBlocker
	farTime       []float32 // the last two blocks
	near          []float32
	echo          []float32 // what of near is foretold
	err           []float32 // what is left of near

	far        *history
	filter     *filter
	change     changeDetector
	delay      *delayEstimator
	suppressor *suppressor
	enhance    func(spectrum []complex64)
}

// New makes a canceller for a rate of 8000 or 16000 Hz.
func New(rate int) *Canceller {
	if rate != 8000 && rate != 16000 {
		panic(fmt.Sprintf("aec: a rate of %d Hz: want 8000 or 16000", rate))
	}
	b := rate / 100
	fft := spectrum.NewFFT(2 * b)
	return &Canceller{
		block: b, fft: fft,
		farDC: newDCBlocker(rate), nearDC: newDCBlocker(rate),
		farTime: make([]float32, 2*b), near: make([]float32, b), echo: make([]float32, b), err: make([]float32, b),
		far:        newHistory(fft.Bins(), Partitions+maxDelay),
		filter:     newFilter(fft, b, Partitions),
		change:     changeDetector{quiet: float32(b) * float32(b) * 100},
		delay:      newDelayEstimator(b),
		suppressor: newSuppressor(rate, b),
	}
}

// Expect begins with a bulk delay of the echo that was measured before. A wrong one costs no more than none.
func (c *Canceller) Expect(delay time.Duration) {
	blocks := int(delay/(10*time.Millisecond)) - lead
	c.far.delay = min(max(blocks, 0), maxDelay-1)
}

// Bins is the number of values in the spectrum of a frame.
func (c *Canceller) Bins() int { return c.suppressor.frames.Bins() }

// Enhance has f change the spectrum of each frame of 16 ms, one every 10 ms, when its echo is gone and the noise of the place stands in the
// echo's stead: noise suppression then costs no transform and no delay of its own, and comfort noise is turned down like the noise that it
// is like.
func (c *Canceller) Enhance(f func(spectrum []complex64)) { c.enhance = f }

// Process takes the echo of far, which the loudspeaker is given, out of near, which the microphone heard in the same time, in
// place. Both are one or more whole blocks of 10 ms; what is beyond is left as it is.
func (c *Canceller) Process(near, far []int16) {
	for b := c.block; len(near) >= b && len(far) >= b; near, far = near[b:], far[b:] {
		c.process(near[:b], far[:b])
	}
}

func (c *Canceller) process(near, far []int16) {
	copy(c.farTime, c.farTime[c.block:])
	c.farDC.pass(c.farTime[c.block:], far)
	c.nearDC.pass(c.near, near)
	c.fft.Forward(c.far.advance(), c.farTime)

	c.filter.estimate(c.echo, c.far)
	for i, v := range c.near {
		c.err[i] = v - c.echo[i]
	}
	whole := !anyClipped(near) // no linear path explains what was cut off
	if whole {
		c.filter.learn(c.err, c.far)
	}

	s := c.suppressor
	s.analyse(c.err, c.echo)
	c.change.listen(s.err, s.echo)
	s.believe(whole && c.delay.farPower >= c.delay.quiet)
	s.judge(c.filter.unsure)
	c.align()
	if c.change.happened() && s.trust.shown > leastShown { // where there is no echo no path can change
		if c.change.worthless() {
			c.filter.clear()
		}
		c.filter.doubt(1)
		s.presence = 0
		s.trust.forget()
	}
	s.learn(c.delay.farPower < c.delay.quiet)
	s.suppress()
	if c.enhance != nil {
		c.enhance(s.err)
	}
	s.frames.Synthesise(c.err, s.outTail, s.err)
	for i, v := range c.err {
		near[i] = int16(math.Round(float64(min(max(v, math.MinInt16), math.MaxInt16))))
	}
}

// align moves the filter's beginning if the echo has been found elsewhere.
func (c *Canceller) align() {
	c.delay.listen(c.far.at(0), c.suppressor.err, c.suppressor.echo)
	lag, ok := c.delay.decide()
	if !ok {
		return
	}
	begin := max(lag-lead, 0)
	if begin <= c.far.delay+slack && begin >= c.far.delay-1 {
		return
	}
	if c.change.cancelling() {
		c.filter.shift(begin - c.far.delay) // the path has not moved, only our view of it
	} else {
		c.filter.doubt(0.3) // the path as it is known may fit as a whole, but later
	}
	c.far.delay = begin
}

func anyClipped(x []int16) bool {
	for _, v := range x {
		if v >= clipped || v <= -clipped {
			return true
		}
	}
	return false
}
