package inband

import (
	"fmt"
	"math"
	"time"
)

// Options of a [Generator]; zero fields take the defaults.
type Options struct {
	Tone  time.Duration // length of a digit; 100 ms
	Gap   time.Duration // pause after it; 60 ms
	Level float64       // of the high tone in dBm0, up to -2, above which both would clip; -9. The low tone is 2 dB softer, as cables want it.
}

// maxQueue bounds what Push accepts beyond what has been played: longer than any number that a person dials.
const maxQueue = 64

// ramp is how fast a tone rises and falls, within its length: in a 500th of a second, which does not click.
const ramp = 500

// Generator plays digits. It is not safe for use from several goroutines.
type Generator struct {
	rate      int
	tone, gap int // samples
	peak      [2]float64

	queue []byte
	voice [2]oscillator
	pos   int // samples of the digit and its gap already played
}

// NewGenerator returns a generator with nothing to play, for a sampling rate in Hz, 8000 or 16000.
func NewGenerator(rate int, o Options) (*Generator, error) {
	if err := checkRate(rate); err != nil {
		return nil, err
	}
	if o.Tone == 0 {
		o.Tone = 100 * time.Millisecond
	}
	if o.Gap == 0 {
		o.Gap = 60 * time.Millisecond
	}
	if o.Level == 0 {
		o.Level = -9
	}
	if o.Tone < 0 || o.Tone > time.Minute || o.Gap < 0 || o.Gap > time.Minute || !(o.Level <= -2) {
		return nil, fmt.Errorf("inband: cannot play digits of %v with gaps of %v at %v dBm0; want times of up to a minute and a level of at most -2", o.Tone, o.Gap, o.Level)
	}
	g := &Generator{rate: rate, queue: make([]byte, 0, maxQueue)}
	g.tone, g.gap = int(o.Tone*time.Duration(rate)/time.Second), int(o.Gap*time.Duration(rate)/time.Second)
	for i, below := range [2]float64{2, 0} {
		g.peak[i] = math.MaxInt16 * math.Pow(10, (o.Level-below-fullScale)/20)
	}
	return g, nil
}

// Push queues digits. It queues all of them or, with an error, none.
func (g *Generator) Push(digits string) error {
	if len(g.queue)+len(digits) > maxQueue {
		return fmt.Errorf("inband: %d digits more are too many at once; %d of at most %d are waiting", len(digits), len(g.queue), maxQueue)
	}
	for i := range len(digits) {
		if _, _, err := place(digits[i]); err != nil {
			return err
		}
	}
	g.queue = append(g.queue, digits...)
	return nil
}

// Busy reports whether there is anything left to play.
func (g *Generator) Busy() bool { return len(g.queue) > 0 }

// Read fills dst with the next samples, the gap after every digit included, and returns how many; less than len(dst) only where the
// last gap ended, with the rest of dst left as it was. It allocates nothing.
func (g *Generator) Read(dst []int16) int {
	n := 0
	for ; n < len(dst) && len(g.queue) > 0; n++ {
		if g.pos == 0 {
			g.begin()
		}
		dst[n] = g.next()
		if g.pos++; g.pos == g.tone+g.gap {
			g.pos = 0
			g.queue = append(g.queue[:0], g.queue[1:]...)
		}
	}
	return n
}

func (g *Generator) begin() {
	row, column, _ := place(g.queue[0])
	g.voice[0] = newOscillator(rows[row]/float64(g.rate), g.peak[0])
	g.voice[1] = newOscillator(columns[column]/float64(g.rate), g.peak[1])
}

func (g *Generator) next() int16 {
	edge := min(g.pos, g.tone-1-g.pos)
	if edge < 0 {
		return 0
	}
	gain := min(1, float64(edge)*ramp/float64(g.rate))
	return int16(math.Round(gain * (g.voice[0].next() + g.voice[1].next())))
}

// oscillator is a sine by the recurrence sin(x+d) = 2·cos(d)·sin(x) - sin(x-d).
type oscillator struct{ twice, now, before float64 }

// newOscillator begins at phase 0; the frequency is in cycles a sample.
func newOscillator(frequency, peak float64) oscillator {
	sin, cos := math.Sincos(2 * math.Pi * frequency)
	return oscillator{2 * cos, 0, -peak * sin}
}

func (o *oscillator) next() float64 {
	now := o.now
	o.now, o.before = o.twice*now-o.before, now
	return now
}
