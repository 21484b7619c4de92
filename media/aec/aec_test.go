package aec

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"intercom/media/align"
	"intercom/media/voice"
)

// rates are those of the engine.
var rates = []int{8000, 16000}

// tuning takes other talkers and rooms than those that are judged. Constants are chosen with these alone:
//
//	go test ./media/aec -tuning -v
var tuning = flag.Bool("tuning", false, "take the talkers and rooms that constants may be chosen with, not those that are judged")

// The seeds of the talkers and rooms judged here are not those that the constants were chosen with.
const (
	farSeed, nearSeed = 4100, 5200
	roomSeed          = 6300
	rounds            = 4 // talkers and rooms in each test
)

// level is how loud talkers speak, in units of a sample: −24 dBFS.
const level = 2000

// scene is one round: who speaks, and where.
type scene struct {
	rate      int
	seed      uint64
	far, near []float64 // 10 s and 5 s
}

// scenes are different in every round: men and women at either end. They are made once for each rate, and not changed.
func scenes(rate int) []scene {
	if rate == 8000 {
		return narrow()
	}
	return wide()
}

var (
	narrow = sync.OnceValue(func() []scene { return newScenes(8000) })
	wide   = sync.OnceValue(func() []scene { return newScenes(16000) })
)

func newScenes(rate int) []scene {
	var all []scene
	first := uint64(0)
	if *tuning {
		first = 50000
	}
	for i := first; i < first+rounds; i++ {
		far := voice.New(farSeed+i, []float64{105, 190, 130, 220}[i%4])
		near := voice.New(nearSeed+i, []float64{200, 115, 95, 150}[i%4])
		all = append(all, scene{rate, i, spoken(far, 10, rate), spoken(near, 5, rate)})
	}
	return all
}

func spoken(t voice.Talker, seconds float64, rate int) []float64 {
	return scaled(floats(t.Speak(seconds, rate)), level)
}

// scaled brings what is not silent to a level.
func scaled(x []float64, level float64) []float64 {
	gain := level / speaking(x)
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = v * gain
	}
	return y
}

// speaking is the RMS value over what is not silent.
func speaking(x []float64) float64 {
	sum, n := 0.0, 1
	for i := 0; i+80 <= len(x); i += 80 {
		if v := rms(x[i : i+80]); v > 30 {
			sum += v * v
			n++
		}
	}
	return math.Sqrt(sum / float64(n))
}

// room is this round's, 30 ms from the loudspeaker.
func (s scene) room(tail, gain float64) room {
	return room{seed: roomSeed + s.seed, tail: tail, delay: 0.03, gain: gain}
}

// after is the index of a time in s.
func (s scene) after(seconds float64) int { return int(seconds * float64(s.rate)) }

// call gives the microphone's sound, with a little noise of its own, and the loudspeaker's to a new canceller.
func (s scene) call(far, microphone []float64) (in, out []int16) {
	r := rand.New(rand.NewPCG(s.seed, 9))
	noisy := slices.Clone(microphone)
	for i := range noisy {
		noisy[i] += 0.5 * r.NormFloat64()
	}
	in = rounded(noisy)
	out = slices.Clone(in)
	New(s.rate).Process(out, rounded(far))
	return in, out
}

// with returns x with the near talker in it from an index on.
func with(x, near []float64, from int) []float64 {
	y := slices.Clone(x)
	for i, v := range near {
		y[from+i] += v
	}
	return y
}

// median of what a test measured in each round.
func median(x []float64) float64 {
	slices.Sort(x)
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

// measure takes a figure in every round at every rate and holds its median against what has been reached.
func measure(t *testing.T, name string, figure func(scene) float64, good func(float64) bool, want string) {
	t.Helper()
	figures(t)
	for _, rate := range rates {
		t.Run(fmt.Sprintf("%s/%dHz", name, rate), func(t *testing.T) {
			t.Parallel()
			var all []float64
			for _, s := range scenes(rate) {
				all = append(all, figure(s))
			}
			m := median(all)
			t.Logf("median %.2f of %.2f; want %s", m, all, want)
			if !good(m) {
				t.Errorf("%s is %.2f in the median of %.2f, want %s", name, m, all, want)
			}
		})
	}
}

func atLeast(v float64) (func(float64) bool, string) {
	return func(m float64) bool { return m >= v }, fmt.Sprintf("at least %v", v)
}

func atMost(v float64) (func(float64) bool, string) {
	return func(m float64) bool { return m <= v }, fmt.Sprintf("at most %v", v)
}

func TestEchoIsGone(t *testing.T) {
	for _, tail := range []float64{0.064, 0.128, 0.256} {
		good, want := atLeast(50)
		measure(t, fmt.Sprintf("ERLE in dB, tail %v s", tail), func(s scene) float64 {
			in, out := s.call(s.far, s.room(tail, -6).echo(s.far, s.rate))
			return erle(in[s.after(5):], out[s.after(5):])
		}, good, want)
	}
}

func TestDistortedEchoIsGone(t *testing.T) {
	good, want := atLeast(36)
	measure(t, "ERLE in dB, 6 % distortion", func(s scene) float64 {
		in, out := s.call(s.far, s.room(0.128, 0).echo(distort(s.far, 0.06), s.rate))
		return erle(in[s.after(5):], out[s.after(5):])
	}, good, want)
}

func TestEchoOfAStairwellIsGone(t *testing.T) {
	good, want := atLeast(27)
	measure(t, "ERLE in dB, stairwell of 325 ms", func(s scene) float64 {
		in, out := s.call(s.far, s.room(0.325, 0).echo(s.far, s.rate))
		return erle(in[s.after(5):], out[s.after(5):])
	}, good, want)
}

func TestEchoGoesSoon(t *testing.T) {
	good, want := atMost(0.6)
	measure(t, "seconds to 20 dB from the start", func(s scene) float64 {
		in, out := s.call(s.far, s.room(0.128, -3).echo(s.far, s.rate))
		return reached(in, out, s.rate)
	}, good, want)
}

func TestEchoOfAnotherPathGoesSoon(t *testing.T) {
	from := func(s scene) room { return s.room(0.128, -3) }
	for _, c := range []struct {
		name string
		to   func(room) room
		want float64
	}{
		{"path change", func(r room) room { r.seed += 100; return r }, 0.8},
		{"delay step of 25 ms", func(r room) room { r.delay += 0.025; return r }, 1},
		{"delay step of 150 ms", func(r room) room { r.delay += 0.15; return r }, 1},
		{"delay step of 300 ms", func(r room) room { r.delay += 0.3; return r }, 1},
		{"delay step of −25 ms", func(r room) room { r.delay -= 0.025; return r }, 1},
	} {
		good, want := atMost(c.want)
		measure(t, "seconds to 20 dB after a "+c.name, func(s scene) float64 {
			old, fresh := from(s).echo(s.far, s.rate), c.to(from(s)).echo(s.far, s.rate)
			at := s.after(5)
			in, out := s.call(s.far, slices.Concat(old[:at], fresh[at:]))
			return reached(in[at:], out[at:], s.rate)
		}, good, want)
	}
}

// doubleTalk is the near talker's SDR and level in dB while the far end goes on, which the loudspeaker turns into sound; the echo has
// a gain in dB beside the near talker.
func doubleTalk(s scene, sound []float64, r room, echoGain float64) (sdr, loud float64) {
	echo := r.echo(sound, s.rate)
	near := scaled(s.near, speaking(echo)*math.Pow(10, -echoGain/20))
	_, out := s.call(s.far, with(echo, near, s.after(5)))
	return align.Projection(rounded(near), out[s.after(5):], s.rate)
}

func TestBothAreHeard(t *testing.T) {
	good, want := atLeast(20)
	measure(t, "SDR in dB, double talk", func(s scene) float64 {
		sdr, _ := doubleTalk(s, s.far, s.room(0.128, 0), 0)
		return sdr
	}, good, want)
	good, want = atLeast(-1)
	measure(t, "level in dB, double talk", func(s scene) float64 {
		_, loud := doubleTalk(s, s.far, s.room(0.128, 0), 0)
		return loud
	}, good, want)
	good, want = atLeast(14)
	measure(t, "SDR in dB, double talk under distorted echo 6 dB louder", func(s scene) float64 {
		sdr, _ := doubleTalk(s, distort(s.far, 0.06), s.room(0.128, 0), 6)
		return sdr
	}, good, want)
	measure(t, "SDR in dB, double talk in a stairwell", func(s scene) float64 {
		sdr, _ := doubleTalk(s, s.far, s.room(0.325, 0), 0)
		return sdr
	}, good, want)
}

func TestNearTalkerAloneIsLeftAsHeIs(t *testing.T) {
	alone := func(s scene) (sdr, loud float64) {
		far := slices.Clone(s.far)
		clear(far[s.after(4.7):])
		_, out := s.call(far, with(s.room(0.128, 0).echo(far, s.rate), s.near, s.after(5)))
		return align.Projection(rounded(s.near), out[s.after(5):], s.rate)
	}
	good, want := atLeast(37)
	measure(t, "SDR in dB, near talker after the far one", func(s scene) float64 {
		sdr, _ := alone(s)
		return sdr
	}, good, want)
	good, want = atMost(0.3)
	measure(t, "change of level in dB, near talker after the far one", func(s scene) float64 {
		_, loud := alone(s)
		return math.Abs(loud)
	}, good, want)
}

// Told where the echo is, the canceller needs not find it: it takes away the first words already.
func TestAnEchoThatIsExpected(t *testing.T) {
	const rate, late = 8000, 310 * time.Millisecond
	left := func(expect time.Duration) float64 {
		house := voice.New(77, 130).Speak(3, rate)
		near := make([]int16, len(house))
		for i := range near {
			if k := i - int(late.Seconds()*rate); k >= 0 {
				near[i] = house[k] / 2
			}
		}
		heard := 0.0
		c := New(rate)
		c.Expect(expect)
		for at := 0; at+80 <= len(near); at += 80 {
			c.Process(near[at:at+80], house[at:at+80])
		}
		for _, v := range near {
			heard += float64(v) * float64(v)
		}
		return 10 * math.Log10(heard)
	}
	if known, unknown := left(late), left(0); known > unknown-3 {
		t.Errorf("told the delay, %.1f dB are left of the first words, untold %.1f", known, unknown)
	}
	if wrong := left(480 * time.Millisecond); wrong > left(0)+6 {
		t.Errorf("told a wrong delay, %.1f dB are left, untold %.1f", wrong, left(0))
	}
	New(rate).Expect(time.Hour)
	New(rate).Expect(-time.Hour)
}
