package sound

import (
	"context"
	"errors"
	"fmt"

	"intercom/cmd/intercom/wavcard"
	"intercom/media"
)

// waiting is how many periods may wait for the disc: two seconds.
const waiting = 200

// Record keeps what the microphone hears in a WAV file, until ctx ends.
func Record(ctx context.Context, card media.Card, file string) error {
	keep, err := wavcard.CreateSpeaker(file, card.Rate())
	if err != nil {
		return closing(card, err)
	}
	full, free := make(chan []int16, waiting), make(chan []int16, waiting)
	for range waiting {
		free <- make([]int16, card.Period())
	}
	stop, written := make(chan struct{}), make(chan error)
	go func() { written <- write(keep, full, free, stop) }()
	lost := 0
	err = use(ctx, card, stop, func(play, capture []int16) {
		clear(play)
		select {
		case block := <-free:
			copy(block, capture)
			full <- block
		default: // the disc does not keep up
			lost++
		}
	})
	close(full)
	err = errors.Join(err, <-written, keep.Close())
	if lost > 0 {
		err = errors.Join(err, fmt.Errorf("%s: %d ms are missing: the disc was too slow", file, 10*lost))
	}
	return err
}

// write writes what comes until there is no more of it; a fault of the disc stops the recording.
func write(keep *wavcard.Speaker, full <-chan []int16, free chan<- []int16, stop chan<- struct{}) (fault error) {
	for block := range full {
		if fault != nil {
			continue
		}
		if fault = keep.Write(block); fault != nil {
			close(stop)
		}
		free <- block
	}
	return fault
}

// closing gives a card back that is not used after all.
func closing(card media.Card, why error) error { return errors.Join(why, card.Close()) }
