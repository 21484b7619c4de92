package agc

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"intercom/media/voice"
)

const rate = 8000

// said is a talker at a level in dBFS while he speaks, over noise at another.
func said(seed uint64, seconds, speech, noise float64) []int16 {
	r := rand.New(rand.NewPCG(seed, 8))
	x := voice.New(seed, []float64{105, 210, 140}[seed%3]).Speak(seconds, rate)
	for i, v := range x {
		y := float64(v)*math.Pow(10, (speech-voice.Level)/20) + 32768/math.Sqrt2*math.Pow(10, noise/20)*r.NormFloat64()
		x[i] = int16(math.Round(min(max(y, math.MinInt16), math.MaxInt16)))
	}
	return x
}

// heard runs a new controller over near and returns the gain in dB after each block.
func heard(c *Controller, near, far []int16) (gains []float64) {
	for i := 0; i+80 <= len(near); i += 80 {
		c.Process(near[i:i+80], far[i:i+80])
		gains = append(gains, c.Gain())
	}
	return gains
}

// Talkers at all distances come out alike, and then the gain rests: the seeds are not those that the constants were chosen with.
func TestTalkersComeToTheTarget(t *testing.T) {
	for seed := uint64(900); seed < 902; seed++ {
		for _, in := range []float64{-36, -32, -25, -21, -15, -10} {
			near := said(seed, 16, in, -75)
			gains := heard(New(rate), near, make([]int16, len(near)))
			settled := gains[1100:]
			out := in + settled[len(settled)-1]
			if math.Abs(out-Target) > Slack+0.5 {
				t.Errorf("talker %d at %v dBFS comes out at %.1f, want %v ± %v", seed, in, out, Target, Slack)
			}
			if pump := slices.Max(settled) - slices.Min(settled); pump > 1.5 {
				t.Errorf("talker %d at %v dBFS: the gain moves by %.1f dB from 11 s to 16 s, want at most 1.5", seed, in, pump)
			}
		}
	}
}

func TestPausesAndNoiseAreNotRaised(t *testing.T) {
	near := said(910, 20, -34, -70)
	for i := 10 * rate; i < len(near); i++ {
		near[i] = near[i-5*rate] / 64 // a pause of 10 s
	}
	gains := heard(New(rate), near, make([]int16, len(near)))
	if d := gains[len(gains)-1] - gains[1010]; math.Abs(d) > 0.5 {
		t.Errorf("the gain changes by %.1f dB in a pause, want at most 0.5", d)
	}
	for _, noise := range []float64{-60, -40} {
		near := said(911, 20, -90, noise)
		if g := heard(New(rate), near, make([]int16, len(near))); math.Abs(g[len(g)-1]) > 0.5 {
			t.Errorf("noise at %v dBFS is changed by %.1f dB, want at most 0.5", noise, g[len(g)-1])
		}
	}
	near = said(912, 20, -40, -52) // a soft talker in loud noise: only 4 dB are left
	if g := heard(New(rate), near, make([]int16, len(near))); slices.Max(g) > noisy+52+3 {
		t.Errorf("noise at -52 dBFS is raised by %.1f dB, want about 4", slices.Max(g))
	}
}

// What is left of an echo looks like a soft talker.
func TestEchoIsNotRaised(t *testing.T) {
	far := said(920, 20, -20, -90)
	near := make([]int16, len(far))
	for i := 400; i < len(near); i++ {
		near[i] = far[i-400] / 8 // −38 dBFS
	}
	if g := heard(New(rate), near, far); slices.Max(g) > 0.5 {
		t.Errorf("an echo is raised by %.1f dB, want none", slices.Max(g))
	}
}

func TestNothingIsCutOff(t *testing.T) {
	c := New(rate)
	quiet := said(930, 15, -36, -80)
	heard(c, quiet, make([]int16, len(quiet)))
	loud := said(931, 2, -6, -80) // he comes near all at once
	in := slices.Clone(loud)
	heard(c, loud, make([]int16, len(loud)))
	flat, run := 0, 0
	for i, v := range loud {
		if v > ceiling || v < -ceiling {
			t.Fatalf("sample %d is %d, beyond %d", i, v, ceiling)
		}
		if run++; v < ceiling && v > -ceiling {
			run = 0
		}
		flat = max(flat, run)
	}
	if flat > 5 {
		t.Errorf("%d samples in a row are at the ceiling, want at most 5: the limiter shall turn down, not cut off", flat)
	}
	if c.Gain() > 6 {
		t.Errorf("the gain is still %.1f dB, with a talker at −6 dBFS for 2 s", c.Gain())
	}
	if slices.Equal(in, loud) {
		t.Error("nothing was done")
	}
}

func TestWhatIsRightIsNotTouched(t *testing.T) {
	in := said(940, 10, Target, -90)
	out := slices.Clone(in)
	heard(New(rate), out, make([]int16, len(out)))
	if !slices.Equal(in, out) {
		t.Error("a talker at the target is changed")
	}
}

func TestNothingAllocates(t *testing.T) {
	c, x := New(rate), said(950, 1, -30, -60)
	if n := testing.AllocsPerRun(3, func() { c.Process(x, x) }); n != 0 {
		t.Errorf("%v allocations in a second, want none", n)
	}
}

func BenchmarkBlock(b *testing.B) {
	for _, rate := range []int{8000, 16000} {
		b.Run(fmt.Sprintf("%dHz", rate), func(b *testing.B) {
			c, x, far := New(rate), said(1, 2, -35, -70), make([]int16, rate/100)
			y, n, i := make([]int16, rate/100), rate/100, 0
			b.ReportAllocs()
			for b.Loop() {
				copy(y, x[i:])
				c.Process(y, far)
				i = (i + n) % (len(x) - n)
			}
		})
	}
}

// One bang does not leave the visitor soft.
func TestLimiterLetsGo(t *testing.T) {
	l := newLimiter(rate)
	bang, after := make([]int16, 80), make([]int16, 80)
	for i := range bang {
		bang[i] = math.MaxInt16
	}
	l.amplify(bang, 4)
	if l.gain > 0.3 {
		t.Fatalf("the limiter is at %.2f after a bang, want it down", l.gain)
	}
	for range 50 {
		l.amplify(after, 1)
	}
	if l.gain != 1 {
		t.Errorf("the limiter is still at %.2f half a second after a bang, want 1", l.gain)
	}
}
