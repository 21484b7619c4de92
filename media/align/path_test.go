package align_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"intercom/media/resample"
)

// What happens to sound on its way, one function each.

func samplesOf(d time.Duration) int { return int(d * rate / time.Second) }

func delay(s []int16, d time.Duration) []int16 { return append(make([]int16, samplesOf(d)), s...) }

func amplify(s []int16, dB float64) []int16 {
	out := make([]int16, len(s))
	for i, v := range s {
		out[i] = int16(math.Round(float64(v) * math.Pow(10, dB/20)))
	}
	return out
}

func add(a, b []int16) []int16 {
	out := slices.Clone(a)
	for i := range min(len(a), len(b)) {
		out[i] += b[i]
	}
	return out
}

func convert(t *testing.T, from, to int, s []int16) []int16 {
	t.Helper()
	r, err := resample.New(from, to)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]int16, r.Len(len(s)))
	return out[:r.Process(out, s)]
}

// drift plays s on a clock that is slow by so many parts per million, by cubic interpolation.
func drift(s []int16, ppm float64) []int16 {
	var out []int16
	for i := 0; ; i++ {
		at := float64(i) * (1 - ppm/1e6)
		k := int(at)
		if k+2 >= len(s) {
			return out
		}
		x, y := at-float64(k), func(n int) float64 { return float64(s[max(0, k+n)]) }
		c1 := (y(1) - y(-1)) / 2
		c2 := y(-1) - 2.5*y(0) + 2*y(1) - y(2)/2
		c3 := (y(2)-y(-1))/2 + 1.5*(y(0)-y(1))
		out = append(out, int16(math.Round(y(0)+x*(c1+x*(c2+x*c3)))))
	}
}

// stretch inserts and, the next time, cuts out 10 ms, where the sound joins best, with a cross-fade.
func stretch(s []int16, every time.Duration) []int16 {
	out, insert := []int16{}, true
	const fade = 80
	at := 0
	for at+samplesOf(every)+400 < len(s) {
		end := at + samplesOf(every)
		out = append(out, s[at:end]...)
		best := joint(s, end, fade)
		from := end + best
		if insert {
			from = end - best
		}
		for i := range fade {
			out = append(out, int16((int(s[end+i])*(fade-i)+int(s[from+i])*i)/fade))
		}
		at, insert = from+fade, !insert
	}
	return append(out, s[at:]...)
}

// joint is the shift, 5 to 15 ms, at which the sound is most like itself.
func joint(s []int16, at, n int) int {
	best, most := 40, math.Inf(-1)
	for shift := 40; shift < 120; shift++ {
		dot, energy := 0.0, 1.0
		for i := range n {
			dot += float64(s[at+i]) * float64(s[at+i+shift])
			energy += float64(s[at+i+shift]) * float64(s[at+i+shift])
		}
		if r := dot / math.Sqrt(energy); r > most {
			best, most = shift, r
		}
	}
	return best
}

func hiss(n int, rms float64) []int16 {
	random := rand.New(rand.NewPCG(9, 9))
	out := make([]int16, n)
	for i := range out {
		out[i] = int16(random.NormFloat64() * rms)
	}
	return out
}

func hum(n int, hz float64) []int16 {
	out := make([]int16, n)
	for i := range out {
		out[i] = int16(5000 * math.Sin(2*math.Pi*hz*float64(i)/rate))
	}
	return out
}

func constant(n int, v int16) []int16 { return slices.Repeat([]int16{v}, n) }

func backwards(s []int16) []int16 {
	out := slices.Clone(s)
	slices.Reverse(out)
	return out
}

// loudest is where in s[from:to] the n samples are whose quietest 10 ms are loudest.
func loudest(s []int16, from, to, n int) int {
	best, most := from, -1.0
	for at := from; at+n < to; at += 80 {
		quietest := math.Inf(1)
		for part := at - 80; part < at+n+80; part += 80 {
			sum := 0.0
			for _, v := range s[part : part+80] {
				sum += float64(v) * float64(v)
			}
			quietest = min(quietest, sum)
		}
		if quietest > most {
			best, most = at, quietest
		}
	}
	return best
}
