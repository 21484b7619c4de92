package align_test

import (
	"math"
	"testing"
	"time"

	"intercom/media/align"
	"intercom/media/g711"
	"intercom/media/voice"
)

const rate = 8000

func talk(seed uint64, seconds float64) []int16 { return voice.New(seed, 120).Speak(seconds, rate) }

// wantFound: the whole of it, at a correlation that the acceptance of a call asks for, without gaps.
func wantFound(t *testing.T, why string, r align.Report) {
	t.Helper()
	t.Logf("%s: correlation %.4f, found %.3f, lag %v, gain %.2f dB", why, r.Correlation, r.Found, r.Lag, r.Gain)
	if r.Correlation < 0.95 || r.Found < 0.95 {
		t.Errorf("%s: correlation %.3f, found %.3f; want 0.95", why, r.Correlation, r.Found)
	}
	if len(r.Gaps) != 0 {
		t.Errorf("%s: gaps %v, want none", why, r.Gaps)
	}
}

func wantNear(t *testing.T, why string, got, want, tolerance time.Duration) {
	t.Helper()
	if d := got - want; d < -tolerance || d > tolerance {
		t.Errorf("%s: %v, want %v ± %v", why, got, want, tolerance)
	}
}

func TestSameSignal(t *testing.T) {
	for _, rate := range []int{8000, 16000, 44100, 48000} {
		sent := voice.New(1, 180).Speak(2, rate)
		r := align.Align(sent, sent, rate)
		wantFound(t, "itself", r)
		if r.Lag != 0 || math.Abs(r.Gain) > 1e-9 || r.Correlation < 0.9999 || r.Found != 1 {
			t.Errorf("at %d Hz against itself: %+v", rate, r)
		}
	}
}

func TestLagAndGain(t *testing.T) {
	sent := talk(2, 3)
	for _, late := range []time.Duration{time.Millisecond, 137 * time.Millisecond, 3 * time.Second} {
		for _, gain := range []float64{-20, 3} {
			r := align.Align(sent, amplify(delay(sent, late), gain), rate)
			wantFound(t, "late", r)
			wantNear(t, "lag", r.Lag, late, 0)
			if math.Abs(r.Gain-gain) > 0.1 {
				t.Errorf("gain %.2f dB, want %v", r.Gain, gain)
			}
		}
	}
}

// The recording began in mid-sentence: what came before is not found, the rest is, earlier than it was sent.
func TestRecordingBeginsLate(t *testing.T) {
	sent := talk(3, 8)
	r := align.Align(sent, sent[2*rate:], rate)
	wantNear(t, "lag", r.Lag, -2*time.Second, 0)
	if r.Correlation < 0.99 || r.Found < 0.6 || r.Found > 0.85 {
		t.Errorf("correlation %.3f, found %.3f; want three quarters", r.Correlation, r.Found)
	}
	if r.LongestGap() < 300*time.Millisecond {
		t.Errorf("longest gap %v; what is missing at the beginning is one", r.LongestGap())
	}
}

func TestG711(t *testing.T) {
	sent := talk(4, 10)
	a, u := make([]int16, len(sent)), make([]int16, len(sent))
	codes := make([]byte, len(sent))
	g711.EncodeA(codes, sent)
	g711.DecodeA(a, codes)
	g711.EncodeU(codes, a) // transcoded
	g711.DecodeU(u, codes)
	wantFound(t, "A-law", align.Align(sent, a, rate))
	wantFound(t, "A-law, then µ-law", align.Align(sent, u, rate))
}

func TestResampling(t *testing.T) {
	sent := talk(5, 10)
	heard := convert(t, 48000, 8000, convert(t, 8000, 48000, sent))
	r := align.Align(sent, heard, rate)
	wantFound(t, "8 to 48 to 8 kHz", r)
	wantNear(t, "lag", r.Lag, 5625*time.Microsecond, 30*time.Microsecond) // twice the filter's delay
}

// Half a sample alone would take a tenth off the correlation.
func TestPartsOfASample(t *testing.T) {
	sent := talk(5, 10)
	fine := convert(t, 8000, 16000, sent)
	for _, late := range []int{0, 1} {
		r := align.Align(sent, convert(t, 16000, 8000, delayed(fine, late)), rate)
		if r.Correlation < 0.995 {
			t.Errorf("%d half samples late: correlation %.4f, want 0.995", late, r.Correlation)
		}
	}
}

func delayed(x []int16, samples int) []int16 { return append(make([]int16, samples), x...) }

// A card whose clock is 200 ppm off is 12 ms away after a minute.
func TestClockDrift(t *testing.T) {
	sent := talk(6, 60)
	for _, ppm := range []float64{200, -200} {
		r := align.Align(sent, delay(drift(sent, ppm), 400*time.Millisecond), rate)
		wantFound(t, "drift", r)
		wantNear(t, "lag", r.Lag, 400*time.Millisecond, 8*time.Millisecond)
	}
}

// A jitter buffer that follows the network cuts out and inserts pitch periods.
func TestTimeScaling(t *testing.T) {
	sent := talk(7, 20)
	r := align.Align(sent, stretch(sent, 900*time.Millisecond), rate)
	t.Logf("correlation %.4f, found %.3f", r.Correlation, r.Found)
	if r.Correlation < 0.95 || r.Found < 0.75 || r.LongestGap() > 40*time.Millisecond {
		t.Errorf("correlation %.3f, found %.3f, longest gap %v", r.Correlation, r.Found, r.LongestGap())
	}
}

// A buffer that has to wait for a spike of the network jumps; the trace is taken up again.
func TestJump(t *testing.T) {
	sent := talk(8, 20)
	half := 10 * rate
	heard := append(append([]int16{}, sent[:half]...), make([]int16, rate/4)...)
	heard = append(heard, sent[half:]...)
	r := align.Align(sent, heard, rate)
	if r.Correlation < 0.99 || r.Found < 0.95 {
		t.Errorf("correlation %.3f, found %.3f", r.Correlation, r.Found)
	}
}

func TestOtherSoundAround(t *testing.T) {
	sent := talk(9, 5)
	heard := append(hiss(3*rate, 3000), sent...)
	heard = append(heard, talk(10, 4)...)
	r := align.Align(sent, heard, rate)
	wantFound(t, "noise before, another talker after", r)
	wantNear(t, "lag", r.Lag, 3*time.Second, 0)
}

func TestNoiseBelowSpeech(t *testing.T) {
	sent := talk(11, 8)
	r := align.Align(sent, add(delay(sent, 90*time.Millisecond), hiss(9*rate, 300)), rate)
	wantFound(t, "noise 20 dB below", r)
}

// Another talker is not taken for the one that was sent, whatever the pitch, and neither is noise or silence.
func TestWrongSignal(t *testing.T) {
	sent := talk(1, 6)
	for name, heard := range map[string][]int16{
		"another talker":                  talk(2, 6),
		"another talker, twice as long":   talk(3, 12),
		"another talker of another pitch": voice.New(4, 190).Speak(6, rate),
		"the same words at another pitch": voice.New(1, 135).Speak(6, rate),
		"the same talker, later":          talk(1, 12)[6*rate:],
		"the same backwards":              backwards(sent),
		"noise":                           hiss(6*rate, 3000),
		"a hum":                           hum(6*rate, 120),
		"silence":                         make([]int16, 6*rate),
		"nothing":                         nil,
		"a constant":                      constant(6*rate, 1000),
	} {
		r := align.Align(sent, heard, rate)
		t.Logf("%s: correlation %.3f, found %.3f", name, r.Correlation, r.Found)
		if r.Correlation >= 0.4 || r.Found > 0.02 {
			t.Errorf("%s: correlation %.3f, found %.3f; want below 0.4 and 0.02", name, r.Correlation, r.Found)
		}
	}
}

// Any two of the demonstration's talkers are told apart, even at the same pitch.
func TestTalkersAreToldApart(t *testing.T) {
	for sent := range uint64(3) {
		for heard := range uint64(3) {
			for _, pitch := range []float64{120, 170} {
				if sent == heard && pitch == 120 {
					continue
				}
				r := align.Align(talk(sent, 4), voice.New(heard, pitch).Speak(4, rate), rate)
				if r.Correlation >= 0.4 || r.Found > 0.05 {
					t.Errorf("talkers %d and %d at %v Hz: correlation %.3f, found %.3f", sent, heard, pitch, r.Correlation, r.Found)
				}
			}
		}
	}
}

// Half of the recording is another talker's: the share found says so, where the median alone would not.
func TestHalfIsWrong(t *testing.T) {
	sent, other := talk(1, 12), talk(2, 12)
	heard := append(append([]int16{}, sent[:7*rate]...), other[7*rate:]...)
	r := align.Align(sent, heard, rate)
	if r.Found < 0.45 || r.Found > 0.7 {
		t.Errorf("found %.3f, want about 7/12", r.Found)
	}
}

// Every muted stretch that mattered is named, where it is and as long as it is, even while the clock drifts.
func TestGaps(t *testing.T) {
	sent := talk(12, 15)
	for _, length := range []time.Duration{40 * time.Millisecond, 60 * time.Millisecond, 200 * time.Millisecond} {
		heard := append([]int16{}, sent...)
		var cut []time.Duration
		for at := rate; at < len(sent)-rate; at += 5 * rate / 2 {
			from := loudest(sent, at, at+rate, samplesOf(length))
			clear(heard[from : from+samplesOf(length)])
			cut = append(cut, time.Duration(from)*time.Second/rate)
		}
		r := align.Align(sent, delay(drift(heard, 100), 250*time.Millisecond), rate)
		if len(r.Gaps) != len(cut) {
			t.Fatalf("%v muted at %v: gaps %v", length, cut, r.Gaps)
		}
		for i, g := range r.Gaps {
			// Where the sound that is missing was itself soft at its edges, the gap is shorter by that.
			wantNear(t, "gap at", g.At, cut[i], 20*time.Millisecond)
			wantNear(t, "gap of", g.Length, length, 20*time.Millisecond)
		}
	}
}

// What is silent because nothing was said is no gap; nor is one lost packet that was concealed by the sound before it.
func TestNoFalseGaps(t *testing.T) {
	sent := talk(13, 20)
	heard := append([]int16{}, sent...)
	for at := rate; at+160 < len(heard); at += rate {
		copy(heard[at:at+160], heard[at-160:at])
	}
	if r := align.Align(sent, heard, rate); len(r.Gaps) != 0 {
		t.Errorf("gaps %v, want none", r.Gaps)
	}
}

func TestNothingToCompare(t *testing.T) {
	for _, sent := range [][]int16{nil, make([]int16, 100), make([]int16, 5*rate), talk(1, 0.1)} {
		if r := align.Align(sent, talk(1, 5), rate); r.Correlation != 0 || r.Found != 0 || r.Gaps != nil {
			t.Errorf("%d samples without speech: %+v, want a zero report", len(sent), r)
		}
	}
}

func BenchmarkTenSeconds(b *testing.B) {
	sent := talk(1, 10)
	heard := delay(sent, 100*time.Millisecond)
	for b.Loop() {
		align.Align(sent, heard, rate)
	}
}
