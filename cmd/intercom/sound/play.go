package sound

import (
	"context"
	"time"

	"intercom/cmd/intercom/wavcard"
	"intercom/media"
)

// ringOut is how long a card is left running behind the last sample, so that its buffers play it.
const ringOut = 300 * time.Millisecond

// Play plays a WAV file of any rate.
func Play(ctx context.Context, card media.Card, file string) error {
	rest, err := wavcard.Samples(file, card.Rate())
	if err != nil {
		return closing(card, err)
	}
	rest = append(rest, make([]int16, samples(ringOut, card.Rate()))...)
	done := make(chan struct{})
	return use(ctx, card, done, func(play, _ []int16) {
		n := copy(play, rest)
		clear(play[n:])
		if rest = rest[n:]; len(rest) == 0 && n > 0 {
			close(done)
		}
	})
}

// loopDelay is how much later people hear themselves: long enough to be told from the sound itself, and for the loop not to
// howl at once.
const loopDelay = time.Second

// Loop plays what the microphone hears a second later, until ctx ends.
func Loop(ctx context.Context, card media.Card) error {
	ring := make([]int16, samples(loopDelay, card.Rate()))
	at := 0
	return use(ctx, card, nil, func(play, capture []int16) {
		for i := range play {
			play[i], ring[at] = ring[at], capture[i]
			at = (at + 1) % len(ring)
		}
	})
}

func samples(d time.Duration, rate int) int { return int(d.Seconds() * float64(rate)) }
