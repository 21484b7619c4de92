package aec

import "math"

// changeDetector notices that the echo path has become another one. Then the estimate is no longer in what the microphone hears, and
// subtracting it adds it: the error goes against the estimate. A near talker has nothing to do with the estimate, so double
// talk does not look like that; neither does a path that is being learnt, where error and estimate go together.
type changeDetector struct {
	quiet float32 // the power of an estimate that tells nothing

	correlation float32 // of error and estimate, −1 to 1, smoothed
	regression  float32 // how much of the estimate is in the error, smoothed
	left, heard float32 // power of the error and of the microphone, smoothed
	loudest     float32 // power of the estimate: at once up and slowly down
	hold        int     // blocks until the next change can be told from the last
}

const (
	contrary    = -0.4  // the correlation of a change, which is −0.7 if two paths are equally loud and have nothing in common
	subtracted  = -0.25 // the regression of a change, which is −1 then
	uncancelled = 0.7   // the share of the microphone's power that is left in a change
	holdBlocks  = 20
)

// listen takes the spectra of a block.
func (d *changeDetector) listen(err, echo []complex64) {
	var both, left, foretold, heard float32
	for k, e := range err {
		s := echo[k]
		both += real(e)*real(s) + imag(e)*imag(s)
		left += real(e)*real(e) + imag(e)*imag(e)
		foretold += real(s)*real(s) + imag(s)*imag(s)
	}
	heard = left + 2*both + foretold
	d.left += 0.1 * (left - d.left)
	d.heard += 0.1 * (heard - d.heard)
	d.hold = max(d.hold-1, 0)
	// In the dying sound of a room the estimate of what was learnt badly may be all there is: that tells nothing.
	d.loudest = max(foretold, 0.98*d.loudest)
	if foretold > d.quiet && foretold > 0.1*d.loudest {
		d.correlation += 0.12 * (both/float32(math.Sqrt(float64(left)*float64(foretold)+1)) - d.correlation)
		d.regression += 0.12 * (max(-2, min(2, both/foretold)) - d.regression)
	}
}

// happened reports a change, once.
func (d *changeDetector) happened() bool {
	if d.hold > 0 || d.correlation > contrary || d.regression > subtracted || d.left < uncancelled*d.heard {
		return false
	}
	d.hold, d.correlation, d.regression = holdBlocks, 0, 0
	return true
}

// worthless reports that the estimate makes matters worse than none.
func (d *changeDetector) worthless() bool { return d.left > 0.9*d.heard }

// cancelling reports that the filter takes 6 dB or more away.
func (d *changeDetector) cancelling() bool { return d.left < 0.25*d.heard }
