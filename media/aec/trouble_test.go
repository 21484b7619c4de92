package aec

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"intercom/media/align"
	"intercom/media/voice"
)

func TestNoiseOfThePlaceGoesOnUnderTheFarTalker(t *testing.T) {
	s := scenes(8000)[0]
	far := slices.Clone(s.far)
	clear(far[:s.after(2)]) // first there is nothing but noise
	r := rand.New(rand.NewPCG(1, 1))
	microphone := s.room(0.128, -6).echo(far, s.rate)
	for i := range microphone {
		microphone[i] += 30 * r.NormFloat64()
	}
	_, out := s.call(far, microphone)
	before, under := rms(floats(out[s.after(1):s.after(2)])), rms(floats(out[s.after(5):]))
	if d := 20 * math.Log10(under/before); math.Abs(d) > 3 {
		t.Errorf("the noise changes by %.1f dB when the far talker speaks, want at most 3", d)
	}
}

func TestMicrophoneThatIsCutOffTeachesNothing(t *testing.T) {
	s := scenes(8000)[1]
	echo := s.room(0.128, -3).echo(s.far, s.rate)
	stuck := slices.Clone(echo)
	for i := s.after(4); i < s.after(6); i++ {
		stuck[i] = math.MaxInt16
	}
	in, out := s.call(s.far, stuck)
	if got := erle(in[s.after(7):], out[s.after(7):]); got < 40 {
		t.Errorf("ERLE is %.1f dB a second after a microphone stuck at full scale, want 40", got)
	}
}

func TestBlocksMayComeTogether(t *testing.T) {
	s := scenes(8000)[2]
	in := rounded(s.room(0.064, -6).echo(s.far[:s.after(2)], s.rate))
	far := rounded(s.far[:s.after(2)])
	whole, parts := slices.Clone(in), slices.Clone(in)
	New(s.rate).Process(whole, far)
	c := New(s.rate)
	for i := 0; i < len(parts); i += 80 {
		c.Process(parts[i:i+80], far[i:i+80])
	}
	if !slices.Equal(whole, parts) {
		t.Error("two seconds in one call sound other than in blocks of 10 ms")
	}
}

func TestSilenceStaysSilent(t *testing.T) {
	for _, rate := range rates {
		near := make([]int16, 10*rate)
		New(rate).Process(near, make([]int16, len(near)))
		if i := slices.IndexFunc(near, func(v int16) bool { return v != 0 }); i >= 0 {
			t.Errorf("at %d Hz, sample %d of silence is %d", rate, i, near[i])
		}
	}
}

// Digital silence between words, as simulated microphones have it, must not lead to what is no number.
func TestNothingIsLostBetweenSilences(t *testing.T) {
	for _, rate := range rates {
		for seed := range uint64(4) {
			near, far := voice.New(seed, 120).Speak(4, rate), voice.New(seed+1, 190).Speak(4, rate)
			out := slices.Clone(near)
			New(rate).Process(out, far)
			if r := align.Align(near, out, rate); r.Correlation < 0.98 || r.LongestGap() > 40*time.Millisecond {
				t.Errorf("talkers %d at %d Hz: correlation %.3f, longest gap %v; want 0.98 and 40 ms", seed, rate, r.Correlation, r.LongestGap())
			}
		}
	}
}

func TestDelayIsFound(t *testing.T) {
	for _, blocks := range []int{0, 7, 23, 45} {
		s := scenes(16000)[3]
		r := s.room(0.064, -3)
		r.delay = float64(blocks) * 0.01
		c := New(s.rate)
		c.Process(rounded(r.echo(s.far, s.rate)), rounded(s.far))
		if got := c.far.delay; got > blocks || got < blocks-Partitions/4 {
			t.Errorf("the filter begins %d blocks after the far end's sound, want a little less than the echo's %d", got, blocks)
		}
	}
}
