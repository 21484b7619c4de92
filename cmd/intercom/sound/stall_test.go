package sound

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"intercom/media"
)

// stalls is a card that stops without a word after some periods: a driver that hangs, a plug that was pulled.
type stalls struct {
	*card
	after int
}

func (c *stalls) Start(process func(play, capture []int16)) error {
	n := 0
	return c.card.Start(func(play, capture []int16) {
		if n++; n <= c.after {
			process(play, capture)
		}
	})
}

func TestACardThatStallsIsTold(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "speech.wav")
	synctest.Test(t, func(t *testing.T) { // a second of something
		if err := Record(within(t, 1005*time.Millisecond), newCard(wire(0)), file); err != nil {
			t.Fatal(err)
		}
	})
	for name, use := range map[string]func(context.Context, media.Card) error{
		"play":   func(ctx context.Context, c media.Card) error { return Play(ctx, c, file) },
		"record": func(ctx context.Context, c media.Card) error { return Record(ctx, c, filepath.Join(dir, "kept.wav")) },
		"level":  func(ctx context.Context, c media.Card) error { return Level(ctx, c, io.Discard) },
		"loop":   Loop,
		"self-test": func(ctx context.Context, c media.Card) error {
			_, err := Test(ctx, c, io.Discard)
			return err
		},
		"calibrate": func(ctx context.Context, c media.Card) error {
			_, err := Calibrate(ctx, func() (media.Card, error) { return c, nil }, io.Discard)
			return err
		},
	} {
		for _, after := range []int{0, 50} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := &stalls{newCard(wire(-20)), after}
					begun := time.Now()
					err := use(t.Context(), c)
					if took := time.Since(begun); err == nil || !strings.Contains(err.Error(), "stands still") || took > 7*time.Second || c.closed != 1 {
						t.Errorf("after %v and %d periods: %v, closed %d times", took, after, err, c.closed)
					}
				})
			})
		}
	}
}

// A card that is stopped before it has begun is told too: there was nothing to hear or to show.
func TestADeadCardIsToldWhenTheTimeIsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if err := Level(within(t, time.Second), &stalls{newCard(wire(0)), 0}, io.Discard); err == nil {
			t.Error("all is well with a card that does nothing")
		}
	})
}
