package sound

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"intercom/media"
)

// use runs a card until done is closed or ctx ends, whichever is first, and closes it. A card that stands still is an error.
func use(ctx context.Context, card media.Card, done <-chan struct{}, process func(play, capture []int16)) error {
	var periods atomic.Int64
	err := card.Start(func(play, capture []int16) {
		periods.Add(1)
		process(play, capture)
	})
	if err == nil {
		err = await(ctx, done, &periods)
	}
	if end := card.Close(); err == nil {
		err = end
	}
	if err != nil {
		return fmt.Errorf("the sound card: %w", err)
	}
	return nil
}

// patience is how long a card may stand still. One that works needs it 10 ms after the last period.
const patience = 3 * time.Second

var errStandsStill = errors.New("it stands still, and plays and hears nothing: it was unplugged, or its driver hangs; \"dmesg\" shows what the driver says")

// await waits for the end of a card's use, as long as periods come.
func await(ctx context.Context, done <-chan struct{}, periods *atomic.Int64) error {
	look := time.NewTicker(patience)
	defer look.Stop()
	for seen := int64(0); ; {
		select {
		case <-done:
			return nil
		case <-ctx.Done():
			if periods.Load() == 0 {
				return errStandsStill
			}
			return nil
		case <-look.C:
			now := periods.Load()
			if now == seen {
				return errStandsStill
			}
			seen = now
		}
	}
}
