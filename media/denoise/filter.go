package denoise

import (
	"fmt"
	"math"

	"intercom/media/spectrum"
)

// overlapMillis is how long one frame fades into the next, and how late the sound comes.
const overlapMillis = 6

// Filter takes the noise out of one microphone's sound, in blocks of 10 ms. It is not safe for use from several goroutines.
type Filter struct {
	block      int
	frames     *spectrum.Frames
	suppressor *Suppressor
	in, out    []float32 // tails
	spectrum   []complex64
	sound      []float32
}

// New makes a filter for a rate of 8000 or 16000 Hz.
func New(rate int) *Filter {
	if rate != 8000 && rate != 16000 {
		panic(fmt.Sprintf("denoise: a rate of %d Hz: want 8000 or 16000", rate))
	}
	b := rate / 100
	frames := spectrum.NewFrames(b, rate*overlapMillis/1000, 2*b)
	return &Filter{
		block: b, frames: frames, suppressor: NewSuppressor(frames.Bins()),
		in: frames.Tail(), out: frames.Tail(), spectrum: make([]complex64, frames.Bins()), sound: make([]float32, b),
	}
}

// Process takes the noise out of near, in place. What is beyond whole blocks is left as it is; far is not looked at.
func (f *Filter) Process(near, _ []int16) {
	for b := f.block; len(near) >= b; near = near[b:] {
		for i, v := range near[:b] {
			f.sound[i] = float32(v)
		}
		f.frames.Analyse(f.spectrum, f.in, f.sound)
		f.suppressor.Suppress(f.spectrum)
		f.frames.Synthesise(f.sound, f.out, f.spectrum)
		for i, v := range f.sound {
			near[i] = int16(math.Round(float64(min(max(v, math.MinInt16), math.MaxInt16))))
		}
	}
}
