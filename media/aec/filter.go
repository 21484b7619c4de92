package aec

import "intercom/media/spectrum"

// filter estimates the echo path as a random walk that is seen through noise: a Kalman filter in the frequency domain whose
// covariance is kept per bin and partition (G. Enzner and P. Vary, Frequency-domain adaptive Kalman filter for acoustic echo
// control in hands-free telephones, Signal Processing 86, 2006; F. Kuech, E. Mabande and G. Enzner, State-space architecture of the
// partitioned-block-based acoustic echo controller, ICASSP 2014). Where the near talker is louder than what is not known
// of the path the gain vanishes by itself, so nothing has to detect double talk.
type filter struct {
	fft        *spectrum.FFT
	block      int
	bins       int
	partitions int

	path   []complex64 // of each partition, one after the other
	spread []float32   // the variance of each of path's values around the true ones
	first  []float32   // of each partition: the variance before anything is learnt
	prior  []float32   // of each partition: the variance that it had at first by all that has been learnt since

	echo   []complex64 // the estimate, in a transform of two blocks
	err    []complex64 // what is left of the microphone, likewise, after a block of zeros
	near   []float32   // of each bin: the smoothed power of what no path explains
	unsure []float32   // of each bin: the power of the echo that the covariance leaves unexplained
	gain   []float32
	power  []float32 // of the error
	time   []float32
	next   int // the partition whose tail is cut off in the next block
}

const (
	// forget is the transition factor of the random walk, for blocks of 10 ms.
	forget = 0.9999

	// priorPower is the variance of the first partition's values while nothing is known, and priorDecay the next one's share of it: most of
	// a room's echo comes early.
	priorPower = 1
	priorDecay = 0.75

	// nearDecay smooths the power of what no path explains, per block.
	nearDecay = 0.92

	// nearLeast is the share of the error that is always taken for something that no path explains.
	nearLeast = 0.1

	// silence is the power of a sample below which nothing is learnt: that of rounding, and a little.
	silence = 0.5

	// constrained is the number of partitions in a block whose second half, which a response of one block does not have, is
	// cleared.
	constrained = 2
)

func newFilter(fft *spectrum.FFT, block, partitions int) *filter {
	n := fft.Bins()
	f := &filter{
		fft: fft, block: block, bins: n, partitions: partitions,
		path: make([]complex64, n*partitions), spread: make([]float32, n*partitions), first: make([]float32, partitions),
		prior: make([]float32, partitions),
		echo:  make([]complex64, n), err: make([]complex64, n), near: make([]float32, n), unsure: make([]float32, n),
		gain: make([]float32, n), power: make([]float32, n), time: make([]float32, 2*block),
	}
	v := float32(priorPower)
	for p := range f.first {
		f.first[p] = v
		v *= priorDecay
	}
	f.doubt(1)
	return f
}

// doubt raises the variance to a share of what it was at the start, where it is less.
func (f *filter) doubt(share float32) {
	for p, v := range f.first {
		f.prior[p] = share * v
		row := f.spread[p*f.bins:][:f.bins]
		for k := range row {
			row[k] = max(row[k], share*v)
		}
	}
}

// estimate writes the echo in this block to dst, given the far end's spectra, newest first.
func (f *filter) estimate(dst []float32, far *history) {
	n := f.bins
	echo, unsure := f.echo[:n], f.unsure[:n]
	clear(echo)
	clear(unsure)
	for p := range f.partitions {
		x, w, v := far.spectrum(p)[:n], f.path[p*n:][:n], f.spread[p*n:][:n]
		for k, a := range x {
			b := w[k]
			e := echo[k]
			echo[k] = complex(real(e)+real(a)*real(b)-imag(a)*imag(b), imag(e)+real(a)*imag(b)+imag(a)*real(b))
			unsure[k] += (real(a)*real(a) + imag(a)*imag(a)) * v[k]
		}
	}
	f.fft.Inverse(f.time, echo)
	copy(dst, f.time[f.block:]) // the first half is wound round
}

// learn moves the path by the Kalman gain times the error, which is what the microphone has beyond the estimate.
func (f *filter) learn(e []float32, far *history) {
	clear(f.time[:f.block])
	copy(f.time[f.block:], e)
	f.fft.Forward(f.err, f.time)
	f.weigh()
	for p := range f.partitions {
		f.update(p, far.spectrum(p))
	}
	for range constrained {
		f.constrain(f.next)
		f.reconsider(f.next)
		f.next = (f.next + 1) % f.partitions
	}
}

// weigh finds what of the gain is common to all partitions. The power of what no path explains is that of the error without the
// echo that the error may still hold, and smoothed over time and neighbouring bins.
func (f *filter) weigh() {
	n := f.bins
	for k, e := range f.err {
		f.power[k] = real(e)*real(e) + imag(e)*imag(e)
	}
	floor := silence * float32(f.block)
	for k := range f.gain {
		power := (2*f.power[k] + f.power[max(k-1, 0)] + f.power[min(k+1, n-1)]) / 4
		own := max(power-f.unsure[k]/4, nearLeast*power, floor/2)
		f.near[k] = nearDecay*f.near[k] + (1-nearDecay)*own
		// Half of the transform of the error is zeros: it has half of the power of what is foretold.
		f.gain[k] = 1 / (f.unsure[k] + 2*f.near[k] + floor)
	}
}

// update moves partition p, which was excited by x.
func (f *filter) update(p int, x []complex64) {
	n := f.bins
	x, w, v := x[:n], f.path[p*n:][:n], f.spread[p*n:][:n]
	err, gain := f.err[:n], f.gain[:n]
	for k, a := range x {
		g, e := v[k]*gain[k], err[k]
		re := real(w[k]) + g*(real(a)*real(e)+imag(a)*imag(e))
		im := imag(w[k]) + g*(real(a)*imag(e)-imag(a)*real(e))
		w[k] = complex(re, im)
		left := 1 - g*(real(a)*real(a)+imag(a)*imag(a))/2
		v[k] = forget*forget*left*v[k] + (1-forget*forget)*(re*re+im*im)
	}
}

// constrain clears what partition p has beyond one block.
func (f *filter) constrain(p int) {
	w := f.path[p*f.bins:][:f.bins]
	f.fft.Inverse(f.time, w)
	clear(f.time[f.block:])
	f.fft.Forward(w, f.time)
}

// shift moves the path by so many blocks towards its beginning, or towards its end if negative. What moves in is not known.
func (f *filter) shift(blocks int) {
	n, all := f.bins, len(f.path)
	from, to := max(blocks, 0)*n, max(-blocks, 0)*n
	if from >= all || to >= all {
		f.clear()
		f.doubt(1)
		return
	}
	copy(f.path[to:], f.path[from:])
	copy(f.spread[to:], f.spread[from:])
	copy(f.prior[to/n:], f.prior[from/n:])
	begin, end := 0, to/n
	if from > 0 {
		begin, end = (all-from)/n, f.partitions
	}
	for p := begin; p < end; p++ {
		f.unlearn(p)
	}
}

// unlearn makes partition p one of which nothing is known.
func (f *filter) unlearn(p int) {
	clear(f.path[p*f.bins:][:f.bins])
	f.prior[p] = f.first[p]
	for k := range f.bins {
		f.spread[p*f.bins+k] = f.first[p]
	}
}

// clear makes the path one without echo.
func (f *filter) clear() { clear(f.path) }
