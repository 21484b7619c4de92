package jitter

import (
	"math"
	"math/rand/v2"
	"testing"

	"intercom/media/voice"
)

// lose plays speech through a concealer with some of its packets gone, and returns what is heard.
func lose(said []int16, gone func(i int) bool) []int16 {
	c := newConcealer(8000)
	heard := make([]int16, 0, len(said))
	heard = append(heard, said[:800]...)
	for i := 5; (i+1)*160 <= len(said); i++ {
		x := append([]int16(nil), said[i*160:(i+1)*160]...)
		if gone(i) {
			if !c.active {
				c.begin(heard)
			}
			c.fill(x)
		} else if c.active {
			c.finish(x)
		}
		heard = append(heard, x...)
	}
	return heard
}

// segments is the signal-to-noise ratio in dB of what is heard, the mean over the lost packets in which somebody speaks.
func segments(said, heard []int16, gone func(i int) bool) float64 {
	sum, n := 0.0, 0
	for i := 5; (i+1)*160 <= len(heard); i++ {
		if !gone(i) {
			continue
		}
		var signal, noise float64
		for j := i * 160; j < (i+1)*160; j++ {
			d := float64(said[j]) - float64(heard[j])
			signal, noise = signal+float64(said[j])*float64(said[j]), noise+d*d
		}
		if signal > 160*100*100 {
			sum, n = sum+10*math.Log10(signal/max(noise, 1)), n+1
		}
	}
	return sum / float64(n)
}

// spectral is the distance in dB between the spectra of what was said and what is heard, in bands of 250 Hz, the mean over the
// lost packets in which somebody speaks.
func spectral(said, heard []int16, gone func(i int) bool) float64 {
	sum, n := 0.0, 0
	for i := 5; (i+1)*160 <= len(heard); i++ {
		if !gone(i) || rms(said[i*160:(i+1)*160]) < 100 {
			continue
		}
		d := 0.0
		for band := 1; band <= 13; band++ {
			a, b := power(said[i*160:(i+1)*160], band), power(heard[i*160:(i+1)*160], band)
			e := 10 * math.Log10((a+10)/(b+10))
			d += e * e
		}
		sum, n = sum+math.Sqrt(d/13), n+1
	}
	return sum / float64(n)
}

func power(x []int16, band int) float64 {
	var re, im float64
	w := 2 * math.Pi * 250 * float64(band) / 8000
	for i, v := range x {
		window := 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(len(x)))
		re += window * float64(v) * math.Cos(w*float64(i))
		im += window * float64(v) * math.Sin(w*float64(i))
	}
	return (re*re + im*im) / float64(len(x))
}

func TestConcealmentIsNearerThanSilence(t *testing.T) {
	for name, pitch := range map[string]float64{"man": 110, "woman": 220} {
		said := voice.New(21, pitch).Speak(60, 8000)
		r := rand.New(rand.NewPCG(1, 1))
		lost := make([]bool, len(said)/160)
		for i := range lost {
			lost[i] = r.Float64() < 0.1
		}
		gone := func(i int) bool { return lost[i] }
		heard := lose(said, gone)
		ratio, distance := segments(said, heard, gone), spectral(said, heard, gone)
		t.Logf("%s, 10 %% of the packets lost at random: %.1f dB signal-to-noise, %.1f dB spectral distance in them", name, ratio, distance)
		if ratio < 0.3 { // silence in their place has 0 dB
			t.Errorf("%s: a signal-to-noise ratio of %.1f dB", name, ratio)
		}
		if distance > 12 {
			t.Errorf("%s: a spectral distance of %.1f dB", name, distance)
		}
		bursts := func(i int) bool { return i%50 >= 40 && i%50 < 40+3+i/50%4 }
		distance = spectral(said, lose(said, bursts), bursts)
		t.Logf("%s, bursts of 60 to 120 ms: %.1f dB spectral distance", name, distance)
		if distance > 17 {
			t.Errorf("%s: a spectral distance of %.1f dB in bursts", name, distance)
		}
	}
}

func TestConcealmentFadesOutWithoutAClick(t *testing.T) {
	said := append([]int16(nil), hum[:8000]...)
	heard := lose(said, func(i int) bool { return i >= 20 && i < 40 })
	limit := steepest(said) * 3 / 2
	if step := steepest(heard); step > limit {
		t.Errorf("a step of %d samples, more than %d", step, limit)
	}
	for i := 20*160 + 960; i < 40*160; i++ {
		if heard[i] != 0 {
			t.Fatalf("%d ms into the gap there is still %d", (i-20*160)/8, heard[i])
		}
	}
	if level := rms(heard[20*160 : 20*160+160]); level < 0.8*rms(said[19*160:20*160]) {
		t.Errorf("the first packet of the gap is only %.0f loud", level)
	}
}

func TestConcealmentOfAnything(t *testing.T) {
	noise := make([]int16, 16000)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range noise {
		noise[i] = int16(r.IntN(65536) - 32768) // full scale: it must not wrap round
	}
	square := make([]int16, 16000)
	for i := range square {
		square[i] = math.MaxInt16
		if i/40%2 == 1 {
			square[i] = math.MinInt16
		}
	}
	for name, x := range map[string][]int16{"silence": make([]int16, 16000), "noise": noise, "square wave": square} {
		heard := lose(x, func(i int) bool { return i%7 == 3 || i%7 == 4 })
		if rms(heard) > rms(x)*1.05+1 {
			t.Errorf("%s: %.0f loud became %.0f", name, rms(x), rms(heard))
		}
	}
}

// Cutting and inserting changes the time and not the sound: pitch, level and smoothness stay.
func TestScaling(t *testing.T) {
	said := hum[:20000]
	limit := steepest(said) * 5 / 4
	for _, cut := range []bool{true, false} {
		s := scaler{rate: 8000}
		heard := append([]int16(nil), said[:800]...)
		changed := 0
		for i := 5; (i+1)*160 <= len(said); i++ {
			x := append([]int16(nil), said[i*160:(i+1)*160]...)
			s.passed(x, swiftly)
			if cut {
				n := s.cut(x, 120)
				x, changed = x[n:], changed+n
			} else {
				var piece [120]int16
				n := s.insert(piece[:], heard, x, 120)
				heard, changed = append(heard, piece[:n]...), changed+n
			}
			heard = append(heard, x...)
		}
		part := float64(changed) / float64(len(said))
		t.Logf("cut %v: %.1f %% of the time, steepest step %d of %d", cut, part*100, steepest(heard), steepest(said))
		if part < 0.08 || part > 0.121 {
			t.Errorf("%.1f %% of the time was changed, want up to 12 %%", part*100)
		}
		if step := steepest(heard); step > limit {
			t.Errorf("a step of %d samples, more than %d", step, limit)
		}
		if a, b := rms(said), rms(heard); b < 0.93*a || b > 1.07*a {
			t.Errorf("%.0f loud became %.0f", a, b)
		}
		if a, b := crossings(said), crossings(heard); math.Abs(a-b) > 0.05*a {
			t.Errorf("the pitch moved: %.4f zero crossings a sample became %.4f", a, b)
		}
	}
}

func steepest(x []int16) (step int) {
	for i := 1; i < len(x); i++ {
		step = max(step, int(abs(int64(x[i])-int64(x[i-1]))))
	}
	return step
}

func crossings(x []int16) float64 {
	n := 0
	for i := 1; i < len(x); i++ {
		if x[i] > 0 && x[i-1] <= 0 {
			n++
		}
	}
	return float64(n) / float64(len(x))
}

// Noise that is like nothing else is left alone while it is loud.
func TestNothingAlikeIsNotScaled(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	changed := 0
	for range 100 {
		s := scaler{rate: 8000, budget: 120}
		x := make([]int16, 160)
		for i := range x {
			x[i] = int16(8000 * r.NormFloat64() / 2)
		}
		changed += min(s.cut(x, 120), 1)
	}
	if changed > 10 {
		t.Errorf("%d of 100 pieces of noise were cut", changed)
	}
}

func BenchmarkConceal(b *testing.B) {
	c := newConcealer(8000)
	x := make([]int16, 160)
	b.ReportAllocs()
	for b.Loop() { // one lost packet
		c.begin(hum[:4000])
		c.fill(x)
		c.finish(x)
	}
}

func BenchmarkCut(b *testing.B) {
	x := make([]int16, 240)
	b.ReportAllocs()
	for b.Loop() {
		copy(x, hum[1000:])
		s := scaler{rate: 8000, budget: 120}
		s.cut(x, 120)
	}
}
