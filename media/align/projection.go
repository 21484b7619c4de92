package align

import "math"

// Projection tells how much of out is clean, seen through the best FIR filter of 16 ms, and how loud that is beside clean; both
// in dB. What a microphone, a room or an equaliser does to a voice counts as the voice; noise, echo and distortion do not. The two must
// be equally long, out no earlier than clean and at most 16 ms later.
func Projection(clean, out []int16, rate int) (sdr, level float64) {
	x, y := toFloat(clean), toFloat(out)
	n := rate * 16 / 1000
	r, b := make([]float64, n), make([]float64, n)
	for k := range n {
		for i := k; i < len(x); i++ {
			r[k] += x[i] * x[i-k]
			b[k] += y[i] * x[i-k]
		}
	}
	r[0] *= 1 + 1e-9
	h := levinson(r, b)
	signal, rest, loud := 0.0, 0.0, 0.0
	for i := range y {
		v := 0.0
		for k := 0; k < n && k <= i; k++ {
			v += h[k] * x[i-k]
		}
		signal += v * v
		rest += (y[i] - v) * (y[i] - v)
		loud += x[i] * x[i]
	}
	return 10 * math.Log10(signal/rest), 10 * math.Log10(signal/loud)
}

// levinson solves the symmetric Toeplitz system whose first row is r.
func levinson(r, b []float64) []float64 {
	n := len(r)
	x, a := make([]float64, n), make([]float64, n)
	a[0] = 1
	power := r[0]
	x[0] = b[0] / r[0]
	for i := 1; i < n; i++ {
		k := 0.0
		for j := range i {
			k -= a[j] * r[i-j]
		}
		k /= power
		old := append([]float64(nil), a[:i]...)
		for j := 1; j <= i; j++ {
			v := 0.0
			if j < i {
				v = old[j]
			}
			a[j] = v + k*old[i-j]
		}
		power *= 1 - k*k
		e := b[i]
		for j := range i {
			e -= x[j] * r[i-j]
		}
		e /= power
		for j := 0; j <= i; j++ {
			x[j] += e * a[i-j]
		}
	}
	return x
}
