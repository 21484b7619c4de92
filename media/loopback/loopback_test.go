package loopback

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// place is a loudspeaker, a room and a microphone.
type place struct {
	rate       int
	delay      time.Duration
	gain       float64       // of the direct sound, dB
	ring       time.Duration // in which the room falls by 30 dB; zero for none
	noise      float64       // dBFS
	distortion float64       // second harmonic of a full sweep, as a share
	overdrive  float64       // dB of gain before the microphone's converter
	offset     int
	skips      bool // loses 10 ms in the midst of the measurement
}

// good is a place without fault.
func good() place {
	return place{rate: 16000, delay: 43 * time.Millisecond, gain: -6, noise: -70}
}

// measure plays the whole measurement in a place.
func (w place) measure() Report {
	p := New(w.rate)
	period := w.rate / 100
	random := rand.New(rand.NewPCG(7, uint64(w.rate)))
	room := w.response(random)
	var played []float64
	play, capture := make([]int16, period), make([]int16, period)
	for at := 0; ; at += period {
		p.Process(play, capture) // what was played in this period is heard in the next
		select {
		case <-p.Done():
			return p.Report()
		default:
		}
		for _, v := range play {
			x := float64(v)
			played = append(played, x+w.distortion*(2*x*x/fullSweep-fullSweep)*min(1, math.Abs(x)))
		}
		for i := range capture {
			capture[i] = w.heard(played, room, at+i, random)
		}
	}
}

// fullSweep is the amplitude of the sweep.
var fullSweep = math.MaxInt16 * math.Pow(10, Level/20)

func (w place) response(random *rand.Rand) []float64 {
	h := []float64{1}
	if w.ring > 0 {
		fall := math.Ln10 * 1.5 / (w.ring.Seconds() * float64(w.rate))
		for i := range samples(2*w.ring, w.rate) {
			h = append(h, 0.05*random.NormFloat64()*math.Exp(-fall*float64(i)))
		}
	}
	return h
}

func (w place) heard(played, room []float64, at int, random *rand.Rand) int16 {
	at -= samples(w.delay, w.rate) - w.rate/100 // the period of delay that measure itself has
	if w.skips && at > w.rate*2 {
		at += w.rate / 100
	}
	sum := 0.0
	for i, h := range room {
		if k := at - i; k >= 0 && k < len(played) {
			sum += h * played[k]
		}
	}
	v := sum*math.Pow(10, w.gain/20) + random.NormFloat64()*math.MaxInt16/math.Sqrt2*math.Pow(10, w.noise/20)
	v = v*math.Pow(10, w.overdrive/20) + float64(w.offset)
	return int16(min(max(math.Round(v), math.MinInt16), math.MaxInt16))
}

func TestDelayAndGain(t *testing.T) {
	for _, rate := range []int{8000, 16000, 44100, 48000} {
		for _, delay := range []time.Duration{10 * time.Millisecond, 43 * time.Millisecond, 150 * time.Millisecond} {
			w := good()
			w.rate, w.delay = rate, delay
			r := w.measure()
			if off := (r.Delay - delay).Abs(); off > 2*time.Second/time.Duration(rate) || r.Found != Sweeps || r.Spread != 0 {
				t.Errorf("%d Hz, %v: delay %v, spread %v, %d sweeps found", rate, delay, r.Delay, r.Spread, r.Found)
			}
			if math.Abs(r.Gain-w.gain) > 0.5 || math.Abs(r.Noise-w.noise) > 1 || math.Abs(r.Heard-(Level+w.gain)) > 3 {
				t.Errorf("%d Hz: gain %.1f dB, noise %.1f, heard %.1f dBFS", rate, r.Gain, r.Noise, r.Heard)
			}
			if r.Distortion > -40 || r.Ring > 15*time.Millisecond { // the edges of the swept band ring so long
				t.Errorf("%d Hz: a wire distorts by %.1f dB and rings for %v", rate, r.Distortion, r.Ring)
			}
			if faults := r.Faults(); len(faults) > 0 {
				t.Errorf("%d Hz, %v: %q", rate, delay, faults)
			}
		}
	}
}

func TestRing(t *testing.T) {
	for _, ring := range []time.Duration{60 * time.Millisecond, 120 * time.Millisecond} {
		w := good()
		w.rate, w.ring = 8000, ring
		if r := w.measure(); r.Ring < ring*7/10 || r.Ring > ring*13/10 {
			t.Errorf("a room of %v is said to ring for %v", ring, r.Ring)
		}
	}
}

func TestDistortionIsTold(t *testing.T) {
	for _, share := range []float64{0.02, 0.1, 0.2} {
		w := good()
		w.rate, w.distortion = 48000, share // at which nothing is mirrored into the band
		r := w.measure()
		if want := 20 * math.Log10(share); math.Abs(r.Distortion-want) > 3 {
			t.Errorf("a second harmonic of %.0f %% is measured as %.1f dB, want %.1f", 100*share, r.Distortion, want)
		}
	}
}

// Each trouble is named, and what to do about it.
func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*place)
		want   string
	}{
		"muted microphone":    {func(w *place) { w.gain, w.noise = -200, -200 }, "gives nothing"},
		"no loudspeaker":      {func(w *place) { w.gain, w.noise = -200, -60 }, "does not hear the loudspeaker"},
		"overdriven":          {func(w *place) { w.overdrive = 30 }, "overdriven"},
		"samples lost":        {func(w *place) { w.skips = true }, "not steady"},
		"hardly heard":        {func(w *place) { w.gain, w.noise = -40, -75 }, "hardly heard"},
		"too close":           {func(w *place) { w.gain = 15 }, "louder than it is played"},
		"hum":                 {func(w *place) { w.noise = -40 }, "noise at the microphone"},
		"distorting":          {func(w *place) { w.distortion = 0.3 }, "distorts"},
		"off the middle":      {func(w *place) { w.offset = 1500 }, "off the middle"},
		"long buffers":        {func(w *place) { w.delay = 250 * time.Millisecond }, "too long for the echo canceller"},
		"stairwell":           {func(w *place) { w.ring, w.rate = 400*time.Millisecond, 8000 }, "rings for"},
		"a wire, all is well": {func(*place) {}, ""},
	} {
		w := good()
		c.change(&w)
		r := w.measure()
		got := strings.Join(r.Faults(), "\n")
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q\n%+v", name, got, c.want, r)
		}
	}
}

func TestNoiseAloneIsNoLoudspeaker(t *testing.T) {
	for seed := range 20 {
		w := good()
		w.gain, w.noise, w.rate = -200, -20-float64(seed), 8000
		if r := w.measure(); r.Found != 0 {
			t.Errorf("noise at %.0f dBFS: %d sweeps found, clear by %.1f dB", w.noise, r.Found, r.Clear)
		}
	}
}

func TestProcessDoesNotAllocate(t *testing.T) {
	p := New(48000)
	play, capture := make([]int16, 480), make([]int16, 480)
	if n := testing.AllocsPerRun(50, func() { p.Process(play, capture) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
