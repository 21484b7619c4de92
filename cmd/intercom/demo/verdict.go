package demo

import (
	"errors"
	"fmt"
	"os"
	"time"

	"intercom/media/align"
	"intercom/media/wav"
)

// verdict holds one visit against what was promised: both sides heard each other, and the relay closed for its time and
// opened again.
type verdict struct {
	visitorSaid, houseSaid []int16
	rate                   int // Hz
	houseHeard, doorHeard  string
	doorOpened, doorClosed time.Time
	pulse                  time.Duration
}

// leastCorrelation is what G.711 and a jitter buffer leave of a voice, with a margin.
const leastCorrelation = 0.9

// pulseTolerance is what timers and scheduling of a busy computer may add to a relay's time.
const pulseTolerance = 100 * time.Millisecond

// judge returns nil, or everything that was not as promised.
func (v verdict) judge() error {
	return errors.Join(
		v.heard("the house did not hear the visitor", v.visitorSaid, v.houseHeard),
		v.heard("the visitor did not hear the house", v.houseSaid, v.doorHeard),
		v.opened(),
	)
}

// heard compares what was said, if anything was, with what the other side has in its file.
func (v verdict) heard(complaint string, said []int16, file string) error {
	if len(said) == 0 {
		return nil
	}
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("%s: %w", complaint, err)
	}
	defer f.Close()
	samples, rate, err := wav.Read(f)
	if err != nil {
		return fmt.Errorf("%s: %s: %w", complaint, file, err)
	}
	if rate != v.rate {
		return fmt.Errorf("%s: %s has %d Hz, not %d", complaint, file, rate, v.rate)
	}
	if r := align.Align(said, samples, rate); r.Correlation < leastCorrelation {
		return fmt.Errorf("%s: what was said and %s correlate by %.2f only", complaint, file, r.Correlation)
	}
	return nil
}

func (v verdict) opened() error {
	if v.doorOpened.IsZero() {
		return errors.New("the relay did not close")
	}
	if v.doorClosed.IsZero() {
		return errors.New("the relay did not open again")
	}
	if d := v.doorClosed.Sub(v.doorOpened); d < v.pulse-pulseTolerance || d > v.pulse+pulseTolerance {
		return fmt.Errorf("the relay was closed for %v, not for %v", d.Round(time.Millisecond), v.pulse)
	}
	return nil
}
