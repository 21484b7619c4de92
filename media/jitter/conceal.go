package jitter

import "math"

// concealer invents sound for packets that are missing, after the idea of ITU-T G.711 Appendix I: the last pitch period is
// repeated, after 10 ms the last two and after 20 ms the last three, so that a long gap does not buzz, and it fades out
// within 120 ms. Where the repetition wraps round, and where the next packet takes over, the ends are cross-faded.
type concealer struct {
	rate    int
	past    []int16 // what was played before the gap
	lag     int     // pitch period in samples
	periods int     // how many of them are repeated
	pos     int     // next sample in them
	step    int     // what the first sample would jump by
	made    int     // samples made since the gap began
	level   float32 // loudness of the next one
	fall    float32 // by what it falls with each
	active  bool
}

const (
	shortestPitch = 400 // Hz
	longestPitch  = 66  // Hz
)

func newConcealer(rate int) concealer {
	return concealer{rate: rate, past: make([]int16, pastSamples(rate)), fall: float32(math.Exp2(-1 / (0.035 * float64(rate))))}
}

// pastSamples is what a concealer wants to know of the past: three of the longest pitch periods and a quarter.
func pastSamples(rate int) int { return 13 * rate / longestPitch / 4 }

// begin starts a gap after past.
func (c *concealer) begin(past []int16) {
	copy(c.past, past[len(past)-len(c.past):])
	c.lag = c.pitch()
	end := len(c.past)
	c.step = int(c.past[end-1]) - int(c.past[end-1-c.lag])
	c.periods, c.pos, c.made, c.level, c.active = 1, 0, 0, 1, true
}

// pitch finds the distance at which the last 12 ms are most like what came before them.
func (c *concealer) pitch() int {
	end, window := len(c.past), c.rate/80
	last := c.past[end-window:]
	lag, likeness := mostAlike(last, c.past[:end], end-window, c.rate/shortestPitch, c.rate/longestPitch)
	if likeness < 0.4 { // no pitch: the longest repetition is the least musical
		return c.rate / longestPitch
	}
	return lag
}

// fill writes the next samples of the gap.
func (c *concealer) fill(dst []int16) {
	for i := range dst {
		dst[i] = int16(c.faded())
	}
}

func (c *concealer) next() int16 {
	if wanted := min(1+c.made*100/c.rate, 3); c.periods < wanted && c.pos == 0 {
		c.periods = wanted
	}
	v := int(c.at(c.pos))
	if soft := c.rate / 1000; c.made < soft {
		v += c.step * (soft - c.made) / soft
	}
	if c.pos++; c.pos == c.periods*c.lag {
		c.pos = 0
	}
	return int16(min(max(v, -32768), 32767))
}

// at is sample pos of the repeated periods. Their last quarter fades into what came before their beginning, so that the wrap
// is seamless.
func (c *concealer) at(pos int) int16 {
	span, quarter := c.periods*c.lag, c.lag/4
	i := len(c.past) - span + pos
	into := pos - (span - quarter)
	if into < 0 {
		return c.past[i]
	}
	w := float32(into+1) / float32(quarter+1)
	return int16(float32(c.past[i])*(1-w) + float32(c.past[i-span])*w)
}

// faded is the next sample at its loudness: full for 10 ms, then half as much each 35 ms, and nothing from 120 ms on.
func (c *concealer) faded() float32 {
	v := float32(c.next()) * c.level
	ms := c.rate / 1000
	if c.made++; c.made > 10*ms {
		c.level *= c.fall
	}
	if left := 120*ms - c.made; left < 30*ms {
		v *= float32(max(left, 0)) / float32(30*ms)
	}
	return v
}

// finish fades the invented sound out into the first samples of what follows the gap: 2.5 ms, and 4 ms more for each 10 ms that
// were invented, 10 ms at most.
func (c *concealer) finish(follows []int16) {
	c.active = false
	n := min(c.rate/400+c.made*4/10, c.rate/100, len(follows))
	for i := range n {
		w := float32(i+1) / float32(n+1)
		follows[i] = int16(c.faded()*(1-w) + float32(follows[i])*w)
	}
}

// mostAlike finds the distance between least and most by which the samples of in before from are most like x, and their
// normalised correlation there, -1 to 1.
func mostAlike(x, in []int16, from, least, most int) (distance int, likeness float32) {
	distance, likeness = least, -1
	for d := least; d <= most && d <= from; d++ {
		y := in[from-d:]
		var xy, yy float32
		for i, v := range x {
			w := float32(y[i])
			xy += float32(v) * w
			yy += w * w
		}
		// Dividing by the root of x's own energy as well would change no comparison.
		if r := xy / root(yy); r > likeness {
			distance, likeness = d, r
		}
	}
	var xx float32
	for _, v := range x {
		xx += float32(v) * float32(v)
	}
	return distance, likeness / root(xx)
}
