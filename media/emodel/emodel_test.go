package emodel

import (
	"math"
	"testing"
	"time"
)

const ms = time.Millisecond

// G.107's own check: all defaults are R = 93.2, which is a MOS of 4.41. The other ratings are worked out by hand from its formulas.
func TestRating(t *testing.T) {
	for _, c := range []struct {
		name string
		on   Conditions
		r    float64
	}{
		{"nothing wrong", Conditions{Codec: Concealed()}, 93.2},
		{"1 % lost", Conditions{Codec: Concealed(), Loss: 0.01}, 93.2 - 95*1/26.1},
		{"5 % lost", Conditions{Codec: Concealed(), Loss: 0.05}, 93.2 - 95*5/30.1},
		{"5 % lost, nothing concealed", Conditions{Codec: Bare(), Loss: 0.05}, 93.2 - 95*5/9.3},
		{"5 % lost in bursts", Conditions{Codec: Concealed(), Loss: 0.05, BurstR: 2}, 93.2 - 95*5/27.6},
		{"all lost", Conditions{Codec: Concealed(), Loss: 1}, 93.2 - 95*100/125.1},
		{"a codec of 8 kbit/s", Conditions{Codec: Codec{11, 19}, Loss: 0.02}, 93.2 - 11 - 84*2/21.0},
		{"worse than nothing", Conditions{Codec: Codec{95, 1}, Delay: time.Second}, 0},
	} {
		if got := c.on.R(); math.Abs(got-c.r) > 0.06 {
			t.Errorf("%s: R is %.2f, want %.2f", c.name, got, c.r)
		}
	}
}

// With echo well cancelled the impairment follows two straight lines (Cole and Rosenbluth, Voice over IP Performance Monitoring, 2001):
// 0.024 a millisecond, and 0.11 more from 177.3 ms on. Echo that is not cancelled makes delay much worse.
func TestDelay(t *testing.T) {
	for delay := 20.0; delay <= 350; delay += 10 {
		want := 93.2 - 0.024*delay - 0.11*max(0, delay-177.3)
		got := Conditions{Codec: Concealed(), Delay: time.Duration(delay) * ms}.R()
		if math.Abs(got-want) > 1.5 {
			t.Errorf("%v ms: R is %.1f, want about %.1f", delay, got, want)
		}
	}
	for _, c := range []struct{ telr, from, to float64 }{{100, 92, 93.3}, {65, 90, 91.5}, {45, 66, 76}, {35, 40, 56}} {
		if got := (Conditions{Codec: Concealed(), Delay: 100 * ms, TELR: c.telr}).R(); got < c.from || got > c.to {
			t.Errorf("100 ms with an echo of -%v dB: R is %.1f, want %v to %v", c.telr, got, c.from, c.to)
		}
	}
	last := 100.0
	for delay := time.Duration(0); delay < 2*time.Second; delay += 5 * ms {
		r := Conditions{Codec: Concealed(), Delay: delay}.R()
		if r > last+1e-9 {
			t.Fatalf("R rises from %v to %v at %v", last, r, delay)
		}
		last = r
	}
}

// G.107 Annex B table: R of 90, 80, 70, 60 and 50 are MOS of 4.34, 4.03, 3.60, 3.10 and 2.58.
func TestMOS(t *testing.T) {
	for r, want := range map[float64]float64{-5: 1, 0: 1, 3: 1, 50: 2.58, 60: 3.10, 70: 3.60, 80: 4.03, 90: 4.34, 93.2: 4.41, 100: 4.5, 120: 4.5, math.NaN(): 1} {
		if got := MOS(r); math.Abs(got-want) > 0.008 {
			t.Errorf("R = %v is a MOS of %.3f, want %.2f", r, got, want)
		}
	}
}

func BenchmarkR(b *testing.B) {
	c := Conditions{Codec: Concealed(), Loss: 0.02, BurstR: 1.5, Delay: 180 * ms}
	b.ReportAllocs()
	for b.Loop() {
		MOS(c.R())
	}
}

func BenchmarkPacket(b *testing.B) {
	var bursts Bursts
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		i++
		bursts.Packet(i%50 < 2)
	}
}
