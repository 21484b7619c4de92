// Package resample changes the sampling rate of a stream of 16-bit mono samples, between any two rates up to 192 kHz.
//
// The filter is a Kaiser-windowed low-pass of constant delay, applied in its polyphase form: per output sample one dot product
// at the lower rate's bandwidth. At 8 kHz against 48 kHz it is flat to 3.4 kHz, has let go of everything that would come
// back as an image or an alias from 4 kHz on, and delays by 2.8 ms. Between other rates the same shape is scaled to the
// lower of the two.
package resample

import (
	"fmt"
	"math"
	"time"
)

// MaxRate is the highest sampling rate in Hz, in or out.
const MaxRate = 192000

// Resampler converts one stream. It is not safe for use from several goroutines.
type Resampler struct {
	in, out int // rates divided by their greatest common divisor
	bank    bank
	delay   time.Duration

	past  []float32 // the last taps-1 input samples, then the block being worked on
	fill  int       // samples in past
	phase int       // position of the next output beyond the newest sample of its window, in 1/out input samples
}

// block is how many input samples are worked on at a time: 20 ms at 48 kHz.
const block = 960

// New returns a resampler from one rate to another, both in Hz.
func New(in, out int) (*Resampler, error) {
	if in <= 0 || in > MaxRate || out <= 0 || out > MaxRate {
		return nil, fmt.Errorf("resample: cannot convert %d Hz to %d Hz; both must be 1 to %d Hz", in, out, MaxRate)
	}
	d := gcd(in, out)
	r := &Resampler{in: in / d, out: out / d}
	if in != out {
		r.bank = newBank(in, out, r.out)
		r.delay = time.Duration(r.bank.delay / float64(in) * float64(time.Second))
		r.past = make([]float32, r.bank.taps-1+block)
	}
	r.Reset()
	return r, nil
}

// Reset forgets the past: the next sample is the first of a new stream.
func (r *Resampler) Reset() {
	r.phase = 0
	if r.in != r.out {
		r.fill = r.bank.taps - 1
		clear(r.past[:r.fill])
	}
}

// Delay is the time by which the output lags the input, the same at every frequency.
func (r *Resampler) Delay() time.Duration { return r.delay }

// Len is the most samples that n input samples can yield: what dst must have room for in [Resampler.Process].
func (r *Resampler) Len(n int) int {
	return int((int64(n)*int64(r.out) + int64(r.in) - 1) / int64(r.in))
}

// Process converts all of src, writes what is due to dst and returns how many samples that were; dst must have room for
// Len(len(src)) of them and not overlap src. How a stream is cut into calls makes no difference to its samples: after n of them in
// all, n×out/in have come out, rounded up. It allocates nothing.
func (r *Resampler) Process(dst, src []int16) int {
	if r.in == r.out {
		return copy(dst[:len(src)], src)
	}
	n := 0
	for len(src) > 0 {
		m := min(block, len(src))
		n += r.step(dst[n:], src[:m])
		src = src[m:]
	}
	return n
}

// step works on up to a block of samples.
func (r *Resampler) step(dst, src []int16) int {
	for i, s := range src {
		r.past[r.fill+i] = float32(s)
	}
	n, at := 0, 0 // at: the newest sample of the window, as an index into src
	for at += r.phase / r.out; at < len(src); at = r.phase / r.out {
		window := r.past[at : at+r.bank.taps]
		dst[n] = round(r.bank.apply(window, r.phase%r.out))
		n++
		r.phase += r.in
	}
	r.phase -= len(src) * r.out
	copy(r.past, r.past[len(src):len(src)+r.fill])
	return n
}

func round(x float32) int16 {
	x = max(math.MinInt16, min(math.MaxInt16, x))
	if x < 0 {
		return int16(x - 0.5)
	}
	return int16(x + 0.5)
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
