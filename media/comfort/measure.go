package comfort

import "math"

// full is the RMS value of 0 dBov.
const full = math.MaxInt16

// Measure describes a stretch of noise, 20 ms or more, by its level and so many coefficients, up to MaxOrder. It allocates nothing.
func Measure(sound []int16, order int) Noise {
	order = min(max(order, 0), MaxOrder)
	var r [MaxOrder + 1]float64
	for lag := range r[:order+1] {
		for i := lag; i < len(sound); i++ {
			r[lag] += float64(sound[i]) * float64(sound[i-lag])
		}
	}
	n := Noise{Level: quietest}
	if r[0] == 0 {
		return n
	}
	n.Level = max(quietest, 10*math.Log10(r[0]/float64(len(sound))/(full*full)))
	n.Order, n.Reflection = order, levinson(r, order)
	return n
}

// levinson solves the normal equations for the reflection coefficients by Durbin's recursion.
func levinson(r [MaxOrder + 1]float64, order int) (k [MaxOrder]float64) {
	var a [MaxOrder + 1]float64 // the predictor of the order so far
	rest := r[0] * (1 + 1e-9)   // a trace of white noise keeps a pure tone from dividing by nothing
	for m := range order {
		sum := r[m+1]
		for i := 1; i <= m; i++ {
			sum += a[i] * r[m+1-i]
		}
		k[m] = -sum / rest
		was := a
		for i := 1; i <= m; i++ {
			a[i] = was[i] + k[m]*was[m+1-i]
		}
		a[m+1] = k[m]
		rest *= 1 - k[m]*k[m]
	}
	return k
}
