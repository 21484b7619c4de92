package resample

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// 8 kHz to 48 kHz and back: everything in the telephone band passes within 1 dB, everything else that appears is 70 dB down.
func TestPassBandAndImages(t *testing.T) {
	for _, c := range []struct{ in, out int }{{8000, 48000}, {8000, 44100}, {8000, 16000}, {16000, 8000}, {48000, 8000}, {44100, 8000}, {48000, 44100}} {
		edge := 0.425 * float64(min(c.in, c.out)) // 3.4 kHz of 8 kHz
		worst, image := 0.0, math.Inf(-1)
		for i := range 41 {
			hz := edge * float64(i+1) / 35 // and on to almost half the lower rate, where images lie nearest
			gain, rest := response(t, c.in, c.out, hz)
			image = max(image, rest)
			if hz <= edge {
				worst = max(worst, math.Abs(gain))
			}
		}
		t.Logf("%d to %d Hz: ripple %.2f dB up to %.0f Hz, images %.1f dB", c.in, c.out, worst, edge, image)
		if worst > 1 {
			t.Errorf("%d to %d Hz: the pass-band is off by %.2f dB, want at most 1", c.in, c.out, worst)
		}
		if image > -70 {
			t.Errorf("%d to %d Hz: an image or alias is only %.1f dB down, want 70", c.in, c.out, -image)
		}
	}
}

// What a lower rate cannot carry is taken out, and does not come back as something else.
func TestAliasesAreRejected(t *testing.T) {
	for _, c := range []struct{ in, out int }{{48000, 8000}, {44100, 8000}, {16000, 8000}, {48000, 16000}} {
		half, worst := float64(c.out)/2, math.Inf(-1)
		for i := range 60 {
			hz := half*1.001 + (float64(c.in)/2-half*1.002)*float64(i)/60
			gain, rest := response(t, c.in, c.out, hz)
			worst = max(worst, gain, rest)
		}
		t.Logf("%d to %d Hz: aliases %.1f dB", c.in, c.out, worst)
		if worst > -70 {
			t.Errorf("%d to %d Hz: an alias is only %.1f dB down, want 70", c.in, c.out, -worst)
		}
	}
}

// response sends a sine at half of full scale through a new resampler; it returns the gain at its frequency, and the power of
// everything else against the sine that went in, in dB. Rounding to 16 bits is taken off: it is not the filter's.
func response(t *testing.T, in, out int, hz float64) (gain, rest float64) {
	t.Helper()
	const peak = 16384
	src := make([]int16, in/8)
	for i := range src {
		src[i] = int16(math.Round(peak * math.Sin(2*math.Pi*hz*float64(i)/float64(in))))
	}
	dst := convert(t, in, out, src)
	dst = dst[out/100 : len(dst)-out/100]
	x := make([]float64, len(dst))
	for i, s := range dst {
		x[i] = float64(s)
	}
	before := power(x)
	if hz < float64(out)/2 {
		takeOut(x, 2*math.Pi*hz/float64(out))
	}
	after := max(power(x)-1.0/3, 1e-3) // rounding twice at 1/12 each, with room for chance
	return 10 * math.Log10(max(before-after, 1e-3)/(peak*peak/2)), 10 * math.Log10(after/(peak*peak/2))
}

// The delay is the same at all frequencies, is what Delay says and at most 3 ms.
func TestDelay(t *testing.T) {
	for _, c := range []struct{ in, out int }{{8000, 48000}, {48000, 8000}, {8000, 44100}, {44100, 8000}, {16000, 48000}} {
		r, err := New(c.in, c.out)
		if err != nil {
			t.Fatal(err)
		}
		if r.Delay() > 3*time.Millisecond || r.Delay() <= 0 {
			t.Errorf("%d to %d Hz: delay %v, want at most 3 ms", c.in, c.out, r.Delay())
		}
		for _, hz := range []float64{200, 400, 1000, 2000, 3000} {
			if got := measuredDelay(t, c.in, c.out, hz, r.Delay()); math.Abs((got - r.Delay()).Seconds()) > 2e-6 {
				t.Errorf("%d to %d Hz: %v Hz is delayed by %v, want %v", c.in, c.out, hz, got, r.Delay())
			}
		}
	}
}

// measuredDelay is taken from the phase of a sine, and so known but for whole cycles: those nearest to what is expected.
func measuredDelay(t *testing.T, in, out int, hz float64, expected time.Duration) time.Duration {
	t.Helper()
	src := make([]int16, in/2)
	for i := range src {
		src[i] = int16(math.Round(16384 * math.Sin(2*math.Pi*hz*float64(i)/float64(in))))
	}
	dst := convert(t, in, out, src)
	var re, im float64
	from := out / 50
	cycles := math.Floor(float64(len(dst)-2*from) / float64(out) * hz)
	for i := range int(cycles * float64(out) / hz) {
		sin, cos := math.Sincos(2 * math.Pi * hz * float64(from+i) / float64(out))
		re, im = re+float64(dst[from+i])*sin, im+float64(dst[from+i])*cos
	}
	delay := -math.Atan2(im, re) / (2 * math.Pi * hz)
	delay += math.Round((expected.Seconds()-delay)*hz) / hz
	return time.Duration(delay * float64(time.Second))
}

// However a stream is cut, its samples are the same, and n of them yield n×out/in, rounded up.
func TestAnyChunking(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for _, c := range rates {
		src := noise(random, 3*block+c.in/50)
		whole := convert(t, c.in, c.out, src)
		r, _ := New(c.in, c.out)
		var pieces []int16
		for at := 0; at < len(src); {
			n := min(random.IntN(2*block), len(src)-at)
			dst := make([]int16, r.Len(n))
			pieces = append(pieces, dst[:r.Process(dst, src[at:at+n])]...)
			at += n
			if want := r.Len(at); len(pieces) != want {
				t.Fatalf("%d to %d Hz: %d samples after %d, want %d", c.in, c.out, len(pieces), at, want)
			}
		}
		for i := range whole {
			if pieces[i] != whole[i] {
				t.Fatalf("%d to %d Hz: sample %d is %d, but %d at once", c.in, c.out, i, pieces[i], whole[i])
			}
		}
		r.Reset()
		again := make([]int16, r.Len(len(src)))
		if n := r.Process(again, src); n != len(whole) || again[n-1] != whole[n-1] {
			t.Errorf("%d to %d Hz: another stream after Reset", c.in, c.out)
		}
	}
}

var rates = []struct{ in, out int }{{8000, 48000}, {48000, 8000}, {44100, 8000}, {8000, 44100}, {8000, 8000}, {11025, 192000}, {192000, 8000}, {47999, 8000}, {8000, 7999}, {1, 2}, {3, 1}}

// The card's periods of 10 ms stay whole: 480 samples at 48 kHz are 80 at 8 kHz in every call.
func TestPeriodsStayWhole(t *testing.T) {
	for _, c := range []struct{ in, out int }{{48000, 8000}, {8000, 48000}, {44100, 8000}, {8000, 44100}, {16000, 8000}} {
		r, _ := New(c.in, c.out)
		dst := make([]int16, c.out/100+1)
		for range 100 {
			if n := r.Process(dst, make([]int16, c.in/100)); n != c.out/100 {
				t.Fatalf("%d to %d Hz: a period of 10 ms yields %d samples", c.in, c.out, n)
			}
		}
	}
}

func TestSteadyValueAndFullScale(t *testing.T) {
	for _, c := range rates[:8] {
		for _, v := range []int16{math.MinInt16, -1, 0, 1, math.MaxInt16} {
			src := make([]int16, c.in/10)
			for i := range src {
				src[i] = v
			}
			dst := convert(t, c.in, c.out, src)
			if got := dst[len(dst)-1]; got != v {
				t.Errorf("%d to %d Hz: a steady %d becomes %d", c.in, c.out, v, got)
			}
		}
		// A square wave at full scale overshoots in the filter; it must be clipped, not wrap round.
		src := make([]int16, c.in/10)
		for i := range src {
			src[i] = math.MaxInt16
			if i/20%2 == 1 {
				src[i] = math.MinInt16
			}
		}
		dst := convert(t, c.in, c.out, src)
		for i := 1; i < len(dst); i++ {
			if c.out >= 4*c.in && math.Abs(float64(dst[i])-float64(dst[i-1])) > 50000 {
				t.Fatalf("%d to %d Hz: full scale wraps round at sample %d", c.in, c.out, i)
			}
		}
	}
}

func TestEqualRatesPassThrough(t *testing.T) {
	src := noise(rand.New(rand.NewPCG(2, 2)), 1000)
	dst := convert(t, 48000, 48000, src)
	for i := range src {
		if dst[i] != src[i] {
			t.Fatalf("sample %d changed from %d to %d", i, src[i], dst[i])
		}
	}
	if r, _ := New(48000, 48000); r.Delay() != 0 {
		t.Errorf("equal rates delay by %v", r.Delay())
	}
}

func TestImpossibleRatesAreRefused(t *testing.T) {
	for _, c := range []struct{ in, out int }{{0, 8000}, {8000, 0}, {-8000, 8000}, {192001, 8000}, {8000, math.MaxInt}} {
		if r, err := New(c.in, c.out); r != nil || err == nil || !strings.Contains(err.Error(), fmt.Sprint(c.in)) {
			t.Errorf("%d to %d Hz: %v, %v", c.in, c.out, r, err)
		}
	}
}

func TestProcessAllocatesNothing(t *testing.T) {
	for _, c := range rates {
		r, _ := New(c.in, c.out)
		src := make([]int16, 480)
		dst := make([]int16, r.Len(len(src)))
		if n := testing.AllocsPerRun(50, func() { r.Process(dst, src) }); n != 0 {
			t.Errorf("%d to %d Hz: %v allocations, want none", c.in, c.out, n)
		}
	}
}

func BenchmarkPeriod(b *testing.B) { // 10 ms
	for _, c := range []struct{ in, out int }{{8000, 48000}, {48000, 8000}, {8000, 44100}, {44100, 8000}} {
		b.Run(fmt.Sprintf("%dto%d", c.in, c.out), func(b *testing.B) {
			r, _ := New(c.in, c.out)
			src := noise(rand.New(rand.NewPCG(3, 3)), c.in/100)
			dst := make([]int16, r.Len(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				r.Process(dst, src)
			}
		})
	}
}

func convert(t *testing.T, in, out int, src []int16) []int16 {
	t.Helper()
	r, err := New(in, out)
	if err != nil {
		t.Fatal(err)
	}
	dst := make([]int16, r.Len(len(src)))
	return dst[:r.Process(dst, src)]
}

func noise(random *rand.Rand, n int) []int16 {
	x := make([]int16, n)
	for i := range x {
		x[i] = int16(random.IntN(1 << 16))
	}
	return x
}

func power(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return sum / float64(len(x))
}

// takeOut subtracts the sine of the given angular step that explains most of x.
func takeOut(x []float64, step float64) {
	wave := make([]float64, len(x))
	for _, quarter := range []float64{0, math.Pi / 2, 0, math.Pi / 2} { // twice: the two are not quite orthogonal
		dot, norm := 0.0, 0.0
		for i, v := range x {
			wave[i] = math.Sin(step*float64(i) + quarter)
			dot, norm = dot+v*wave[i], norm+wave[i]*wave[i]
		}
		for i := range x {
			x[i] -= dot / norm * wave[i]
		}
	}
}
