package inband

import "math"

// The window in which two sines must explain what is heard: 30 ms.
const (
	blocks = 6
	length = blocks * size // samples
)

// taper weighs five blocks so that a tone of the other group hardly shows; whole is the sum of two that are one block apart.
var (
	taper = [blocks - 1]float32{1, 3, 4, 3, 1}
	whole = [blocks]float32{1, 4, 7, 7, 4, 1}
)

// window holds the newest blocks, oldest first.
type window struct {
	energy [blocks]float32
	sums   [blocks][8]complex64
	turns  [8][blocks]complex64 // turn a block's sum to the time of the window's middle
	shape  [8][blocks]complex64 // the same, weighed by whole
	steps  [8]float64           // phase of a nominal frequency, in radians a sample
}

func newWindow() *window {
	w := &window{}
	for f := range 8 {
		w.steps[f] = 2 * math.Pi * nominal(f) / rate
		for k := range blocks {
			sin, cos := math.Sincos(-2 * math.Pi * nominal(f) / blockRate * (float64(k) - (blocks-1)/2.0))
			w.turns[f][k] = complex(float32(cos), float32(sin))
			w.shape[f][k] = w.turns[f][k] * complex(whole[k], 0)
		}
	}
	return w
}

func (w *window) push(energy float32, sums [8]complex64) {
	copy(w.energy[:], w.energy[1:])
	copy(w.sums[:], w.sums[1:])
	w.energy[blocks-1], w.sums[blocks-1] = energy, sums
}

// power is the mean square of the window's samples.
func (w *window) power() float64 {
	var sum float32
	for _, e := range w.energy {
		sum += e
	}
	return float64(sum) / length
}

// strongest is the frequency of a group, beginning at the first, that the tapered window shows most of, and about how much of the
// window's power that is: all of it for one tone at exactly that frequency, 0.4 for one that is 1.5 % away from 1633 Hz.
func (w *window) strongest(first int) (f int, share float64) {
	most := float32(-1)
	for g := first; g < first+4; g++ {
		var sum complex64
		for k, s := range w.shape[g] {
			sum += w.sums[k][g] * s
		}
		if p := square(sum); p > most {
			f, most = g, p
		}
	}
	const area = 24.0 // the sum of whole
	peak := 2 * math.Sqrt(float64(most)) / (area * size)
	return f, peak * peak / 2 / w.power()
}

// line is a tone that was found near a nominal frequency: the real part of amplitude × e^(i·step·n), n samples from the window's middle.
type line struct {
	offset    float64 // from the nominal frequency, as a part of it
	step      float64 // radians a sample
	sum       complex128
	amplitude complex128
}

func (l line) power() float64 {
	return (real(l.amplitude)*real(l.amplitude) + imag(l.amplitude)*imag(l.amplitude)) / 2
}

// find returns the tones near two nominal frequencies, and how much of the window's power they explain. The first look at each is
// bent by the other; the second is not.
func (w *window) find(low, high int) (a, b line, share float64) {
	a, b = w.measure(low, line{}), w.measure(high, line{})
	w.explain(&a, &b)
	a, b = w.measure(low, b), w.measure(high, a)
	return a, b, w.explain(&a, &b)
}

// measure finds the true frequency near a nominal one from how far the phase moves in a block, and the window's sum at it.
func (w *window) measure(f int, beside line) line {
	var turned [blocks]complex64
	for k := range turned {
		turned[k] = w.sums[k][f] * w.turns[f][k]
	}
	clean := turned
	w.takeOut(&clean, f, beside)
	drift := roughDrift(&clean)
	if beside.amplitude != 0 {
		drift += fineDrift(&clean, drift)
	}
	sum, _ := turnBack(&turned, drift)
	return w.line(f, drift, sum)
}

// line describes the tone that drifts from a nominal frequency by so many radians a block.
func (w *window) line(f int, drift float64, sum complex128) line {
	step := w.steps[f] + drift/size
	return line{offset: step/w.steps[f] - 1, step: step, sum: sum}
}

// roughDrift is how far the phase moves in a block, in radians. The taper keeps the other tone out, but noise in.
func roughDrift(turned *[blocks]complex64) float64 {
	var early, late complex64
	for k, t := range taper {
		early += complex(t, 0) * turned[k]
		late += complex(t, 0) * turned[k+1]
	}
	move := late * complex(real(early), -imag(early))
	return math.Atan2(float64(imag(move)), float64(real(move)))
}

// fineDrift is what is left of the drift when a rough one is taken off: the slope of the straight line through all phases.
func fineDrift(turned *[blocks]complex64, rough float64) float64 {
	const spread = blocks * (blocks*blocks - 1) / 12.0 // the sum of the squared distances from the middle
	sum, moment := turnBack(turned, rough)
	slope := imag(moment)*real(sum) - real(moment)*imag(sum)
	return slope / (real(sum)*real(sum) + imag(sum)*imag(sum)) * blocks / spread
}

// takeOut subtracts what another tone leaves in the sums at a frequency.
func (w *window) takeOut(turned *[blocks]complex64, f int, other line) {
	if other.amplitude == 0 {
		return
	}
	near, far := kernel(other.step-w.steps[f], size)/2, kernel(other.step+w.steps[f], size)/2
	sin, cos := math.Sincos(other.step * size / 2)
	half := complex(cos, sin)
	by := half * half
	at := complex(real(half), -imag(half)) // five halves before the middle
	at *= other.amplitude * at * at * at * at
	for k := range turned {
		sum := at*complex(near, 0) + complex(real(at), -imag(at))*complex(far, 0)
		turned[k] -= complex64(sum) * w.turns[f][k]
		at *= by
	}
}

// turnBack adds the blocks up at the frequency that is a drift away, in radians a block; moment is the same with every block weighed
// by its distance from the middle.
func turnBack(turned *[blocks]complex64, drift float64) (sum, moment complex128) {
	sin, cos := math.Sincos(drift / 2)
	half := complex(cos, -sin)
	by := half * half
	at := complex(real(half), -imag(half)) // five halves before the middle
	at *= at * at * at * at
	for k, s := range turned {
		z := complex128(s) * at
		sum += z
		moment += complex(float64(k)-(blocks-1)/2.0, 0) * z
		at *= by
	}
	if drift != 0 { // within a block the tone moved on while the nominal frequency did not
		loss := complex(drift/2/sin, 0)
		sum, moment = sum*loss, moment*loss
	}
	return sum, moment
}

// explain fits both tones to the window at once, in the sense of least squares. It sets their amplitudes and returns how much of the
// window's power they explain. With time counted from the middle, cosines and sines are orthogonal.
func (w *window) explain(a, b *line) (share float64) {
	across, along := kernel(a.step-b.step, length), kernel(a.step+b.step, length)
	aa, bb := kernel(2*a.step, length), kernel(2*b.step, length)
	cosA, cosB, cosE := solve(length+aa, length+bb, across+along, real(a.sum), real(b.sum))
	sinA, sinB, sinE := solve(length-aa, length-bb, across-along, imag(a.sum), imag(b.sum))
	a.amplitude, b.amplitude = complex(cosA, sinA), complex(cosB, sinB)
	return (cosE + sinE) / (length * w.power())
}

// kernel is the sum of the cosine of so many radians a sample over n samples about 0.
func kernel(step, n float64) float64 {
	return math.Sin(step*n/2) / math.Sin(step/2)
}

// solve returns the x and y of (p r; r q)/2 × (x y) = (u v), and the energy ux+vy that they stand for.
func solve(p, q, r, u, v float64) (x, y, energy float64) {
	d := (p*q - r*r) / 2
	x, y = (q*u-r*v)/d, (p*v-r*u)/d
	return x, y, u*x + v*y
}
