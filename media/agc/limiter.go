package agc

import "math"

const (
	// ceiling is the largest sample that is let through: 1 dB below full scale.
	ceiling = 29200

	// recovery is the time in s in which the limiter lets go by 10 dB.
	recovery = 0.2
)

// limiter holds peaks below the ceiling. It sees a block at once and goes down before the peak in it, as far as there is time.
type limiter struct {
	gain  float32 // 0 to 1
	climb float32 // per sample, as a factor
}

func newLimiter(rate int) limiter {
	return limiter{gain: 1, climb: float32(math.Pow(10, 10.0/20/(recovery*float64(rate))))}
}

// amplify multiplies x, in place.
func (l *limiter) amplify(x []int16, gain float32) {
	at, peak := 0, float32(0)
	for i, v := range x {
		if a := float32(max(v, -v-1)) * gain; a > peak {
			at, peak = i, a
		}
	}
	need, step := float32(1), float32(0)
	if peak > ceiling {
		need = ceiling / peak
		step = max((l.gain-need)/float32(at+1), 0)
	}
	if gain == 1 && l.gain == 1 && need == 1 {
		return
	}
	for i, v := range x {
		if l.gain > need {
			l.gain = max(l.gain-step, need)
		} else {
			l.gain = min(l.gain*l.climb, need)
		}
		x[i] = int16(min(max(float32(v)*gain*l.gain, -ceiling), ceiling))
	}
}
