package aec

import "math"

// The delay is looked for where speech has most of its power: between 300 and 2300 Hz, in steps of 100 Hz.
const (
	firstBin  = 6
	stepBins  = 2
	delayBins = 20
)

const (
	// maxDelay is the longest bulk delay that is found, in blocks of 10 ms.
	maxDelay = 50

	// delayDecay smooths the cross-spectra, per two blocks.
	delayDecay = 0.94

	// lead is the number of blocks that the filter begins before the first arrival.
	lead = 2

	// slack is how many blocks the first arrival may come later than that before the filter is moved.
	slack = 2

	// decideBlocks is the number of active blocks between two decisions.
	decideBlocks = 10
)

// delayEstimator finds the lag of the far end's sound in the microphone's: the phases of their cross-spectrum stand still over
// time at the lag of the echo and turn at all others (C. Knapp and G. Carter, The generalized correlation method for estimation
// of time delay, IEEE Trans. ASSP 24, 1976). Only phases count, so that one loud sound does not decide.
type delayEstimator struct {
	quiet    float32 // the power of the bins looked at below which there is no far end
	farPower float32

	far    []complex64 // a ring of the last blocks' phases
	newest int
	near   [delayBins]complex64
	cross  []complex64 // of each lag
	score  [maxDelay]float32
	odd    int
	blocks int // active ones since the last decision
	last   int // the lag of the last decision, −1 if there was none
}

func newDelayEstimator(block int) *delayEstimator {
	return &delayEstimator{
		quiet: delayBins * float32(block) * 100 * 100,
		far:   make([]complex64, maxDelay*delayBins), cross: make([]complex64, maxDelay*delayBins), last: -1,
	}
}

// listen takes the spectra of a block; the microphone's is the sum of what was foretold and what was not.
func (d *delayEstimator) listen(far, err, echo []complex64) {
	d.newest = (d.newest + 1) % maxDelay
	phases := d.far[d.newest*delayBins:][:delayBins]
	d.farPower = 0
	nearPower := float32(0)
	for i := range phases {
		k := firstBin + i*stepBins
		var power float32
		phases[i], power = direction(far[k])
		d.farPower += power
		d.near[i], power = direction(err[k] + echo[k])
		nearPower += power
	}
	if d.farPower < d.quiet || nearPower < d.quiet/100 {
		return
	}
	d.blocks++
	d.odd = 1 - d.odd // every other lag in every other block
	for lag := d.odd; lag < maxDelay; lag += 2 {
		i := d.newest - lag
		if i < 0 {
			i += maxDelay
		}
		d.score[lag] = correlate(d.cross[lag*delayBins:][:delayBins], d.near[:], d.far[i*delayBins:][:delayBins])
	}
}

// direction is v with a length of one, or 0 if it is next to nothing; and its power.
func direction(v complex64) (complex64, float32) {
	power := real(v)*real(v) + imag(v)*imag(v)
	if power < 1 {
		return 0, power
	}
	scale := 1 / float32(math.Sqrt(float64(power)))
	return complex(real(v)*scale, imag(v)*scale), power
}

// correlate smooths the cross-spectrum and returns how far its phases stand still: 1 if all of them do.
func correlate(cross, near, far []complex64) float32 {
	const old, fresh = delayDecay, 1 - delayDecay
	sum := float32(0)
	near, far = near[:len(cross)], far[:len(cross)]
	for k, c := range cross {
		y, x := near[k], far[k]
		re := old*real(c) + fresh*(real(y)*real(x)+imag(y)*imag(x))
		im := old*imag(c) + fresh*(imag(y)*real(x)-real(y)*imag(x))
		cross[k] = complex(re, im)
		sum += re*re + im*im
	}
	return sum / delayBins
}

// decide returns the lag in blocks of the first arrival, if it stands out and two decisions in a row agree on it.
func (d *delayEstimator) decide() (lag int, ok bool) {
	if d.blocks < decideBlocks {
		return 0, false
	}
	d.blocks = 0
	best, mean := 0, float32(0)
	for i, v := range d.score {
		mean += v / maxDelay
		if v > d.score[best] {
			best = i
		}
	}
	peak := d.score[best]
	if peak < 2.5*mean || peak < 0.06 {
		d.last = -1
		return 0, false
	}
	for best > 0 && d.score[best-1] > peak/2 {
		best--
	}
	agreed := d.last >= 0 && best-d.last <= 1 && d.last-best <= 1
	d.last = best
	return best, agreed
}
