package media

import (
	"math"
	"math/rand/v2"
	"net/netip"
	"testing"

	"intercom/media/voice"
)

// doorstep is an engine with all that a door station does for its microphone, and a stream, so that somebody listens.
func doorstep(t testing.TB) (*Engine, *handCard) {
	t.Helper()
	e, card := byHand(t, Options{EchoCanceller: true, NoiseSuppression: true, AutomaticGain: true, HalfDuplex: true})
	if _, err := e.Listen(netip.MustParseAddr("127.0.0.1")); err != nil {
		t.Fatal(err)
	}
	return e, card
}

// rattle is what a microphone hears of a loudspeaker that is driven far beyond what it can do, and moves: nothing linear explains it.
func rattle(r *rand.Rand, echo, said []int16) {
	for i, v := range said {
		if v != 0 {
			echo[i] = int16(math.Copysign(3000*(0.2+r.Float64()), r.NormFloat64()) * min(math.Abs(float64(v))/2000, 1))
		} else {
			echo[i] = 0
		}
	}
}

func TestEchoThatCannotBeCancelledGivesTurns(t *testing.T) {
	e, card := doorstep(t)
	play(t, e, Signal{Samples: voice.New(61, 140).Speak(30, 8000), Rate: 8000})
	r := rand.New(rand.NewPCG(61, 1))
	echo, block := make([]int16, 80), make([]int16, 80)
	var came, went float64
	for period := range 3000 {
		copy(block, echo)
		rattle(r, echo, card.run(1, block))
		if period >= 2000 {
			for i, v := range e.speech {
				came += float64(block[i]) * float64(block[i])
				went += float64(v) * float64(v)
			}
		}
	}
	if !e.HalfDuplex() {
		t.Fatal("a rattling loudspeaker still has both heard at once after 30 s")
	}
	if d := 10 * math.Log10(came/(went+1)); d < 20 {
		t.Errorf("the house hears its echo %.1f dB softer, want at least 20", d)
	}
}

func TestEchoThatIsCancelledGivesNoTurns(t *testing.T) {
	e, card := doorstep(t)
	play(t, e, Signal{Samples: voice.New(62, 140).Speak(30, 8000), Rate: 8000})
	near := voice.New(63, 200).Speak(30, 8000)
	echo := make([]int16, 80)
	for period := range 3000 {
		block := near[period*80:][:80]
		for i := range block {
			block[i] = block[i]/2 + echo[i]/2
		}
		copy(echo, card.run(1, block))
		if e.HalfDuplex() {
			t.Fatalf("house and visitor are heard in turns after %d ms", period*10)
		}
	}
}

func TestMicrophoneAllocatesNothing(t *testing.T) {
	m := newMicrophone(8000, Options{EchoCanceller: true, NoiseSuppression: true, AutomaticGain: true, HalfDuplex: true})
	near, far := voice.New(1, 120).Speak(0.01, 8000), voice.New(2, 120).Speak(0.01, 8000)
	if n := testing.AllocsPerRun(300, func() { m.process(near, far) }); n != 0 {
		t.Errorf("%v allocations in a block, want none", n)
	}
}

func BenchmarkMicrophone(b *testing.B) {
	for _, rate := range []int{8000, 16000} {
		b.Run(map[int]string{8000: "8000Hz", 16000: "16000Hz"}[rate], func(b *testing.B) {
			m := newMicrophone(rate, Options{EchoCanceller: true, NoiseSuppression: true, AutomaticGain: true, HalfDuplex: true})
			far := voice.New(2, 120).Speak(2, rate)
			near, i := make([]int16, rate/100), 0
			b.ReportAllocs()
			for b.Loop() {
				copy(near, far[max(i-rate/100, 0):])
				m.process(near, far[i:i+rate/100])
				i = (i + rate/100) % len(far)
			}
		})
	}
}

// The noise of the place is as loud while the house speaks, when what is heard of it is made, as while nobody does.
func TestComfortNoiseIsAsLoudAsWhatIsLeftOfTheNoise(t *testing.T) {
	const rate = 8000
	m := newMicrophone(rate, Options{EchoCanceller: true, NoiseSuppression: true})
	r := rand.New(rand.NewPCG(64, 1))
	far := append(make([]int16, 4*rate), voice.New(65, 130).Speak(8, rate)...)
	near := make([]int16, len(far))
	for i := range near {
		near[i] = int16(100 * r.NormFloat64())
		if i >= rate/50 {
			near[i] += far[i-rate/50] / 2
		}
	}
	for i := 0; i < len(near); i += rate / 100 {
		m.process(near[i:i+rate/100], far[i:i+rate/100])
	}
	level := func(x []int16) float64 {
		sum := 0.0
		for _, v := range x {
			sum += float64(v) * float64(v)
		}
		return 10 * math.Log10(sum/float64(len(x)))
	}
	alone, under := level(near[2*rate:4*rate]), level(near[8*rate:])
	t.Logf("noise of 40 dB is %.1f dB alone and %.1f dB under the house's voice", alone, under)
	if math.Abs(alone-under) > 3 {
		t.Errorf("the noise changes by %.1f dB when the house speaks, want at most 3", under-alone)
	}
	if alone > 40-12 {
		t.Errorf("noise of 40 dB is turned down to %.1f dB only", alone)
	}
}
