package denoise

import "math"

// Suppressor turns down what is noise in the spectra of one sound. It is not safe for use from several goroutines.
type Suppressor struct {
	tracker tracker
	floor   float32 // the least gain
	frames  int     // since the start, up to opening

	power  []float32 // of each bin, in this frame
	speech []float32 // of each bin: the power that was taken for speech in the last frame
	gain   []float32
}

const (
	// Depth is by how many dB noise is turned down at most.
	Depth = 18

	// opening is the number of frames in which the depth grows from nothing: who talks at once is not taken for noise.
	opening = 100

	// decided is the share of the last frame in the estimate of the signal-to-noise ratio (Y. Ephraim and D. Malah, Speech enhancement
	// using a minimum mean-square error short-time spectral amplitude estimator, IEEE Trans. ASSP 32, 1984).
	decided = 0.92

	// over is by how much more the noise is taken for: what is left between words would warble else.
	over = 1.3

	// rumble is the number of bins, of 50 Hz each, in which wind roars and nobody speaks.
	rumble = 2
)

// NewSuppressor makes a suppressor of spectra of so many bins, one every 10 ms.
func NewSuppressor(bins int) *Suppressor {
	v := func() []float32 { return make([]float32, bins) }
	return &Suppressor{tracker: newTracker(bins), power: v(), speech: v(), gain: v(), floor: float32(math.Pow(10, -Depth/20.0))}
}

// Suppress turns down the noise in a spectrum, in place.
func (s *Suppressor) Suppress(spectrum []complex64) {
	for k, v := range spectrum {
		s.power[k] = real(v)*real(v) + imag(v)*imag(v)
	}
	s.tracker.listen(s.power)
	s.weigh()
	for k, v := range spectrum {
		g := s.gain[k]
		spectrum[k] = complex(g*real(v), g*imag(v))
	}
}

// weigh finds the gain of each bin: Wiener's, for the signal-to-noise ratio that is likely after this frame and the last.
func (s *Suppressor) weigh() {
	s.frames = min(s.frames+1, opening)
	least := 1 - (1-s.floor)*float32(s.frames)/opening
	for k, v := range s.power {
		noise := over*s.tracker.noise[k] + 1
		ratio := decided*s.speech[k]/noise + (1-decided)*max(v/noise-1, 0)
		g := max(ratio/(1+ratio), least)
		if k < rumble {
			g = least
		}
		s.speech[k] = g * g * v
		s.gain[k] = g
	}
}
