package halfduplex

import (
	"math"

	"intercom/media/level"
)

const (
	// turnedDown is the gain in dB of the microphone while the house speaks, and of the loudspeaker while the visitor does.
	turnedDown = -30.0

	// faded is the number of blocks in which a side is turned down or up.
	faded = 3

	// hold is how many blocks a turn lasts after its last word; echo dies away meanwhile.
	hold = 25

	// louder is by how many dB the microphone must be above the echo that is to be expected for the visitor to take the turn.
	louder = 9.0

	// unlearn and learn follow the level of the echo beside the far end's, in dB per block: quickly up and slowly down.
	learn, unlearn = 1.0, 0.02
)

// turn is who speaks.
type turn uint8

const (
	nobody turn = iota
	house
	visitor
)

// Switch gives the turns. It is not safe for use from several goroutines.
type Switch struct {
	turn turn
	rest int // blocks that the turn goes on in silence

	coupling float64 // how much louder than the far end's sound its echo is, in dB
	far      float64 // level of the far end, at once up and slowly down

	microphone, speaker float64 // gains in dB now
	began               bool
}

// Listen takes a block of the microphone, before it is turned down, and what the loudspeaker was given at its gain, and decides who speaks.
func (s *Switch) Listen(near, far []int16) {
	n, f := level.DBFS(level.Power(near)), level.DBFS(level.Power(far))-s.speaker
	if !s.began {
		s.began, s.coupling, s.far = true, 0, -90
	}
	s.far = max(f, s.far-1)
	farSpeaks := s.far > active
	echo := s.far + s.speaker + s.coupling // of what the loudspeaker is given
	nearSpeaks := n > active && (!farSpeaks || n > echo+louder)
	if farSpeaks && s.turn == house {
		if over := n - echo; over > 0 && !nearSpeaks {
			s.coupling += min(learn, over)
		} else {
			s.coupling -= unlearn
		}
		s.coupling = min(max(s.coupling, -30), 20)
	}
	s.take(nearSpeaks, farSpeaks)
	s.fade()
}

// take hands the turn on: who has it keeps it while he speaks, and a little longer; only the visitor may interrupt.
func (s *Switch) take(nearSpeaks, farSpeaks bool) {
	s.rest--
	switch {
	case nearSpeaks && (s.turn != house || s.rest < hold || farSpeaks):
		s.turn, s.rest = visitor, hold
	case farSpeaks && (s.turn != visitor || s.rest <= 0):
		s.turn, s.rest = house, hold
	case s.rest <= 0:
		s.turn = nobody
	}
}

// fade moves the gains to where the turn wants them.
func (s *Switch) fade() {
	const step = -turnedDown / faded
	to := func(now *float64, down bool) {
		if down {
			*now = max(*now-step, turnedDown)
		} else {
			*now = min(*now+step, 0)
		}
	}
	to(&s.microphone, s.turn == house)
	to(&s.speaker, s.turn == visitor)
}

// Release turns nobody down any more, at once.
func (s *Switch) Release() { *s = Switch{coupling: s.coupling, began: s.began, far: s.far} }

// Gains are those of the microphone and of the loudspeaker, as factors.
func (s *Switch) Gains() (microphone, speaker float32) {
	return float32(math.Pow(10, s.microphone/20)), float32(math.Pow(10, s.speaker/20))
}
