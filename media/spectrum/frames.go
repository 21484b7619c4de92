package spectrum

import "math"

// Frames cuts sound into frames that overlap by some samples, and adds changed frames up to sound again, which comes that many
// samples later. Frames that nobody changed add up to the sound as it was.
type Frames struct {
	*FFT
	block, overlap int
	rise           []float32 // the square root of a Hann window's first half
	time           []float32
}

// NewFrames makes frames of block+overlap samples in a transform of size samples; overlap may be as long as a block, size must
// be as long as a frame.
func NewFrames(block, overlap, size int) *Frames {
	f := &Frames{FFT: NewFFT(size), block: block, overlap: overlap, rise: make([]float32, overlap), time: make([]float32, size)}
	for i := range f.rise {
		f.rise[i] = float32(math.Sin(math.Pi / 2 * (float64(i) + 0.5) / float64(overlap)))
	}
	return f
}

// Tail is what a frame needs of the blocks before: the last samples of them, one overlap long.
func (f *Frames) Tail() []float32 { return make([]float32, f.overlap) }

// Analyse writes the spectrum of the frame that ends with a block to dst; tail is taken from and left for this sound's next frame.
func (f *Frames) Analyse(dst []complex64, tail, block []float32) {
	t := f.time
	fade := t[f.block:][:f.overlap]
	for i, w := range f.rise {
		t[i] = tail[i] * w
	}
	copy(t[f.overlap:], block)
	copy(tail, block[f.block-f.overlap:])
	for i, w := range f.rise {
		fade[f.overlap-1-i] *= w
	}
	clear(t[f.block+f.overlap:])
	f.Forward(dst, t)
}

// Synthesise writes the next block of sound to block, one overlap behind what was analysed; tail is what is left of the frame
// before, and becomes what is left of this one.
func (f *Frames) Synthesise(block, tail []float32, src []complex64) {
	t := f.time
	f.Inverse(t, src)
	for i, w := range f.rise {
		t[i] = t[i]*w + tail[i]
	}
	copy(block, t[:f.block])
	fade := t[f.block:][:f.overlap]
	for i, w := range f.rise {
		tail[f.overlap-1-i] = fade[f.overlap-1-i] * w
	}
}
