package loopback

import "math"

// sweep is a sine whose frequency rises by the same ratio in equal times, so that the harmonics which a loudspeaker adds
// come out of the measurement as early copies of the response, apart from it.
type sweep struct {
	samples []int16
	rate    int
	highest float64 // Hz
	octave  float64 // seconds in which the frequency grows e-fold
}

func newSweep(rate int) sweep {
	n := samples(sweepTime, rate)
	high := min(highest, usable*float64(rate))
	seconds := float64(n) / float64(rate)
	s := sweep{samples: make([]int16, n), rate: rate, highest: high, octave: seconds / math.Log(high/lowest)}
	fade := rate / 50
	amplitude := math.MaxInt16 * math.Pow(10, Level/20)
	for i := range s.samples {
		t := float64(i) / float64(rate)
		phase := 2 * math.Pi * lowest * s.octave * (math.Exp(t/s.octave) - 1)
		edge := min(1, float64(min(i, n-1-i))/float64(fade))
		s.samples[i] = int16(math.Round(amplitude * math.Sin(math.Pi/2*edge) * math.Sin(phase)))
	}
	return s
}

// early is how many samples before the response its harmonic of that order appears.
func (s sweep) early(order int) int {
	return int(math.Round(s.octave * math.Log(float64(order)) * float64(s.rate)))
}
