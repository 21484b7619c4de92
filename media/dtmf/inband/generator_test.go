package inband

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// What is played is heard as it was meant, at both rates and whatever the lengths, levels and calls.
func TestPlayedDigitsAreHeard(t *testing.T) {
	const number = "0123456789*#ABCD00"
	for _, rate := range []int{8000, 16000} {
		for _, o := range []Options{{}, {Tone: 40 * time.Millisecond, Gap: 40 * time.Millisecond}, {Level: -25}, {Level: -2, Tone: time.Second}} {
			g := newGenerator(t, rate, o)
			if err := g.Push(number); err != nil {
				t.Fatal(err)
			}
			if got := string(newDetector(t, rate).listen(play(g, 160))); got != number {
				t.Errorf("%d Hz %+v: heard %q, want %q", rate, o, got, number)
			}
		}
	}
}

func TestLengthLevelAndSilence(t *testing.T) {
	g := newGenerator(t, 8000, Options{Tone: 200 * time.Millisecond, Gap: 50 * time.Millisecond, Level: -10})
	if err := g.Push("d"); err != nil {
		t.Fatal(err)
	}
	sound := play(g, 77)
	if len(sound) != 2000 || g.Busy() || g.Read(sound) != 0 {
		t.Fatalf("a digit of 200 ms and its gap of 50 ms are %d samples, busy %v", len(sound), g.Busy())
	}
	if slices.ContainsFunc(sound[1600:], func(s int16) bool { return s != 0 }) {
		t.Error("the gap is not silent")
	}
	for _, c := range []struct{ hz, level float64 }{{941, -12}, {1633, -10}} {
		if got := level(sound[400:1200], c.hz/8000); math.Abs(got-c.level) > 0.1 {
			t.Errorf("%v Hz is at %.2f dBm0, want %v", c.hz, got, c.level)
		}
	}
	if start, end := sound[1], sound[1598]; max(start, -start) > 1000 || max(end, -end) > 1000 {
		t.Errorf("it clicks: it begins with %d and ends with %d", start, end)
	}
}

func TestDigitsAreRefusedInFull(t *testing.T) {
	g := newGenerator(t, 8000, Options{})
	for _, c := range []struct{ digits, want string }{{"12x4", `'x' is no digit`}, {strings.Repeat("1", 65), "too many"}} {
		if err := g.Push(c.digits); err == nil || !strings.Contains(err.Error(), c.want) || g.Busy() {
			t.Errorf("%q: error %v and busy %v, want one that says %s and nothing queued", c.digits, err, g.Busy(), c.want)
		}
	}
}

func TestImpossibleSettingsAreRefused(t *testing.T) {
	for _, o := range []Options{{Tone: -1}, {Gap: -1}, {Tone: time.Hour}, {Gap: time.Hour}, {Level: -1.9}, {Level: math.NaN()}} {
		if g, err := NewGenerator(8000, o); err == nil || g != nil {
			t.Errorf("%+v is accepted", o)
		}
	}
	_, err := NewGenerator(44100, Options{})
	if _, also := NewDetector(0); err == nil || also == nil || !strings.Contains(err.Error(), "44100 Hz") {
		t.Errorf("rates of 44100 and 0 Hz: %v, %v", err, also)
	}
}

// level measures a sine's level in dBm0 by its frequency in cycles a sample.
func level(sound []int16, frequency float64) float64 {
	var re, im float64
	for i, s := range sound {
		sin, cos := math.Sincos(2 * math.Pi * frequency * float64(i))
		re, im = re+float64(s)*cos, im+float64(s)*sin
	}
	return 20*math.Log10(2*math.Hypot(re, im)/float64(len(sound))/math.MaxInt16) + fullScale
}

func newGenerator(t testing.TB, rate int, o Options) *Generator {
	t.Helper()
	g, err := NewGenerator(rate, o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// play reads all that is queued, some samples at a time.
func play(g *Generator, step int) (sound []int16) {
	for g.Busy() {
		room := make([]int16, step)
		sound = append(sound, room[:g.Read(room)]...)
	}
	return sound
}
