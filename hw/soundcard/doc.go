// Package soundcard is one open pair of microphone and loudspeaker: mono, 16 bit, at the card's own rate, in periods of
// 10 ms whose pace is the clock of the audio path. Card is a real one through miniaudio; Paced is only a clock.
package soundcard

import (
	"fmt"
	"log/slog"
	"time"
)

// Period is the length of the blocks that Start hands over.
const Period = 10 * time.Millisecond

// Options of a Card.
type Options struct {
	// Card is "default", the ALSA id of a card ("Device") or a part of its name. Empty means "default".
	Card string

	// Rate is one that the card must have, in Hz, converting if need be; 0 leaves it the card's own.
	Rate int

	// OnFault is told if the card stops by itself: pulled out, or its driver gave up.
	OnFault func(error)

	// Log gets what the driver says, at debug level. Nil discards it.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Card == "" {
		o.Card = "default"
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.OnFault == nil {
		o.OnFault = func(error) {}
	}
	return o
}

func describe(name string, rate int) string { return fmt.Sprintf("%s at %d Hz", name, rate) }
