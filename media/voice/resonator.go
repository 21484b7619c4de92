package voice

import "math"

// resonator is a two-pole filter with a gain of one for a steady flow (D. Klatt, Software for a cascade/parallel formant
// synthesizer, 1980).
type resonator struct {
	a, b, c float64
	y1, y2  float64
}

// tune sets the resonance and its bandwidth in Hz.
func (r *resonator) tune(hz, bandwidth, rate float64) {
	hz = min(hz, 0.45*rate)
	radius := math.Exp(-math.Pi * bandwidth / rate)
	r.c = -radius * radius
	r.b = 2 * radius * math.Cos(2*math.Pi*hz/rate)
	r.a = 1 - r.b - r.c
}

func (r *resonator) filter(x float64) float64 {
	y := r.a*x + r.b*r.y1 + r.c*r.y2
	r.y1, r.y2 = y, r.y1
	return y
}
