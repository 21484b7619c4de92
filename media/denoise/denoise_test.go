package denoise

import (
	"flag"
	"fmt"
	"math"
	"slices"
	"testing"

	"intercom/media/align"
	"intercom/media/voice"
)

// tuning takes other talkers and streets than those that are judged. Constants are chosen with these alone:
//
//	go test ./media/denoise -tuning -v
var tuning = flag.Bool("tuning", false, "take the talkers and streets that constants may be chosen with, not those that are judged")

// judged is the first seed of the talkers and streets that are judged, tuned of those that the constants were chosen with.
const judged, tuned = 7100, 50

// level is how loud talkers speak while they do, in units of a sample: −24 dBFS.
const level = 2000

// figures of one round: by how much the noise is cut, how much of what is heard is the talker, and how loud he is; in dB.
type figures struct{ cut, sdr, loud float64 }

// listen puts a talker into noise that is so many dB softer, from 4 s on: before it there is noise alone.
func listen(seed uint64, rate int, snr float64, noise func(seed uint64, seconds float64, rate int, level float64) []float64) figures {
	const alone, seconds = 4, 12
	talker := voice.New(seed, []float64{110, 205, 140, 180}[seed%4]).Speak(seconds-alone, rate)
	said := spoken(talker)
	in := noise(seed, seconds, rate, level*math.Pow(10, -snr/20))
	for i, v := range said {
		in[alone*rate+i] += v
	}
	out := rounded(in)
	New(rate).Process(out, nil)
	var f figures
	f.cut = 20 * math.Log10(rms(in[2*rate:alone*rate])/rms(floats(out[2*rate:alone*rate])))
	f.sdr, f.loud = align.Projection(rounded(said), out[alone*rate:], rate)
	return f
}

// spoken brings what is not silent to level.
func spoken(x []int16) []float64 {
	sum, n := 0.0, 1
	for _, v := range x {
		if v != 0 {
			sum += float64(v) * float64(v)
			n++
		}
	}
	y := floats(x)
	for i := range y {
		y[i] *= level / math.Sqrt(sum/float64(n))
	}
	return y
}

func floats(x []int16) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

func rounded(x []float64) []int16 {
	y := make([]int16, len(x))
	for i, v := range x {
		y[i] = int16(math.Round(min(max(v, math.MinInt16), math.MaxInt16)))
	}
	return y
}

func median(x []float64) float64 {
	slices.Sort(x)
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

func TestFigures(t *testing.T) {
	for _, c := range []struct {
		name           string
		noise          func(uint64, float64, int, float64) []float64
		snr            float64
		cut, sdr, loud float64
	}{
		{"street, 10 dB below the talker", street, 10, 15, 11.5, -1.2},
		{"street, 20 dB below the talker", street, 20, 15, 17, -0.5},
		{"wind, 5 dB below the talker", wind, 5, 10, 12, -0.5},
	} {
		for _, rate := range []int{8000, 16000} {
			t.Run(fmt.Sprintf("%s/%dHz", c.name, rate), func(t *testing.T) {
				t.Parallel()
				var cut, sdr, loud []float64
				for i := range uint64(rounds) {
					seed := judged + i
					if *tuning {
						seed = tuned + i
					}
					f := listen(seed, rate, c.snr, c.noise)
					cut, sdr, loud = append(cut, f.cut), append(sdr, f.sdr), append(loud, f.loud)
				}
				t.Logf("cut %.1f dB (want %v), SDR %.1f dB (want %v), level %.2f dB (want %v)", median(cut), c.cut, median(sdr), c.sdr, median(loud), c.loud)
				if rounds < 6 {
					return // one talker is no median
				}
				if median(cut) < c.cut || median(sdr) < c.sdr || median(loud) < c.loud {
					t.Errorf("of %.1f, %.1f and %.2f", cut, sdr, loud)
				}
			})
		}
	}
}

// Where there is no noise the talker stays as he is.
func TestCleanSpeechIsLeftAsItIs(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		var sdr, loud []float64
		for i := range uint64(rounds) {
			said := voice.New(judged+i, 130).Speak(6, rate)
			out := slices.Clone(said)
			New(rate).Process(out, nil)
			s, l := align.Projection(said, out, rate)
			sdr, loud = append(sdr, s), append(loud, l)
		}
		if rounds < 6 {
			return
		}
		if s, l := median(sdr), median(loud); s < 25 || math.Abs(l) > 0.1 {
			t.Errorf("at %d Hz: SDR %.1f dB and level %.2f dB in the median of %.1f and %.2f, want at least 25 and at most 0.1 off", rate, s, l, sdr, loud)
		}
	}
}

// The first 40 ms of a word that begins in noise are heard.
func TestOnsetsAreSpared(t *testing.T) {
	const rate = 8000
	in := street(judged+50, 4, rate, level/4)
	at := 3 * rate
	for i := at; i < len(in); i++ {
		in[i] += level * math.Sqrt2 * math.Sin(2*math.Pi*700*float64(i)/rate)
	}
	out := rounded(in)
	New(rate).Process(out, nil)
	late := rate * overlapMillis / 1000
	if d := 20 * math.Log10(rms(floats(out[at+late:at+late+rate/25]))/level); d < -1.5 {
		t.Errorf("the first 40 ms of a vowel are %.1f dB softer, want at most 1.5", -d)
	}
}

func TestSilenceStaysSilent(t *testing.T) {
	x := make([]int16, 8000)
	New(8000).Process(x, nil)
	if i := slices.IndexFunc(x, func(v int16) bool { return v != 0 }); i >= 0 {
		t.Errorf("sample %d of silence is %d", i, x[i])
	}
}

func TestNothingAllocates(t *testing.T) {
	f, x := New(16000), make([]int16, 16000)
	if n := testing.AllocsPerRun(3, func() { f.Process(x, nil) }); n != 0 {
		t.Errorf("%v allocations in a second, want none", n)
	}
}

func BenchmarkBlock(b *testing.B) {
	for _, rate := range []int{8000, 16000} {
		b.Run(fmt.Sprintf("%dHz", rate), func(b *testing.B) {
			f, x := New(rate), rounded(street(1, 1, rate, level))
			i, n := 0, rate/100
			b.ReportAllocs()
			for b.Loop() {
				f.Process(x[i:i+n], nil)
				i = (i + n) % len(x)
			}
		})
	}
}
