package sim

import (
	"intercom/board"
	"intercom/hw/soundcard"
)

// NewCard is a sound card of its own, without a board: it hears microphone and plays to speaker, either of which may be
// nil. The rate is in Hz.
func NewCard(name string, rate int, microphone Source, speaker Sink) (board.Sound, error) {
	return paced(soundcard.PacedOptions{Name: name, Rate: rate, Microphone: microphone, Speaker: speaker})
}
