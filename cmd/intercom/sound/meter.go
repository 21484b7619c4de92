package sound

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"intercom/media"
)

// meter adds up what a microphone hears.
type meter struct {
	squares float64
	peak    float64
	n       int
}

func (m *meter) feed(x []int16) {
	for _, v := range x {
		m.squares += float64(v) * float64(v)
		m.peak = max(m.peak, math.Abs(float64(v)))
	}
	m.n += len(x)
}

// level is the root mean square in dBFS, where 0 is a full-scale sine, peak the greatest sample in dB of full scale.
func (m *meter) level() (rms, peak float64) {
	if m.n == 0 {
		return silent, silent
	}
	const full = math.MaxInt16
	return max(silent, 10*math.Log10(2*m.squares/float64(m.n)/full/full)), max(silent, 20*math.Log10(m.peak/full))
}

// silent is what a meter shows for nothing at all, dBFS.
const silent = -96.0

// meterTime is how much one line of a meter stands for.
const meterTime = 250 * time.Millisecond

// Level writes a line every quarter of a second about what the microphone hears, until ctx ends.
func Level(ctx context.Context, card media.Card, out io.Writer) error {
	lines := make(chan meter, 8)
	sum, periods := meter{}, 0
	each := int(meterTime / (10 * time.Millisecond))
	stop := make(chan struct{})
	var broken error
	writing := make(chan struct{})
	go func() {
		defer close(writing)
		for m := range lines {
			if _, err := io.WriteString(out, m.line()); err != nil && broken == nil {
				broken = err
				close(stop)
			}
		}
	}()
	err := use(ctx, card, stop, func(play, capture []int16) {
		clear(play)
		sum.feed(capture)
		if periods++; periods%each != 0 {
			return
		}
		select {
		case lines <- sum:
		default: // who reads too slowly misses some
		}
		sum = meter{}
	})
	close(lines)
	<-writing
	if broken != nil {
		return broken
	}
	return err
}

// line shows a level as numbers and as a bar from -60 dBFS on, with what to think of it.
func (m *meter) line() string {
	rms, peak := m.level()
	bar := strings.Repeat("#", max(0, int(rms+60)/2))
	note := ""
	switch {
	case m.peak == 0:
		note = "nothing, not even noise: muted?"
	case peak > -0.1:
		note = "overdriven: turn the microphone down"
	}
	return strings.TrimRight(fmt.Sprintf("%6.1f dBFS  peak %6.1f  %-30s %s", rms, peak, bar, note), " ") + "\n"
}
