package tone

import (
	"math"
	"time"
)

// ramp is how long a sound takes to rise from silence and to fall back: short to the ear, long enough not to click. It is
// part of the sound's own time, so that cadences stay exact.
const ramp = 5 * time.Millisecond

// Generator plays one tone. It is not safe for use from several goroutines.
type Generator struct {
	tone  Tone
	rate  int
	voice []oscillator // of the part being played
	ramp  []float64    // gain of the first samples of a part; mirrored for the last ones

	part    int           // index into tone.Parts
	round   int           // how often the cadence has been played
	elapsed time.Duration // from the start of this round to the end of the part being played
	began   int           // sample of the round at which the part began
	pos     int           // samples of the part already played
	length  int           // samples of the part
	done    bool
}

// NewGenerator returns a generator at the start of t, for a sampling rate in Hz.
func NewGenerator(t Tone, rate int) *Generator {
	g := &Generator{tone: t, rate: rate, ramp: raisedCosine(samples(ramp, rate))}
	widest := 0
	for _, p := range t.Parts {
		widest = max(widest, len(p.Sines))
	}
	g.voice = make([]oscillator, 0, widest)
	g.Reset()
	return g
}

// Reset goes back to the start of the tone.
func (g *Generator) Reset() {
	g.round = 0
	// A cadence without time in it would be played for ever within one sample.
	g.done = samples(g.tone.cycle(), g.rate) == 0
	if !g.done {
		g.enter(0)
	}
}

// Read fills dst with the next samples and returns how many; less than len(dst) only where the tone ended, with the rest
// of dst left as it was. It allocates nothing.
func (g *Generator) Read(dst []int16) int {
	n := 0
	for n < len(dst) && !g.done {
		m := min(len(dst)-n, g.length-g.pos)
		g.play(dst[n : n+m])
		n += m
		if g.pos == g.length {
			g.next()
		}
	}
	return n
}

// Done reports whether the tone has ended.
func (g *Generator) Done() bool { return g.done }

func (g *Generator) play(dst []int16) {
	if len(g.voice) == 0 {
		clear(dst)
		g.pos += len(dst)
		return
	}
	for i := range dst {
		sum := 0.0
		for v := range g.voice {
			sum += g.voice[v].next()
		}
		dst[i] = clip(sum * g.gain())
		g.pos++
	}
}

func (g *Generator) gain() float64 {
	edge := min(g.pos, g.length-1-g.pos)
	if edge < len(g.ramp) {
		return g.ramp[edge]
	}
	return 1
}

func (g *Generator) next() {
	if g.part+1 < len(g.tone.Parts) {
		g.enter(g.part + 1)
		return
	}
	g.round++
	if g.round == g.tone.Times {
		g.done = true
		return
	}
	g.enter(0)
}

// enter begins a part. Its end is counted from the start of the round, so that rounding never adds up.
func (g *Generator) enter(part int) {
	p := g.tone.Parts[part]
	g.part, g.pos = part, 0
	if part == 0 {
		g.elapsed, g.began = 0, 0
	}
	g.elapsed += p.For
	end := samples(g.elapsed, g.rate)
	g.length = end - g.began
	g.began = end
	g.voice = g.voice[:0]
	for _, s := range p.Sines {
		g.voice = append(g.voice, newOscillator(s, g.rate))
	}
	if g.length == 0 {
		g.next()
	}
}

func samples(d time.Duration, rate int) int {
	return int(math.Round(d.Seconds() * float64(rate)))
}

// oscillator is a point that goes round a circle, one step a sample: cheaper than a sine and exact for hours.
type oscillator struct{ re, im, cos, sin float64 }

func newOscillator(s Sine, rate int) oscillator {
	sin, cos := math.Sincos(2 * math.Pi * s.Hz / float64(rate))
	return oscillator{re: s.peak(), cos: cos, sin: sin}
}

// next returns the sine of the current phase, beginning with 0.
func (o *oscillator) next() float64 {
	y := o.im
	o.re, o.im = o.re*o.cos-o.im*o.sin, o.re*o.sin+o.im*o.cos
	return y
}

func clip(x float64) int16 {
	return int16(math.Round(max(math.MinInt16, min(math.MaxInt16, x))))
}

// raisedCosine returns n gains from just above 0 to just below 1.
func raisedCosine(n int) []float64 {
	gains := make([]float64, n)
	for i := range gains {
		gains[i] = (1 - math.Cos(math.Pi*(float64(i)+0.5)/float64(n))) / 2
	}
	return gains
}
