package inband

import (
	"math"
	"time"
)

// What a window must show to be part of a digit. Ratios are of powers.
const (
	mostOffset = 0.02   // of one frequency from its nominal one, as a part of it
	mostOff    = 0.0235 // of both, by the root of the sum of squares: 0.0212 if each is 1.5 % away
	leastPower = 26e3   // of the weaker tone: -40 dBm0
	mostTwist  = 10     // of one tone against the other, either way; Q.24 asks for 4 to 10 dB by country

	// leastShare is of both tones in all that is heard: 0.91 at 10 dB above noise, 0.83 with 5 ms missing, 0.76 with both,
	// 0.67 if they last for 20 ms only. Tones that are off must be cleaner by perOffset: what is noisy as well is speech.
	leastShare = 0.74
	perOffset  = 3
	leastGuess = 0.25 // of the same, before the frequencies are known
)

// When a digit is over.
const (
	absentPart = 0.1 // of a tone's own power; below it is not there
	mostAbsent = 4   // blocks without a tone
)

// Digit is one that was heard.
type Digit struct {
	Digit    byte          // 0-9 * # A-D
	Duration time.Duration // so far; it is final where Ended is set
	Ended    bool
}

// Detector hears the digits of one stream. It is not safe for use from several goroutines.
type Detector struct {
	bank   *bank
	window *window
	block  []float32 // at the rate of the stream
	half   [size]float32
	fill   int

	last   byte // what the window before this one showed, or 0
	digit  byte // being heard, or 0
	row    int
	column int
	floor  [2]float32 // squared sums of a block below which the digit's tones count as absent
	heard  int        // blocks since the digit began
	absent int        // blocks at the end of these without the tones
}

// NewDetector returns a detector for a sampling rate in Hz, 8000 or 16000.
func NewDetector(rate int) (*Detector, error) {
	if err := checkRate(rate); err != nil {
		return nil, err
	}
	return &Detector{bank: newBank(), window: newWindow(), block: make([]float32, rate/blockRate)}, nil
}

// Process listens to more samples and appends to dst what they brought: a Digit when one begins, about 40 ms after its
// first sample, and the same with Ended set when it is over.
func (d *Detector) Process(dst []Digit, src []int16) []Digit {
	for len(src) > 0 {
		n := min(len(src), len(d.block)-d.fill)
		for i, s := range src[:n] {
			d.block[d.fill+i] = float32(s)
		}
		d.fill += n
		src = src[n:]
		if d.fill == len(d.block) {
			d.fill = 0
			d.window.push(d.bank.measure(d.narrow()))
			dst = d.step(dst)
		}
	}
	return dst
}

// narrow returns the block at 8 kHz. The mean of two samples is filter enough: what it lets through from beyond the telephone's band is
// weakest where it would fall on a digit's frequency.
func (d *Detector) narrow() []float32 {
	if len(d.block) == size {
		return d.block
	}
	for i := range size {
		d.half[i] = (d.block[2*i] + d.block[2*i+1]) / 2
	}
	return d.half[:]
}

// step judges the newest block.
func (d *Detector) step(dst []Digit) []Digit {
	if d.digit != 0 {
		dst = d.follow(dst)
	}
	shown, row, column := d.look()
	// Two windows in a row: 35 ms.
	if shown != 0 && shown == d.last && shown != d.digit {
		if d.digit != 0 {
			dst = d.end(dst)
		}
		d.begin(shown, row, column)
		dst = append(dst, Digit{Digit: shown, Duration: d.duration()})
	}
	d.last = shown
	return dst
}

// look returns the digit that the window shows, or 0.
func (d *Detector) look() (digit byte, row, column int) {
	w := d.window
	if w.power() < 2*leastPower {
		return 0, 0, 0
	}
	row, rowShare := w.strongest(0)
	column, columnShare := w.strongest(4)
	if rowShare+columnShare < leastGuess {
		return 0, 0, 0
	}
	// A digit that goes on is not looked at twice.
	if digit = keys[4*row+column-4]; digit == d.digit {
		return digit, row, column
	}
	low, high, share := w.find(row, column)
	if !plausible(low, high, share) {
		return 0, 0, 0
	}
	return digit, row, column
}

// plausible is whether two tones that explain a share of what is heard may be those of a digit.
func plausible(low, high line, share float64) bool {
	a, b := math.Abs(low.offset), math.Abs(high.offset)
	weaker, stronger := min(low.power(), high.power()), max(low.power(), high.power())
	return max(a, b) <= mostOffset && math.Hypot(a, b) <= mostOff && share >= leastShare+perOffset*(a+b) &&
		weaker >= leastPower && stronger <= mostTwist*weaker
}

func (d *Detector) begin(digit byte, row, column int) {
	d.digit, d.row, d.column = digit, row, column
	d.heard, d.absent = blocks+1, 0
	for i, f := range [2]int{row, column} {
		var sum float32
		for _, s := range d.window.sums {
			sum += square(s[f])
		}
		d.floor[i] = sum / blocks * absentPart
	}
}

// follow looks whether the digit goes on in the newest block.
func (d *Detector) follow(dst []Digit) []Digit {
	d.heard++
	d.absent++
	newest := &d.window.sums[blocks-1]
	if square(newest[d.row]) > d.floor[0] && square(newest[d.column]) > d.floor[1] {
		d.absent = 0
	}
	if d.absent == mostAbsent {
		return d.end(dst)
	}
	return dst
}

func (d *Detector) end(dst []Digit) []Digit {
	d.heard -= d.absent
	dst = append(dst, Digit{Digit: d.digit, Duration: d.duration(), Ended: true})
	d.digit, d.last = 0, 0
	return dst
}

func (d *Detector) duration() time.Duration {
	return time.Duration(d.heard) * time.Second / blockRate
}

func square(c complex64) float32 { return real(c)*real(c) + imag(c)*imag(c) }
