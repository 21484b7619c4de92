package aec

import "math"

// residual foretells, band by band, how much echo the filter leaves. Two things are known: by how far the filter itself may be
// wrong, and by how far, as a rule, it has been wrong so far for a loudspeaker that distorts and a room that is longer than the filter.
type residual struct {
	quiet float32   // the power of nothing
	share []float32 // of the estimate's power in each band: what is seldom exceeded by what is left while nobody speaks
	trail []float32 // the estimate's power in each band, at once up and slowly down
	power []float32 // what is foretold
}

const (
	// trailDecay is how slowly echo that no filter knows dies away, per block.
	trailDecay = 0.8

	// shareUp and shareDown make the share that which is exceeded by one block in twelve.
	shareUp   = 1.2
	shareDown = 0.985

	shareMin, shareMax = 1e-4, 1

	// doubtWeight is how much the filter's own doubt counts; half of it is in the half of the transform that is error.
	doubtWeight = 0.25
)

func newResidual(bands int, quiet float32) residual {
	r := residual{quiet: quiet, share: make([]float32, bands), trail: make([]float32, bands), power: make([]float32, bands)}
	for b := range r.share {
		r.share[b] = 0.1
	}
	return r
}

// foretell takes the power of the estimate and of the filter's doubt in each band.
func (r *residual) foretell(echo, doubt []float32) {
	for b, v := range echo {
		r.trail[b] = max(v, trailDecay*r.trail[b], 1e-6)
		r.power[b] = r.share[b]*r.trail[b] + doubtWeight*doubt[b]
	}
}

// excess is by how much more there is than can be explained: 0 if nothing, 1 if all bands have 16 times as much.
func (r *residual) excess(left, noise []float32) float32 {
	sum := float32(0)
	for b, v := range left {
		if over := v / (r.power[b] + 2*noise[b] + r.quiet); over > 1 {
			sum += min(float32(math.Log2(float64(over)))/4, 1)
		}
	}
	return sum / float32(len(left))
}

// learn takes what was left in a block in which the near talker was present from 0 to 1.
func (r *residual) learn(left, echo, noise []float32, presence float32) {
	trust := (1 - presence) * (1 - presence)
	for b, v := range left {
		if r.trail[b] < 4*r.quiet || echo[b] < 0.3*r.trail[b] {
			continue
		}
		if v > r.share[b]*r.trail[b]+noise[b] {
			r.share[b] *= 1 + (shareUp-1)*trust
		} else {
			r.share[b] *= shareDown
		}
		r.share[b] = min(max(r.share[b], shareMin), shareMax)
	}
}
