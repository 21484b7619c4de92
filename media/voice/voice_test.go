package voice

import (
	"math"
	"slices"
	"testing"
)

const rate = 8000

func TestSameSeedSaysTheSame(t *testing.T) {
	talker := New(7, 120)
	first := talker.Speak(5, rate)
	if !slices.Equal(first, talker.Speak(5, rate)) || !slices.Equal(first, New(7, 120).Speak(5, rate)) {
		t.Error("the same talker said something else")
	}
	for _, other := range []Talker{New(8, 120), New(7, 121)} {
		if slices.Equal(first, other.Speak(5, rate)) {
			t.Errorf("%+v says the same as %+v", other, talker)
		}
	}
}

func TestLength(t *testing.T) {
	for _, c := range []struct {
		seconds float64
		rate    int
		want    int
	}{{0, 8000, 0}, {0.01, 8000, 80}, {2.5, 44100, 110250}, {10, 48000, 480000}} {
		if got := len(New(1, 150).Speak(c.seconds, c.rate)); got != c.want {
			t.Errorf("%v s at %d Hz are %d samples, want %d", c.seconds, c.rate, got, c.want)
		}
	}
}

func TestLevelWithoutClipping(t *testing.T) {
	for seed := range uint64(20) {
		sound := New(seed, 80+10*float64(seed)).Speak(10, rate)
		peak, sum, n := 0, 0.0, 0
		for _, s := range sound {
			peak = max(peak, int(math.Abs(float64(s))))
			if s != 0 {
				sum += float64(s) * float64(s)
				n++
			}
		}
		level := 20 * math.Log10(math.Sqrt(sum/float64(n))/(math.MaxInt16/math.Sqrt2))
		if math.Abs(level-Level) > 0.7 {
			t.Errorf("seed %d speaks at %.2f dBFS, want %v", seed, level, Level)
		}
		if peak > 30000 || peak < 6000 {
			t.Errorf("seed %d peaks at %d", seed, peak)
		}
	}
}

// Speech spends a good part of its time in pauses, the longest between phrases, and does not drone on.
func TestPausesAndSyllables(t *testing.T) {
	sound := New(3, 120).Speak(30, rate)
	quiet, run, longest, bursts := 0, 0, 0, 0
	for at := 0; at+80 <= len(sound); at += 80 { // 10 ms
		if energy(sound[at:at+80]) < 80*100*100 {
			quiet, run = quiet+1, run+1
			longest = max(longest, run)
			continue
		}
		if run > 1 {
			bursts++
		}
		run = 0
	}
	if share := float64(quiet) / 3000; share < 0.15 || share > 0.6 {
		t.Errorf("%.0f %% of the time is quiet, want 15 to 60", 100*share)
	}
	if longest < 15 || longest > 80 {
		t.Errorf("the longest pause lasts %d ms, want 150 to 800", 10*longest)
	}
	if bursts < 30 || bursts > 200 {
		t.Errorf("%d bursts in 30 s, want 1 to 7 a second", bursts)
	}
}

// Most of the power lies below 1 kHz, as with people, and there is some up to the end of the telephone band.
func TestSpectrum(t *testing.T) {
	for _, pitch := range []float64{100, 200} {
		bands := octaves(New(4, pitch).Speak(10, rate))
		low := bands[0] + bands[1] + bands[2]
		for i, c := range []struct{ least, most float64 }{{-40, -1}, {-12, 0}, {-12, 0}, {-35, -3}, {-35, -3}} {
			share := 10 * math.Log10(bands[i]/(low+bands[3]+bands[4]))
			if share < c.least || share > c.most {
				t.Errorf("pitch %v: band %d has %.1f dB of the power, want %v to %v", pitch, i, share, c.least, c.most)
			}
		}
	}
}

// octaves returns the power in 0-250, 250-500, 500-1000, 1000-2000 and 2000-4000 Hz.
func octaves(sound []int16) (power [5]float64) {
	const n = 256
	for at := 0; at+n <= len(sound); at += 4 * n {
		for k := 1; k < n/2; k++ {
			var re, im float64
			for i, s := range sound[at : at+n] {
				sin, cos := math.Sincos(2 * math.Pi * float64(k*i) / n)
				window := 1 - math.Cos(2*math.Pi*float64(i)/n)
				re, im = re+window*cos*float64(s), im+window*sin*float64(s)
			}
			band := max(0, int(math.Floor(math.Log2(float64(k)*rate/n/125))))
			power[min(band, 4)] += re*re + im*im
		}
	}
	return power
}

func energy(x []int16) (sum float64) {
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return sum
}

func BenchmarkSpeak(b *testing.B) {
	for b.Loop() {
		New(1, 120).Speak(1, rate)
	}
}
