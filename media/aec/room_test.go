package aec

import (
	"math"
	"math/rand/v2"
)

// room is a synthetic echo path: a direct arrival, then noise that dies away by 60 dB within the tail.
type room struct {
	seed  uint64
	tail  float64 // s
	delay float64 // s, from the loudspeaker's samples to the first arrival in the microphone's
	gain  float64 // dB, of the echo beside the far end's sound
}

func (r room) response(rate int) []float64 {
	g := rand.New(rand.NewPCG(r.seed, 77))
	start := int(math.Round(r.delay * float64(rate)))
	n := int(r.tail * float64(rate))
	h := make([]float64, start+n)
	sum := 0.0
	for i := range n {
		v := g.NormFloat64() * math.Pow(10, -3*float64(i)/float64(n))
		if i == 0 {
			v = 3 // the loudspeaker beside the microphone
		}
		h[start+i] = v
		sum += v * v
	}
	scale := math.Pow(10, r.gain/20) / math.Sqrt(sum)
	for i := range h {
		h[i] *= scale
	}
	return h
}

// echo is what the microphone hears of x in the room.
func (r room) echo(x []float64, rate int) []float64 {
	h := r.response(rate)
	n := 1
	for n < len(x)+len(h) {
		n *= 2
	}
	a, b := make([]complex128, n), make([]complex128, n)
	for i, v := range x {
		a[i] = complex(v, 0)
	}
	for i, v := range h {
		b[i] = complex(v, 0)
	}
	dft(a, 1)
	dft(b, 1)
	for i := range a {
		a[i] *= b[i]
	}
	dft(a, -1)
	y := make([]float64, len(x))
	for i := range y {
		y[i] = real(a[i]) / float64(n)
	}
	return y
}

// dft is a radix-2 transform in place, unscaled; sign −1 turns it round.
func dft(x []complex128, sign float64) {
	n := len(x)
	for i, j := 1, 0; i < n; i++ {
		bit := n >> 1
		for ; j&bit != 0; bit >>= 1 {
			j ^= bit
		}
		j ^= bit
		if i < j {
			x[i], x[j] = x[j], x[i]
		}
	}
	for l := 2; l <= n; l *= 2 {
		w := make([]complex128, l/2)
		for i := range w {
			s, c := math.Sincos(-sign * 2 * math.Pi * float64(i) / float64(l))
			w[i] = complex(c, s)
		}
		for i := 0; i < n; i += l {
			for k, t := range w {
				u, v := x[i+k], x[i+k+l/2]*t
				x[i+k], x[i+k+l/2] = u+v, u-v
			}
		}
	}
}

// distort bends the loudspeaker's sound so that what it adds is a share of the whole.
func distort(x []float64, share float64) []float64 {
	level := rms(x)
	low, high := 0.0, 1.0
	y := make([]float64, len(x))
	for range 30 { // the bend that gives the share, by halving
		bend := (low + high) / 2
		for i, v := range x {
			y[i] = math.Tanh(v*bend/level) * level / bend
		}
		if residue(x, y) < share {
			low = bend
		} else {
			high = bend
		}
	}
	return y
}

// residue is the share of y, in amplitude, that is not a scaled x.
func residue(x, y []float64) float64 {
	xx, xy, yy := 0.0, 0.0, 0.0
	for i := range x {
		xx += x[i] * x[i]
		xy += x[i] * y[i]
		yy += y[i] * y[i]
	}
	return math.Sqrt(max(0, 1-xy*xy/(xx*yy)))
}

func rms(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum / float64(max(len(x), 1)))
}

func floats(x []int16) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

func rounded(x []float64) []int16 {
	y := make([]int16, len(x))
	for i, v := range x {
		y[i] = int16(math.Round(min(max(v, math.MinInt16), math.MaxInt16)))
	}
	return y
}
