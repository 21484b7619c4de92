// Package level says how loud sound is.
package level

import "math"

// Power is the mean square of samples.
func Power(x []int16) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return sum / float64(max(len(x), 1))
}

// DBFS is a power in decibels, where 0 is that of a full-scale sine; silence is -120.
func DBFS(power float64) float64 {
	const fullScale = 1 << 15
	return 10 * math.Log10(2*power/(fullScale*fullScale)+1e-12)
}
