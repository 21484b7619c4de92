package aec

import "math"

// dcBlocker is a high-pass filter of first order. Its corner lies so low that it does not bend the phase of any speech.
type dcBlocker struct{ pole, in, out float32 }

// corner is where the DC blocker takes 3 dB away, in Hz.
const corner = 3

func newDCBlocker(rate int) dcBlocker {
	return dcBlocker{pole: float32(math.Exp(-2 * math.Pi * corner / float64(rate)))}
}

// pass writes src without its direct current to dst.
func (d *dcBlocker) pass(dst []float32, src []int16) {
	in, out := d.in, d.out
	for i, s := range src {
		v := float32(s)
		out = v - in + d.pole*out
		in = v
		if out < 1e-3 && out > -1e-3 {
			out = 0 // dying away for ever makes subnormal numbers, which are slow
		}
		dst[i] = out
	}
	d.in, d.out = in, out
}
