package board

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"intercom/hw/gpioline"
)

func TestALineThatIsPutToRestIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for by, want := range map[string]time.Duration{restConsumer: 30 * time.Millisecond, "spi0": 0} {
			begin, tries := time.Now(), 0
			_, err := patient(func() (int, error) {
				if tries++; tries > 3 {
					return 0, nil
				}
				return 0, &gpioline.Taken{Line: "line 5", By: by}
			})
			if d := time.Since(begin); d != want || (err == nil) != (by == restConsumer) {
				t.Errorf("taken by %s: %v after %v", by, err, d)
			}
		}
		begin := time.Now()
		_, err := patient(func() (int, error) { return 0, &gpioline.Taken{By: restConsumer} })
		if !errors.As(err, new(*gpioline.Taken)) || time.Since(begin) > time.Second {
			t.Errorf("for ever: %v after %v", err, time.Since(begin))
		}
	})
}
