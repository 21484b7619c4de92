package spectrum

import (
	"math"
	"testing"
)

func TestFramesAddUpToTheSound(t *testing.T) {
	for _, overlap := range []int{16, 32, 80} {
		f := NewFrames(80, overlap, 160)
		x := noise(3, 1600)
		y := make([]float32, len(x))
		in, out := f.Tail(), f.Tail()
		spec := make([]complex64, f.Bins())
		for i := 0; i < len(x); i += 80 {
			f.Analyse(spec, in, x[i:i+80])
			f.Synthesise(y[i:i+80], out, spec)
		}
		for i := range x[:len(x)-overlap] {
			if d := math.Abs(float64(y[i+overlap] - x[i])); d > 1e-5 {
				t.Fatalf("overlap %d, sample %d: %v, want %v", overlap, i, y[i+overlap], x[i])
			}
		}
	}
}

func TestBandsShareEveryBinOut(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		bins := rate/100 + 1
		b := NewBands(20, bins, rate)
		ones, bands, back := make([]float32, bins), make([]float32, b.Len()), make([]float32, bins)
		for k := range ones {
			ones[k] = 1
		}
		b.Mean(bands, ones)
		for i, v := range bands {
			if math.Abs(float64(v-1)) > 1e-5 {
				t.Errorf("at %d Hz, band %d: mean %v of ones", rate, i, v)
			}
		}
		for i := range bands {
			bands[i] = float32(i)
		}
		b.Spread(back, bands)
		for k := 1; k < bins; k++ {
			if back[k] < back[k-1] {
				t.Errorf("at %d Hz, bin %d: %v falls below %v where the bands rise", rate, k, back[k], back[k-1])
			}
		}
	}
}
