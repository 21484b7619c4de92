package spectrum

import "math"

// Bands are triangles that overlap by half, equally wide on the Bark scale (H. Traunmüller, Analytical expressions for the
// tonotopic sensory scale, JASA 88, 1990). At every bin the weights add up to one.
type Bands struct {
	n     int
	lower []int     // of each bin: the band below, or the same as the next at the ends
	share []float32 // of each bin: how much of it belongs to the band above
	width []float32 // of each band: the sum of its weights
}

// NewBands divides bins from 0 to half the rate in Hz into n bands.
func NewBands(n, bins, rate int) *Bands {
	b := &Bands{n: n, lower: make([]int, bins), share: make([]float32, bins), width: make([]float32, n)}
	nyquist := float64(rate) / 2
	low, high := bark(50), bark(nyquist*0.97)
	for k := range bins {
		at := (bark(nyquist*float64(k)/float64(bins-1)) - low) / (high - low) * float64(n-1)
		at = min(max(at, 0), float64(n-1))
		i := min(int(at), n-2)
		b.lower[k], b.share[k] = i, float32(at-float64(i))
		b.width[i] += 1 - b.share[k]
		b.width[i+1] += b.share[k]
	}
	return b
}

func bark(hz float64) float64 { return 26.81*hz/(1960+hz) - 0.53 }

// Len is the number of bands.
func (b *Bands) Len() int { return b.n }

// Mean writes the mean of the bins' values in each band to dst.
func (b *Bands) Mean(dst, bins []float32) {
	dst = dst[:b.n]
	clear(dst)
	for k, i := range b.lower {
		v := bins[k]
		up := v * b.share[k]
		dst[i] += v - up
		dst[i+1] += up
	}
	for i, w := range b.width {
		dst[i] /= max(w, math.SmallestNonzeroFloat32)
	}
}

// Spread writes to every bin of dst the value between those of its two bands.
func (b *Bands) Spread(dst, bands []float32) {
	bands = bands[:b.n]
	for k, i := range b.lower {
		v := bands[i]
		dst[k] = v + (bands[i+1]-v)*b.share[k]
	}
}
