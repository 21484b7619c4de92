package tone

import "math"

// level is the power at one frequency in Hz, by the Goertzel algorithm with a Hann window, on no particular scale.
func level(sound []int16, hz float64) float64 {
	coefficient := 2 * math.Cos(2*math.Pi*hz/rate)
	s1, s2 := 0.0, 0.0
	for i, x := range sound {
		window := 1 - math.Cos(2*math.Pi*(float64(i)+0.5)/float64(len(sound)))
		s1, s2 = float64(x)*window+coefficient*s1-s2, s1
	}
	return s1*s1 + s2*s2 - coefficient*s1*s2
}

// remove subtracts from x what a sine and a cosine of the frequency in Hz explain of it.
func remove(x []float64, hz float64) {
	wave := make([]float64, len(x))
	for _, quarter := range []float64{0, math.Pi / 2} {
		dot, norm := 0.0, 0.0
		for i, v := range x {
			wave[i] = math.Sin(2*math.Pi*hz*float64(i)/rate + quarter)
			dot, norm = dot+v*wave[i], norm+wave[i]*wave[i]
		}
		for i := range x {
			x[i] -= dot / norm * wave[i]
		}
	}
}

func energy(x []float64) (sum float64) {
	for _, v := range x {
		sum += v * v
	}
	return sum
}

func toFloat(sound []int16) []float64 {
	x := make([]float64, len(sound))
	for i, s := range sound {
		x[i] = float64(s)
	}
	return x
}
