package media

import (
	"sync/atomic"

	"intercom/media/aec"
	"intercom/media/agc"
	"intercom/media/denoise"
	"intercom/media/halfduplex"
)

// microphone is what happens to the microphone's sound before the streams get it, in this order: its gain, the echo canceller with the
// noise suppression in its frames, the gain control, and turns if the echo cannot be cancelled. It belongs to the card's callback, except
// hopeless.
type microphone struct {
	gain   float32
	first  []Stage // echo canceller, noise suppression
	stages []Stage // gain control, then those of Options

	judge    *halfduplex.Judge // nil: nobody is ever turned down
	turns    halfduplex.Switch
	heard    []int16 // before the echo canceller
	loud     float32 // the loudspeaker's gain in the turns
	hopeless atomic.Bool
}

func newMicrophone(rate int, o Options) *microphone {
	m := &microphone{gain: decibels(o.MicrophoneGain), heard: make([]int16, rate/100), loud: 1}
	switch {
	case o.EchoCanceller:
		canceller := aec.New(rate)
		canceller.Expect(o.EchoDelay)
		if o.NoiseSuppression {
			canceller.Enhance(denoise.NewSuppressor(canceller.Bins()).Suppress)
		}
		m.first = []Stage{canceller}
	case o.NoiseSuppression:
		m.first = []Stage{denoise.New(rate)}
	}
	if o.AutomaticGain {
		m.stages = []Stage{agc.New(rate)}
	}
	m.stages = append(m.stages, o.Stages...)
	if o.HalfDuplex {
		m.judge = new(halfduplex.Judge)
	}
	return m
}

// process works on a block of the microphone in place; play is what the loudspeaker is given meanwhile.
func (m *microphone) process(near, play []int16) {
	copy(m.heard, near)
	for _, s := range m.first {
		s.Process(near, play)
	}
	own := m.takeTurns(near, play)
	for _, s := range m.stages {
		s.Process(near, play)
	}
	amplify(near, own)
}

// takeTurns returns the microphone's gain in the turns, 1 as long as both may speak at once.
func (m *microphone) takeTurns(near, play []int16) float32 {
	if m.judge == nil {
		return 1
	}
	m.judge.Listen(m.heard, near, play)
	if m.judge.Hopeless() != m.hopeless.Load() {
		m.hopeless.Store(m.judge.Hopeless())
		m.turns.Release()
	}
	if !m.judge.Hopeless() {
		m.loud = 1
		return 1
	}
	m.turns.Listen(near, play)
	own, loud := m.turns.Gains()
	m.loud = loud
	return own
}
