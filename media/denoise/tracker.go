package denoise

// tracker estimates the power of the noise at each frequency by minima controlled recursive averaging (I. Cohen and B. Berdugo, Noise
// estimation by minima controlled recursive averaging for robust speech enhancement, IEEE Signal Processing Letters 9, 2002): where the
// smoothed power is far above its minimum of the last second there is speech, and the noise stays as it is known; elsewhere it is averaged.
type tracker struct {
	noise []float32 // the estimate, of each bin

	smooth   []float32 // the power, smoothed over time and neighbouring bins
	least    []float32 // its minimum since the last window but one began
	running  []float32 // its minimum since the last window began
	presence []float32 // of speech, 0 to 1
	frames   int       // of the running window
	begun    bool
}

const (
	// powerDecay smooths the power in which minima are looked for, per frame.
	powerDecay = 0.8

	// window is the number of frames in which a minimum is looked for, at least; at most twice as many.
	window = 100

	// speechRatio is how far above its minimum the power is where there is speech.
	speechRatio = 3

	// presenceDecay is how the presence of speech dies away, noiseDecay smooths the noise where there is none, per frame.
	presenceDecay = 0.8
	noiseDecay    = 0.9
)

func newTracker(bins int) tracker {
	v := func() []float32 { return make([]float32, bins) }
	return tracker{noise: v(), smooth: v(), least: v(), running: v(), presence: v()}
}

// listen takes the power of each bin of a frame.
func (t *tracker) listen(power []float32) {
	last := len(power) - 1
	for k, v := range power {
		near := (power[max(k-1, 0)] + 2*v + power[min(k+1, last)]) / 4
		if !t.begun {
			t.smooth[k], t.least[k], t.running[k] = near, near, near
		}
		s := powerDecay*t.smooth[k] + (1-powerDecay)*near
		t.smooth[k] = s
		t.least[k], t.running[k] = min(t.least[k], s), min(t.running[k], s)
		speech := float32(0)
		if s > speechRatio*t.least[k] {
			speech = 1
		}
		p := max(speech, presenceDecay*t.presence[k]) // at once up: a beginning word is no noise
		t.presence[k] = p
		keep := noiseDecay + (1-noiseDecay)*p
		t.noise[k] = keep*t.noise[k] + (1-keep)*v
	}
	t.begun = true
	if t.frames++; t.frames == window {
		t.frames = 0
		for k, s := range t.smooth {
			t.least[k], t.running[k] = min(t.running[k], s), s
		}
	}
}
