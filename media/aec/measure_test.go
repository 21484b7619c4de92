package aec

import "math"

// erle is by how many dB out is less than in.
func erle(in, out []int16) float64 {
	a, b := rms(floats(in)), rms(floats(out))
	return 20 * math.Log10(max(a, 1e-3)/max(b, 1e-3))
}

// reached is the time in s from which, for the first time, out is 20 dB less than in over 200 ms in which there is something.
func reached(in, out []int16, rate int) float64 {
	n := rate / 5
	for i := 0; i+n <= len(in); i += rate / 100 {
		if rms(floats(in[i:i+n])) > 100 && erle(in[i:i+n], out[i:i+n]) >= 20 {
			return float64(i) / float64(rate)
		}
	}
	return math.Inf(1)
}
