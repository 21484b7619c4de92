package resample

import "math"

// The low-pass in terms of the lower rate: its -6 dB point, its length in seconds times that rate and the Kaiser window's
// shape. Together they keep 3.4 kHz of 8 kHz within a fraction of a decibel and everything from 4 kHz on more than 70 dB down.
const (
	cutoff = 0.4505
	length = 45.0
	beta   = 6.9
)

// maxPhases bounds the table. Beyond it, rates without a common divisor interpolate between neighbouring phases.
const maxPhases = 512

// bank holds the filter's taps for every position of an output sample between two input samples.
type bank struct {
	taps   int
	phases int         // rows that stand for a position; one more follows as the neighbour of the last
	rows   [][]float32 // newest sample last
	steps  int         // positions asked for by apply
	delay  float64     // input samples
}

// newBank computes the filter for rates in Hz and the given number of positions.
func newBank(in, out, steps int) bank {
	lower := float64(min(in, out)) / float64(in) // of the two rates, per input sample
	span := length / lower
	b := bank{steps: steps, phases: min(steps, maxPhases), taps: int(math.Ceil(span)) + 1, delay: span / 2}
	b.rows = make([][]float32, b.phases+1)
	for p := range b.rows {
		b.rows[p] = b.row(float64(p)/float64(b.phases), lower)
	}
	return b
}

// row holds the taps for an output sample that lies frac after the newest sample of its window, less the delay.
func (b *bank) row(frac, lower float64) []float32 {
	taps, sum := make([]float64, b.taps), 0.0
	for i := range taps {
		age := float64(b.taps-1-i) + frac // from this tap's sample to the output
		taps[i] = lowPass(age-b.delay, lower*cutoff, b.delay)
		sum += taps[i]
	}
	row := make([]float32, b.taps)
	for i, t := range taps {
		row[i] = float32(t / sum) // every phase passes a steady value as it is
	}
	return row
}

// lowPass is the impulse response at t input samples from its middle, with its cutoff in cycles per input sample.
func lowPass(t, cutoff, half float64) float64 {
	x := t / half
	if x < -1 || x > 1 {
		return 0
	}
	return sinc(2*cutoff*t) * bessel(beta*math.Sqrt(1-x*x))
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// bessel is the modified Bessel function of the first kind and order zero, by its power series.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > sum*1e-12; k++ {
		term *= (x / (2 * k)) * (x / (2 * k))
		sum += term
	}
	return sum
}

// apply filters the window for one of the positions.
func (b *bank) apply(window []float32, position int) float32 {
	if b.steps == b.phases {
		return dot(b.rows[position], window)
	}
	p := float64(position) / float64(b.steps) * float64(b.phases)
	row := int(p)
	frac := float32(p - float64(row))
	return (1-frac)*dot(b.rows[row], window) + frac*dot(b.rows[row+1], window)
}

// dot keeps four sums, so that no addition has to wait for the one before.
func dot(a, b []float32) float32 {
	var s0, s1, s2, s3 float32
	i := 0
	for ; i+4 <= len(a) && i+4 <= len(b); i += 4 {
		x, y := (*[4]float32)(a[i:]), (*[4]float32)(b[i:])
		s0 += x[0] * y[0]
		s1 += x[1] * y[1]
		s2 += x[2] * y[2]
		s3 += x[3] * y[3]
	}
	for ; i < len(a) && i < len(b); i++ {
		s0 += a[i] * b[i]
	}
	return s0 + s1 + s2 + s3
}
