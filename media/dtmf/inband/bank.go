package inband

import "math"

const (
	rate      = 8000             // Hz, at which digits are looked for
	blockRate = 200              // blocks a second: of 5 ms each, short enough to see an interruption
	size      = rate / blockRate // of a block in samples
)

// bank measures one block of samples at the eight frequencies, rows first. With time counted from the middle of the block, the
// cosine sees only what is even about it and the sine only what is odd, so that folding the block halves the work.
type bank struct {
	cos, sin [8][size / 2]float32
}

func newBank() *bank {
	b := &bank{}
	for f := range 8 {
		step := 2 * math.Pi * nominal(f) / rate
		for i := range size / 2 {
			sin, cos := math.Sincos(step * (float64(i) + 0.5))
			b.cos[f][i], b.sin[f][i] = float32(cos), float32(sin)
		}
	}
	return b
}

// nominal is the f-th frequency in Hz.
func nominal(f int) float64 {
	if f < 4 {
		return rows[f]
	}
	return columns[f-4]
}

// measure returns the block's energy, and for every frequency the sum of its samples turned back by that frequency.
func (b *bank) measure(block []float32) (energy float32, sums [8]complex64) {
	var even, odd [size / 2]float32
	for i := range even {
		after, before := block[size/2+i], block[size/2-1-i]
		even[i], odd[i] = after+before, after-before
		energy += after*after + before*before
	}
	for f := range sums {
		sums[f] = complex(dot(&even, &b.cos[f]), -dot(&odd, &b.sin[f]))
	}
	return energy, sums
}

// dot keeps four sums, so that no addition has to wait for the one before.
func dot(x, y *[size / 2]float32) float32 {
	var s0, s1, s2, s3 float32
	for i := 0; i < len(x); i += 4 {
		s0 += x[i] * y[i]
		s1 += x[i+1] * y[i+1]
		s2 += x[i+2] * y[i+2]
		s3 += x[i+3] * y[i+3]
	}
	return s0 + s1 + s2 + s3
}
