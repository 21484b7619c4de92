package aec

import (
	"math"

	"intercom/media/spectrum"
)

// suppressor turns down the bands in which there is nothing but echo that the filter has left.
type suppressor struct {
	frames *spectrum.Frames
	bands  *spectrum.Bands

	errTail, echoTail, outTail []float32
	err, echo                  []complex64 // of the last frame
	power                      []float32   // of each bin, for a while
	left, foretold, doubt      []float32   // power in each band of what is left, the estimate, the filter's doubt

	trust    trust
	residual residual
	noise    comfort
	presence float32 // of the near talker, 0 to 1

	speech  []float32 // power of the near talker in each band, one block ago
	gain    []float32 // of each band
	binGain []float32
}

const (
	// attack and release smooth the presence of the near talker, per block.
	attack  = 0.7
	release = 0.94

	// absent and present are the excess up to which the near talker is not there at all, and from which he is quite.
	absent, present = 0.08, 0.2

	// aloneFloor and doubleFloor are the least gain without and with the near talker: −50 and −14 dB.
	aloneFloor, doubleFloor = 0.003, 0.2

	// aloneWeight and doubleWeight make more of the residual without the near talker and less of it with him.
	aloneWeight, doubleWeight = 6, 0.1

	// priorWeight is the share of the last block in the estimate of the signal-to-echo ratio (Y. Ephraim and D. Malah, Speech
	// enhancement using a minimum mean-square error short-time spectral amplitude estimator, IEEE Trans. ASSP 32, 1984).
	priorWeight = 0.7
)

func newSuppressor(rate, block int) *suppressor {
	frames := spectrum.NewFrames(block, rate*overlapMillis/1000, 2*block)
	bins, n := frames.Bins(), 20
	if rate > 8000 {
		n = 25
	}
	bands := func() []float32 { return make([]float32, n) }
	return &suppressor{
		frames: frames, bands: spectrum.NewBands(n, bins, rate),
		errTail: frames.Tail(), echoTail: frames.Tail(), outTail: frames.Tail(),
		err: make([]complex64, bins), echo: make([]complex64, bins), power: make([]float32, bins),
		left: bands(), foretold: bands(), doubt: bands(),
		trust: newTrust(frames.Bins(), n), residual: newResidual(n, 4*float32(block)), noise: newComfort(n, bins),
		speech: bands(), gain: bands(), binGain: make([]float32, bins),
	}
}

// analyse takes a block of what is left and of the estimate.
func (s *suppressor) analyse(err, echo []float32) {
	s.frames.Analyse(s.err, s.errTail, err)
	s.frames.Analyse(s.echo, s.echoTail, echo)
}

// believe puts back what of the estimate is not in the microphone's sound. Only blocks that teach something change the belief.
func (s *suppressor) believe(teaches bool) {
	if teaches {
		s.trust.listen(s.bands, s.err, s.echo)
	}
	s.trust.apply(s.bands, s.err, s.echo)
	s.bandPower(s.left, s.err)
	s.bandPower(s.foretold, s.echo)
}

func (s *suppressor) bandPower(dst []float32, x []complex64) {
	for k, v := range x {
		s.power[k] = real(v)*real(v) + imag(v)*imag(v)
	}
	s.bands.Mean(dst, s.power)
}

// judge decides whether the near talker speaks, given the filter's doubt in each bin.
func (s *suppressor) judge(doubt []float32) {
	s.bands.Mean(s.doubt, doubt)
	for b := range s.doubt {
		s.doubt[b] *= s.trust.shown
	}
	s.residual.foretell(s.foretold, s.doubt)
	p := (s.residual.excess(s.left, s.noise.power) - absent) / (present - absent)
	p = min(max(p, 0), 1)
	if p > s.presence {
		s.presence += attack * (p - s.presence)
	} else {
		s.presence = release*s.presence + (1-release)*p
	}
}

// learn takes the last block as an example of what is left, as far as the near talker was silent.
func (s *suppressor) learn(farQuiet bool) {
	s.residual.learn(s.left, s.foretold, s.noise.power, s.presence)
	s.noise.listen(s.left, farQuiet)
}

// suppress turns down the echo in the last frame and fills its place.
func (s *suppressor) suppress() {
	s.weigh()
	s.bands.Spread(s.binGain, s.gain)
	s.bands.Spread(s.noise.bins, s.noise.power)
	for k, g := range s.binGain {
		v := s.err[k]
		s.err[k] = complex(real(v)*g, imag(v)*g)
	}
	s.noise.fill(s.err, s.binGain)
}

// weigh finds the gain of each band: Wiener's, for the signal-to-echo ratio that is likely after this block and the last.
func (s *suppressor) weigh() {
	floor := float32(math.Exp(float64(1-s.presence)*math.Log(aloneFloor) + float64(s.presence)*math.Log(doubleFloor)))
	weight := aloneWeight + (doubleWeight-aloneWeight)*s.presence
	for b, v := range s.left {
		r := s.residual.power[b]*weight + 1e-3
		ratio := priorWeight*s.speech[b]/r + (1-priorWeight)*max(v/r-1, 0)
		g := max(ratio/(1+ratio), floor)
		s.speech[b] = g * g * v
		s.gain[b] = g
	}
}
