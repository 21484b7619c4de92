package align

import (
	"math"
	"slices"
	"time"
)

// comparison holds the two signals and what every step needs of them.
type comparison struct {
	sent, heard []float64
	energy      []float64 // energy[i] is that of heard[:i]
	rate        int
	fourier     fourier
}

// block is a stretch of the sent signal and where it is in the recording.
type block struct {
	at, length  int     // in sent, samples
	lag         int     // in heard, samples later
	part        float64 // of a sample, later still
	correlation float64
	gain        float64 // linear
}

func newComparison(sent, heard []int16, rate int) *comparison {
	c := &comparison{sent: toFloat(sent), heard: toFloat(heard), rate: rate, fourier: fourier{}}
	c.energy = make([]float64, len(heard)+1)
	for i, x := range c.heard {
		c.energy[i+1] = c.energy[i] + x*x
	}
	return c
}

func toFloat(s []int16) []float64 {
	f := make([]float64, len(s))
	for i, x := range s {
		f[i] = float64(x)
	}
	return f
}

func (c *comparison) samples(d time.Duration) int { return int(d.Seconds() * float64(c.rate)) }

func (c *comparison) duration(n int) time.Duration {
	return time.Duration(float64(n) / float64(c.rate) * float64(time.Second))
}

// follow returns the blocks in which the sent signal has energy, each with its best place in the recording. It begins
// with the block that fits best where the whole fits best and goes from there to both ends.
func (c *comparison) follow() []block {
	blocks := c.speaking()
	if len(blocks) == 0 || len(c.heard) == 0 {
		return blocks
	}
	whole, best := c.wholeLag(), 0
	for i := range blocks {
		c.place(&blocks[i], whole, freedom)
		if blocks[i].correlation > blocks[best].correlation {
			best = i
		}
	}
	c.trace(blocks[best:])
	slices.Reverse(blocks)
	c.trace(blocks[len(blocks)-1-best:])
	slices.Reverse(blocks)
	return blocks
}

// speaking cuts sent into blocks and keeps those within 30 dB of the loud ones and above -56 dBFS.
func (c *comparison) speaking() []block {
	n := c.samples(blockLength)
	var blocks []block
	var levels []float64
	for at := 0; at+n <= len(c.sent) && n > 0; at += n {
		blocks = append(blocks, block{at: at, length: n})
		levels = append(levels, rms(c.sent[at:at+n]))
	}
	if len(blocks) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(levels))
	least := max(sorted[len(sorted)*9/10]*math.Pow(10, -30.0/20), 50)
	return slices.DeleteFunc(blocks, func(b block) bool { return levels[b.at/n] < least })
}

// trace follows the recording from the first block on, whose place is known: a block not found yet is looked for around the
// place of the last one that was, and where several in a row are not, further away.
func (c *comparison) trace(blocks []block) {
	lag, lost := blocks[0].lag, 0
	for i := 1; i < len(blocks); i++ {
		if blocks[i].correlation < same {
			c.place(&blocks[i], lag, freedom)
		}
		if blocks[i].correlation >= same {
			lag, lost = blocks[i].lag, 0
			continue
		}
		if lost++; lost < wideBlocks {
			continue
		}
		lost = 0
		if found, ok := c.jump(blocks[i-wideBlocks+1:i+1], lag); ok {
			i -= wideBlocks // once more, from the new place
			lag, lost = found, -wideBlocks
		}
	}
}

// jump looks for several blocks as one, further away.
func (c *comparison) jump(lost []block, lag int) (int, bool) {
	at := min(lost[0].at, lost[len(lost)-1].at)
	end := max(lost[0].at, lost[len(lost)-1].at) + lost[0].length
	if end-at > 2*len(lost)*lost[0].length {
		return 0, false // a long pause lies between them
	}
	whole := block{at: at, length: end - at}
	c.place(&whole, lag, wideFreedom)
	return whole.lag, whole.correlation >= certain
}

// place finds the lag, around the one given, at which the block correlates best.
func (c *comparison) place(b *block, around int, freedom time.Duration) {
	room := c.samples(freedom)
	first := b.at + around - room
	window := make([]float64, b.length+2*room)
	if from, to := max(first, 0), min(first+len(window), len(c.heard)); from < to {
		copy(window[from-first:], c.heard[from:to])
	}
	sent := c.sent[b.at : b.at+b.length]
	energy := sumSquares(sent)
	b.lag, b.part, b.correlation, b.gain = around, 0, 0, 0
	dots := c.fourier.correlate(sent, window)
	at := -1
	for k, dot := range dots {
		heard := c.heardEnergy(first+k, b.length)
		if heard < float64(b.length) { // below one step of a sample: nothing there
			continue
		}
		if r := dot / math.Sqrt(energy*heard); r > b.correlation {
			b.lag, b.correlation, b.gain, at = around+k-room, r, dot/energy, k
		}
	}
	if at > 0 && at+1 < len(dots) && b.correlation >= same { // only what is the same sound has a peak between samples
		if top, part := peak(dots[at-1], dots[at], dots[at+1]); math.Abs(part) > 0.05 {
			b.correlation = min(b.correlation*top/dots[at], 1)
			b.gain, b.part = top/energy, part
		}
	}
}

// peak is the height and place, -0.5 to 0.5, of the parabola through three values a sample apart of which the middle one is the highest:
// sound that has been through another rate comes back late by a part of a sample.
func peak(before, at, after float64) (height, place float64) {
	bend := before - 2*at + after
	if bend >= 0 {
		return at, 0
	}
	place = min(max((before-after)/(2*bend), -0.5), 0.5)
	return at - (before-after)*place/4, place
}

func (c *comparison) heardEnergy(at, n int) float64 {
	from, to := min(max(at, 0), len(c.heard)), min(max(at+n, 0), len(c.heard))
	return c.energy[to] - c.energy[from]
}

// mostWhole bounds the transform that places the whole recording, in samples.
const mostWhole = 1 << 20

// wholeLag is the lag at which the two signals as a whole correlate best, to within a millisecond: it is looked for at
// 4 kHz, or at less where the recording is long.
func (c *comparison) wholeLag() int {
	step := max(1, c.rate/4000, (2*len(c.sent)+len(c.heard))/mostWhole+1)
	sent, heard := thin(c.sent, step), thin(c.heard, step)
	padded := make([]float64, 2*len(sent)+len(heard))
	copy(padded[len(sent):], heard)
	best, at := 0.0, 0
	for k, r := range c.fourier.correlate(sent, padded) {
		if r > best {
			best, at = r, k-len(sent)
		}
	}
	return at * step
}

// thin returns the means of every step samples.
func thin(x []float64, step int) []float64 {
	y := make([]float64, len(x)/step)
	for i := range y {
		for _, v := range x[i*step : (i+1)*step] {
			y[i] += v / float64(step)
		}
	}
	return y
}

func sumSquares(x []float64) (sum float64) {
	for _, v := range x {
		sum += v * v
	}
	return sum
}

func rms(x []float64) float64 { return math.Sqrt(sumSquares(x) / float64(len(x))) }

func decibel(ratio float64) float64 { return 20 * math.Log10(ratio) }
