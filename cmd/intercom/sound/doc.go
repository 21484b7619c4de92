// Package sound is what "intercom sound" does with a card: show what it hears, record, play, let people hear themselves,
// test the way from the loudspeaker to the microphone, and work out the gains of a place.
package sound

import (
	"context"
	"fmt"

	"intercom/media"
)

// use runs a card until done is closed or ctx ends, whichever is first, and closes it.
func use(ctx context.Context, card media.Card, done <-chan struct{}, process func(play, capture []int16)) error {
	err := card.Start(process)
	if err == nil {
		select {
		case <-done:
		case <-ctx.Done():
		}
	}
	if end := card.Close(); err == nil {
		err = end
	}
	if err != nil {
		return fmt.Errorf("the sound card: %w", err)
	}
	return nil
}
