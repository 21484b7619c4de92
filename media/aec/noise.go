package aec

import "math"

// comfort keeps the noise of the place, band by band, and makes noise like it.
type comfort struct {
	smooth []float32
	power  []float32 // of the noise in each band
	bins   []float32 // the same, of each bin
	begun  bool
	state  uint32
}

const (
	noiseSmooth = 0.8   // of the power in which the minimum is looked for, per block
	noiseFall   = 0.3   // how fast the noise follows a minimum down
	noiseRise   = 1.003 // how fast it rises, per block: 1.3 dB/s

	// noiseBias makes up for the minimum lying below the mean.
	noiseBias = 1.5
)

func newComfort(bands, bins int) comfort {
	return comfort{smooth: make([]float32, bands), power: make([]float32, bands), bins: make([]float32, bins), state: 1}
}

// listen takes what is left in each band. It rises only while the far end is quiet, so that echo is not taken for noise.
func (c *comfort) listen(left []float32, farQuiet bool) {
	for b, v := range left {
		if !c.begun {
			c.smooth[b], c.power[b] = v, v
		}
		c.smooth[b] += (1 - noiseSmooth) * (v - c.smooth[b])
		switch {
		case c.smooth[b] < c.power[b]:
			c.power[b] += noiseFall * (c.smooth[b] - c.power[b])
		case farQuiet:
			c.power[b] = max(c.power[b], 1e-3) * noiseRise
		}
	}
	c.begun = true
}

// fill adds as much noise to each bin as the gain took away. The power of each bin must be in c.bins.
func (c *comfort) fill(spectrum []complex64, gain []float32) {
	for k, v := range spectrum {
		g := gain[k]
		if g >= 1 {
			continue
		}
		a := float32(math.Sqrt(float64(c.bins[k] * noiseBias * (1 - g*g) * 1.5)))
		spectrum[k] = v + complex(a*c.random(), a*c.random())
	}
}

// random is a number from −1 to 1 (G. Marsaglia, Xorshift RNGs, Journal of Statistical Software 8, 2003).
func (c *comfort) random() float32 {
	c.state ^= c.state << 13
	c.state ^= c.state >> 17
	c.state ^= c.state << 5
	return float32(int32(c.state)) / (1 << 31)
}
