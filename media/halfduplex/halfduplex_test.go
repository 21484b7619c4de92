package halfduplex

import (
	"math/rand/v2"
	"testing"

	"intercom/media/voice"
)

const (
	rate  = 8000
	block = 80
)

func talk(seed uint64, seconds float64) []int16 {
	return voice.New(seed, []float64{105, 210, 140}[seed%3]).Speak(seconds, rate)
}

// mixed is x so many samples later and at a gain, with noise.
func mixed(x []int16, late int, gain float64) []int16 {
	r := rand.New(rand.NewPCG(uint64(late), 1))
	y := make([]int16, len(x))
	for i := range y {
		v := 20 * r.NormFloat64()
		if i >= late {
			v += gain * float64(x[i-late])
		}
		y[i] = int16(v)
	}
	return y
}

func scaled(x []int16, gain float64) []int16 {
	y := make([]int16, len(x))
	for i, v := range x {
		y[i] = int16(gain * float64(v))
	}
	return y
}

func added(x, y []int16) []int16 {
	z := make([]int16, len(x))
	for i := range z {
		z[i] = x[i]/2 + y[i]/2
	}
	return z
}

// judged lets a judge hear a whole call and returns after how many seconds the echo was first hopeless, 0 if never, and what it is in the end.
func judged(j *Judge, heard, left, far []int16) (first float64, last bool) {
	for i := 0; i+block <= len(far); i += block {
		j.Listen(heard[i:i+block], left[i:i+block], far[i:i+block])
		if j.Hopeless() && first == 0 {
			first = float64(i) / rate
		}
	}
	return first, j.Hopeless()
}

func TestEchoThatStaysIsHopeless(t *testing.T) {
	for seed := uint64(500); seed < 503; seed++ {
		far := talk(seed, 20)
		heard := mixed(far, 400+int(seed%5)*300, 0.5)
		if first, _ := judged(new(Judge), heard, scaled(heard, 0.7), far); first == 0 || first > 15 {
			t.Errorf("talker %d: hopeless after %.1f s, want at most 15 (0 is never)", seed, first)
		}
	}
}

func TestNoEchoAndDoubleTalkAreNotHopeless(t *testing.T) {
	for seed := uint64(510); seed < 513; seed++ {
		far, near := talk(seed, 40), talk(seed+100, 40)
		if first, _ := judged(new(Judge), near, near, far); first != 0 {
			t.Errorf("talkers %d: a headset is hopeless after %.1f s", seed, first)
		}
		echo := mixed(far, 500, 0.5)
		if first, _ := judged(new(Judge), added(near, echo), added(near, scaled(echo, 0.03)), far); first != 0 {
			t.Errorf("talkers %d: double talk is hopeless after %.1f s", seed, first)
		}
		if first, _ := judged(new(Judge), echo, scaled(echo, 0.01), far); first != 0 {
			t.Errorf("talker %d: an echo that is cancelled is hopeless after %.1f s", seed, first)
		}
	}
}

func TestHopeReturns(t *testing.T) {
	far := talk(520, 40)
	heard := mixed(far, 400, 0.5)
	j := new(Judge)
	if _, last := judged(j, heard, heard, far); !last {
		t.Fatal("an echo that nothing is taken from is not hopeless")
	}
	if _, last := judged(j, heard, scaled(heard, 0.02), far); last {
		t.Error("an echo that is cancelled for 40 s is still hopeless")
	}
}

// turns runs a conversation in turns: first the house speaks, then nobody, then the visitor, then the house falls in.
func TestTurns(t *testing.T) {
	house, visitor, quiet := talk(530, 3), talk(531, 3), make([]int16, 3*rate)
	s := new(Switch)
	run := func(said, answer []int16) (microphone, speaker float64) {
		var n int
		for i := 0; i+block <= len(said); i += block {
			_, spk := s.Gains()
			given := scaled(said[i:i+block], float64(spk))
			echo := scaled(given, 0.8)
			near := make([]int16, block)
			for k := range near {
				near[k] = echo[k] + answer[i+k]
			}
			s.Listen(near, given)
			if i > len(said)/2 {
				m, p := s.Gains()
				microphone, speaker, n = microphone+float64(m), speaker+float64(p), n+1
			}
		}
		return microphone / float64(n), speaker / float64(n)
	}
	if m, s := run(house, quiet); m > 0.3 || s < 0.9 {
		t.Errorf("while the house speaks the microphone is at %.2f and the loudspeaker at %.2f, want it down and up", m, s)
	}
	if m, s := run(quiet, visitor); m < 0.9 || s > 0.5 {
		t.Errorf("while the visitor speaks the microphone is at %.2f and the loudspeaker at %.2f, want it up and down", m, s)
	}
	if m, s := run(house, scaled(visitor, 0.9)); m < 0.25 || s < 0.25 {
		t.Errorf("when both speak the microphone is at %.2f and the loudspeaker at %.2f on average, want a part for either", m, s)
	}
	s.Release()
	if m, p := s.Gains(); m != 1 || p != 1 {
		t.Errorf("released, the gains are %v and %v, want 1", m, p)
	}
}

func TestNothingAllocates(t *testing.T) {
	j, s, x := new(Judge), new(Switch), talk(1, 0.01)
	if n := testing.AllocsPerRun(100, func() { j.Listen(x, x, x); s.Listen(x, x) }); n != 0 {
		t.Errorf("%v allocations in a block, want none", n)
	}
}

func BenchmarkBlock(b *testing.B) {
	j, s, x := new(Judge), new(Switch), talk(1, 0.01)
	b.ReportAllocs()
	for b.Loop() {
		j.Listen(x, x, x)
		s.Listen(x, x)
	}
}
