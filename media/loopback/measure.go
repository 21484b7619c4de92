package loopback

import (
	"math"
	"slices"
	"time"

	"intercom/media/spectrum"
)

// Report works out the measurement.
func (p *Probe) Report() Report {
	r := Report{Rate: p.rate}
	pause := samples(pauseTime, p.rate)
	// The first tenth of the pause is left out: cards begin with a click.
	r.Noise, _ = level(p.recorded[pause/10 : pause])
	r.Heard, r.Offset = level(p.recorded[pause:])
	r.Clipped = clipped(p.recorded[pause:])
	r.Dead = slices.Min(p.recorded) == slices.Max(p.recorded)
	if r.Dead {
		return r
	}
	found := p.responses(newDeconvolution(p.sweep, p.round()))
	if r.Found = len(found); r.Found == 0 {
		return r
	}
	slices.SortFunc(found, func(a, b response) int { return a.delay - b.delay })
	middle := found[len(found)/2]
	r.Delay = p.time(middle.delay)
	r.Spread = p.time(found[len(found)-1].delay - found[0].delay)
	r.Gain, r.Clear, r.Distortion, r.Ring = middle.gain, middle.clear, middle.distortion, p.time(middle.ring)
	return r
}

func (p *Probe) time(n int) time.Duration {
	return time.Duration(n) * time.Second / time.Duration(p.rate)
}

// responses are those of the sweeps that were heard.
func (p *Probe) responses(d *deconvolution) (found []response) {
	for i := range Sweeps {
		from := samples(pauseTime, p.rate) + i*p.round()
		if h := d.response(p.recorded[from : from+p.round()]); h.clear >= leastClear {
			found = append(found, h)
		}
	}
	return found
}

// response is what one sweep tells, in samples and dB.
type response struct {
	delay, ring             int
	gain, clear, distortion float64
}

// deconvolution divides what was heard by the sweep, frequency by frequency.
type deconvolution struct {
	sweep     sweep
	fft       *spectrum.FFT
	played    []complex64
	reference float64 // energy of the response of a wire
	time      []float32
	bins      []complex64
}

func newDeconvolution(s sweep, round int) *deconvolution {
	// The harmonics of a response come before it, which in a circle is at the end.
	n := 2
	for n < round+s.early(4) {
		n *= 2
	}
	d := &deconvolution{sweep: s, fft: spectrum.NewFFT(n), time: make([]float32, n), bins: make([]complex64, n/2+1), played: make([]complex64, n/2+1)}
	d.transform(s.samples)
	copy(d.played, d.bins)
	d.divide()
	d.reference = energy(d.time)
	return d
}

func (d *deconvolution) transform(x []int16) {
	clear(d.time)
	for i, v := range x {
		d.time[i] = float32(v)
	}
	d.fft.Forward(d.bins, d.time)
}

// divide leaves out what lies outside the swept band, where there is next to nothing to divide by.
func (d *deconvolution) divide() {
	from, to := d.bin(lowest), d.bin(d.sweep.highest)
	clear(d.bins[:from])
	clear(d.bins[to:])
	for k := from; k < to; k++ {
		x := d.played[k]
		d.bins[k] *= complex(real(x), -imag(x)) / complex(float32(power(x)), 0)
	}
	d.fft.Inverse(d.time, d.bins)
}

func (d *deconvolution) bin(hz float64) int {
	return int(math.Round(hz / float64(d.sweep.rate) * float64(len(d.time))))
}

// response works out one sweep.
func (d *deconvolution) response(heard []int16) response {
	d.transform(heard)
	d.divide()
	n := len(d.time)
	behind := len(heard) - len(d.sweep.samples) // no sound comes later than it is listened for
	peak := 0
	for i := range behind {
		if abs(d.time[i]) > abs(d.time[peak]) {
			peak = i
		}
	}
	before, after := d.sweep.rate/200, d.sweep.rate*6/100
	direct := d.around(peak, before, after)
	// What is there a good while before the first sound is no response: noise, and the other harmonics.
	noise := d.around(peak+n-d.sweep.early(2)/2, before, after)
	harmonics := 0.0
	for order := 2; order <= 3; order++ {
		harmonics += max(0, d.around(peak+n-d.sweep.early(order), before, after)-noise)
	}
	return response{
		delay: peak, ring: d.ring(peak, behind, noise/float64(before+after)),
		gain: decibel(direct / d.reference), clear: decibel(direct / max(noise, math.SmallestNonzeroFloat32)),
		distortion: decibel(max(harmonics, direct*1e-9) / direct),
	}
}

// around is the energy about a place of the circle.
func (d *deconvolution) around(at, before, after int) (sum float64) {
	for i := at - before; i < at+after; i++ {
		v := float64(d.time[(i+len(d.time))%len(d.time)])
		sum += v * v
	}
	return sum
}

// ring is after how many samples 30 dB less of the response's energy is still to come (M. R. Schroeder, New method of
// measuring reverberation time, JASA 37, 1965), noise taken off.
func (d *deconvolution) ring(peak, end int, noise float64) int {
	total := 0.0
	for _, v := range d.time[peak:end] {
		total += max(0, float64(v)*float64(v)-noise)
	}
	left := total
	for i, v := range d.time[peak:end] {
		if left -= max(0, float64(v)*float64(v)-noise); left < total/1000 {
			return i
		}
	}
	return end - peak
}

// level is the root mean square about the mean, in dBFS, and the mean as a share of full scale.
func level(x []int16) (dBFS, offset float64) {
	sum, squares := 0.0, 0.0
	for _, v := range x {
		sum += float64(v)
		squares += float64(v) * float64(v)
	}
	mean := sum / float64(len(x))
	full := float64(math.MaxInt16) / math.Sqrt2
	variance := max(squares/float64(len(x))-mean*mean, 0)
	return max(20*math.Log10(math.Sqrt(variance)/full), silence), mean / math.MaxInt16
}

// silence is the level of nothing at all, dBFS.
const silence = -96.0

// clipped is the share of samples at the end of the scale. One alone may be by chance; clipping holds for two at least.
func clipped(x []int16) float64 {
	n := 0
	for i := 1; i < len(x); i++ {
		if x[i] == x[i-1] && (x[i] == math.MaxInt16 || x[i] == math.MinInt16) {
			n++
		}
	}
	return float64(n) / float64(len(x))
}

func energy(x []float32) (sum float64) {
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return sum
}

func power(x complex64) float64 {
	return float64(real(x))*float64(real(x)) + float64(imag(x))*float64(imag(x))
}

func decibel(ratio float64) float64 { return 10 * math.Log10(ratio) }

func abs(x float32) float32 { return max(x, -x) }
