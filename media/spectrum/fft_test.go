package spectrum

import (
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"
)

// sizes are those in use at 8 and 16 kHz, and some that take every radix alone.
var sizes = []int{2, 4, 8, 10, 16, 20, 50, 64, 160, 320, 512}

func noise(seed uint64, n int) []float32 {
	r := rand.New(rand.NewPCG(seed, 1))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

func TestForwardIsTheDefinition(t *testing.T) {
	for _, n := range sizes {
		x := noise(uint64(n), n)
		f := NewFFT(n)
		got := make([]complex64, f.Bins())
		f.Forward(got, x)
		for k := range got {
			var want complex128
			for i, v := range x {
				want += complex(float64(v), 0) * cmplx.Rect(1, -2*math.Pi*float64(i*k%n)/float64(n))
			}
			if d := cmplx.Abs(complex128(got[k]) - want); d > 2e-6*float64(n) {
				t.Errorf("size %d, bin %d: %v, want %v", n, k, got[k], want)
			}
		}
	}
}

func TestInverseGivesTheSamplesBack(t *testing.T) {
	for _, n := range sizes {
		x := noise(uint64(n), n)
		f := NewFFT(n)
		spec, back := make([]complex64, f.Bins()), make([]float32, n)
		f.Forward(spec, x)
		f.Inverse(back, spec)
		for i := range x {
			if d := math.Abs(float64(back[i] - x[i])); d > 1e-5 {
				t.Errorf("size %d, sample %d: %v, want %v", n, i, back[i], x[i])
			}
		}
	}
}

func BenchmarkFFT(b *testing.B) {
	for _, n := range []int{160, 320} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			x := noise(1, n)
			f := NewFFT(n)
			spec := make([]complex64, f.Bins())
			b.ReportAllocs()
			for b.Loop() {
				f.Forward(spec, x)
				f.Inverse(x, spec)
			}
		})
	}
}
