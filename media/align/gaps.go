package align

import (
	"sort"
	"time"
)

const (
	frameLength = 5 * time.Millisecond
	shortestGap = 20 * time.Millisecond
	// silent is how far below its due level, as a ratio, the recording counts as silent: 20 dB.
	silent = 0.1
	// audible is the least level of the sent signal, in steps of a sample, at which silence is missed: about -44 dBFS.
	audible = 200
)

// gaps looks for silence in the recording where sound is due, frame by frame, at the lag of the nearest block found. A gap
// runs on through short pauses of the sent signal itself, but neither begins nor ends with one.
func (c *comparison) gaps(found []block, gain float64) []Gap {
	n := c.samples(frameLength)
	if n == 0 {
		return nil
	}
	var gaps []Gap
	from, to := -1, 0 // the gap that is open, if any
	flush := func() {
		if from >= 0 && c.duration(to-from) >= shortestGap {
			gaps = append(gaps, Gap{c.duration(from), c.duration(to - from)})
		}
		from = -1
	}
	for at := n; at+2*n <= len(c.sent); at += n {
		due, heard := c.due(at, n)*gain, c.heardLevel(at+lagAt(found, at), n)
		switch {
		case heard >= silent*max(due, audible*gain):
			flush()
		case due >= audible*gain:
			if from < 0 {
				from = at
			}
			to = at + n
		}
	}
	flush()
	return gaps
}

// due is the level of the sent frame, or that of a neighbour if it is lower: at an edge, a small error of the lag
// must not look like silence.
func (c *comparison) due(at, n int) float64 {
	return min(rms(c.sent[at-n:at]), rms(c.sent[at:at+n]), rms(c.sent[at+n:at+2*n]))
}

func (c *comparison) heardLevel(at, n int) float64 {
	from, to := min(max(at, 0), len(c.heard)), min(max(at+n, 0), len(c.heard))
	return rms(append(make([]float64, 0, n), c.heard[from:to]...)[:n])
}

// lagAt is the lag of the block found that is nearest to a place in sent.
func lagAt(found []block, at int) int {
	i := sort.Search(len(found), func(i int) bool { return found[i].at > at })
	switch {
	case i == 0:
		return found[0].lag
	case i < len(found) && found[i].at-at < at-found[i-1].at-found[i-1].length:
		return found[i].lag
	}
	return found[i-1].lag
}
