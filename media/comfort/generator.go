package comfort

import "math"

// Generator makes noise as it was described, and changes by and by when the description does. The zero value makes none until
// the first Set. It is not safe for use from several goroutines.
type Generator struct {
	// Seed makes two generators differ.
	Seed uint32

	target  Noise
	set     bool
	rms     float64
	order   int // of the filter: the highest since the noise began
	k       [MaxOrder]float64
	back    [MaxOrder]float64 // the lattice's delayed backward errors
	random  uint32
	gain    float64 // of the excitation, for the noise to have its level
	elapsed int     // samples since the last step towards the target
}

// A step towards the target every 40 samples, a tenth of the way each: half of it in 7 steps, 35 ms at 8 kHz.
const (
	stepLength = 40
	stepPart   = 0.1
)

// Set makes n the noise to be made: at once the first time and after a Reset, otherwise gradually.
func (g *Generator) Set(n Noise) {
	g.target = n
	order := min(max(n.Order, 0), MaxOrder)
	clear(g.target.Reflection[order:])
	g.order = max(g.order, order)
	if !g.set {
		g.set, g.order, g.elapsed, g.random = true, order, 0, g.Seed*2654435761+1
		g.back = [MaxOrder]float64{}
		g.approach(1)
	}
}

// Reset ends the noise: Read gives silence until the next Set.
func (g *Generator) Reset() { g.set = false }

// Read fills dst with noise. It allocates nothing.
func (g *Generator) Read(dst []int16) {
	if !g.set {
		clear(dst)
		return
	}
	for i := range dst {
		if g.elapsed++; g.elapsed > stepLength {
			g.elapsed = 1
			g.approach(stepPart)
		}
		dst[i] = int16(math.Round(min(max(g.filter(g.excite()), math.MinInt16), math.MaxInt16)))
	}
}

// approach goes a part of the way to the target.
func (g *Generator) approach(part float64) {
	g.rms += part * (full*math.Pow(10, min(g.target.Level, 0)/20) - g.rms)
	rest := 1.0
	for i, k := range g.target.Reflection {
		g.k[i] += part * (min(max(k, -0.999), 0.999) - g.k[i])
		rest *= 1 - g.k[i]*g.k[i]
	}
	g.gain = g.rms * math.Sqrt(rest)
}

// excite returns white noise with the RMS value gain: the sum of three uniform numbers is near enough to normal.
func (g *Generator) excite() float64 {
	sum := 0.0
	for range 3 {
		g.random = g.random*1664525 + 1013904223
		sum += float64(int32(g.random))
	}
	return g.gain * sum / (1 << 31) // a uniform number of -1 to 1 has a third of the power of ±1
}

// filter is the all-pole lattice: it is stable for any coefficients between -1 and 1, while they change too.
func (g *Generator) filter(x float64) float64 {
	for m := g.order - 1; m >= 0; m-- {
		x -= g.k[m] * g.back[m]
		if m+1 < g.order {
			g.back[m+1] = g.back[m] + g.k[m]*x
		}
	}
	g.back[0] = x
	return x
}
