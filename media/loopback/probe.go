package loopback

import (
	"time"
)

// Probe plays and records one measurement. Process is called on the card's thread, everything else after Done.
type Probe struct {
	rate     int
	sweep    sweep
	recorded []int16
	at       int // samples since the beginning
	done     chan struct{}
}

// New makes a probe for a card of that rate in Hz.
func New(rate int) *Probe {
	return &Probe{
		rate: rate, sweep: newSweep(rate), done: make(chan struct{}),
		recorded: make([]int16, samples(Length, rate)),
	}
}

// Process fills a period of what is played and takes one of what is heard. It does not allocate.
func (p *Probe) Process(play, capture []int16) {
	for i := range play {
		play[i] = p.due(p.at + i)
	}
	if p.at >= len(p.recorded) {
		return
	}
	copy(p.recorded[p.at:], capture)
	p.at += len(capture)
	if p.at >= len(p.recorded) {
		close(p.done)
	}
}

// due is the sample that is played at a time.
func (p *Probe) due(at int) int16 {
	at -= samples(pauseTime, p.rate)
	if at < 0 || at >= Sweeps*p.round() {
		return 0
	}
	if at %= p.round(); at < len(p.sweep.samples) {
		return p.sweep.samples[at]
	}
	return 0
}

// round is the length of a sweep and the pause after it.
func (p *Probe) round() int { return samples(sweepTime, p.rate) + samples(ringTime, p.rate) }

// Done is closed when everything has been played and heard.
func (p *Probe) Done() <-chan struct{} { return p.done }

func samples(d time.Duration, rate int) int { return int(d.Seconds() * float64(rate)) }
