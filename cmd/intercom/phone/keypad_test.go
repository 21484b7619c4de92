package phone

import (
	"math"
	"testing"
)

// level is how much of a frequency is in samples, in dB below a full-scale sine (Goertzel's algorithm).
func level(samples []int16, hz float64) float64 {
	c := 2 * math.Cos(2*math.Pi*hz/8000)
	var a, b float64
	for _, s := range samples {
		a, b = float64(s)/32768+c*a-b, a
	}
	n := float64(len(samples))
	return 10 * math.Log10((a*a+b*b-c*a*b)/(n*n/4)+1e-12)
}

func TestKeysAreHeard(t *testing.T) {
	k := &keypad{rate: 8000}
	k.press("5D")
	var heard []int16
	for range 50 { // half a second
		block := make([]int16, 80)
		for i := range block {
			block[i] = 1 // what the microphone hears
		}
		k.Process(block, nil)
		heard = append(heard, block...)
	}
	for _, c := range []struct {
		from, to  int // ms
		low, high float64
	}{{10, 90, 770, 1336}, {190, 270, 941, 1633}} {
		part := heard[c.from*8 : c.to*8]
		low, high := level(part, c.low), level(part, c.high)
		if low < -14 || low > -10 || high < -12 || high > -8 {
			t.Errorf("from %d ms on: %.1f dB at %v Hz and %.1f dB at %v Hz", c.from, low, c.low, high, c.high)
		}
		for _, other := range []float64{697, 852, 1209, 1477} {
			if l := level(part, other); l > -30 {
				t.Errorf("from %d ms on: %.1f dB at %v Hz", c.from, l, other)
			}
		}
	}
	for ms := 110; ms < 170; ms++ {
		if heard[ms*8] != 0 {
			t.Fatalf("at %d ms, between the keys, there is %d", ms, heard[ms*8])
		}
	}
	if heard[400*8] != 1 {
		t.Error("after the keys the microphone is not heard")
	}
}
