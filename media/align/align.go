// Package align compares a signal that was sent with a recording of what came out at the other end: is it the same sound, how
// late, how loud, and what is missing? It is the ear of tests and of the demo, not a part of the audio path.
//
// The recording may have passed through G.711, other sampling rates, a card whose clock differs, and a jitter buffer that
// stretches time; it may begin and end with something else. Therefore the two are not compared as a whole: the recording is
// found once by cross-correlation, and then followed block by block, each with a little freedom around where the last was, to a part of a
// sample.
package align

import (
	"slices"
	"time"
)

const (
	blockLength = 200 * time.Millisecond
	freedom     = 40 * time.Millisecond // of a block, either way from where its neighbour was
	wideFreedom = 500 * time.Millisecond
	wideBlocks  = 3 // compared together where the trace was lost

	// same is the correlation from which a block counts as found. Other speech does not reach it.
	same = 0.8
	// certain is what it takes to follow a jump.
	certain = 0.9
)

// Report is what a comparison found.
type Report struct {
	// Lag is how much later the sound is in the recording: the median over the blocks found. It is negative if the
	// recording begins in mid-sound.
	Lag time.Duration
	// Correlation is the median of the blocks' normalised cross-correlations, over the blocks in which the sent signal has
	// energy: 1 for the same waveform at any gain, about 0 to 0.4 for other speech. As a median it forgives blocks in
	// which time was stretched; what is missing shows in Found and Gaps.
	Correlation float64
	// Found is the share, 0 to 1, of those blocks that are in the recording with a correlation of at least 0.8.
	Found float64
	// Gain is the level of the recording against the sent signal in dB: the median over the blocks found.
	Gain float64
	// Gaps are the stretches of at least 20 ms in which the sent signal has energy and the recording is silent, in order.
	Gaps []Gap
}

// Gap is a silence in the recording where there should be sound.
type Gap struct {
	At     time.Duration // from the start of the sent signal
	Length time.Duration
}

// LongestGap is the length of the longest gap, 0 if there is none.
func (r Report) LongestGap() (longest time.Duration) {
	for _, g := range r.Gaps {
		longest = max(longest, g.Length)
	}
	return longest
}

// Align looks for sent in heard, both at the same rate in Hz. Where sent has no energy the report is zero.
func Align(sent, heard []int16, rate int) Report {
	c := newComparison(sent, heard, rate)
	blocks := c.follow()
	if len(blocks) == 0 {
		return Report{}
	}
	found := slices.DeleteFunc(slices.Clone(blocks), func(b block) bool { return b.correlation < same })
	report := Report{
		Correlation: median(blocks, func(b block) float64 { return b.correlation }),
		Found:       float64(len(found)) / float64(len(blocks)),
	}
	if len(found) == 0 {
		report.Lag = c.duration(blocks[0].lag)
		return report
	}
	report.Lag = time.Duration(median(found, func(b block) float64 { return float64(b.lag) + b.part }) * float64(time.Second) / float64(rate))
	gain := median(found, func(b block) float64 { return b.gain })
	report.Gain = decibel(gain)
	report.Gaps = c.gaps(found, gain)
	return report
}

// median of a value of each block; there must be one.
func median(blocks []block, value func(block) float64) float64 {
	values := make([]float64, len(blocks))
	for i, b := range blocks {
		values[i] = value(b)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
