package relay_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"intercom/hw/memline"
	"intercom/hw/relay"

	"periph.io/x/conn/v3/gpio"
)

// told is a relay in memory and what it has told of itself.
type told struct {
	*relay.Relay
	pin *memline.Output

	mu     sync.Mutex
	states []string // and the line's level at that moment
	signs  []time.Time
}

func newTold(t *testing.T, o relay.Options) *told {
	t.Helper()
	d := &told{pin: memline.NewOutput("relay", gpio.Low)}
	o.OnState = func(s relay.State) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.states = append(d.states, fmt.Sprint(s, d.pin.Level()))
		d.signs = append(d.signs, time.Now())
	}
	r, err := relay.New(d.pin, o)
	if err != nil {
		t.Fatal(err)
	}
	d.Relay = r
	t.Cleanup(func() { r.Close() })
	return d
}

func (d *told) wantStates(t *testing.T, when, want string) {
	t.Helper()
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	if got := fmt.Sprint(d.states); got != want {
		t.Errorf("%s: told %s, want %s", when, got, want)
	}
	d.states = nil
}

// The state is told before the line leaves its rest and after it is back, and every second in between.
func TestAPulseTellsOfItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newTold(t, relay.Options{Delay: 5 * time.Second})
		d.wantStates(t, "at the start", "[]")
		if err := d.Pulse(2500 * time.Millisecond); err != nil {
			t.Fatal(err)
		}
		time.Sleep(4 * time.Second)
		d.wantStates(t, "during the delay", "[]")
		time.Sleep(4 * time.Second)
		d.wantStates(t, "after the pulse", "[1 Low 1 High 1 High 0 Low]")
		time.Sleep(time.Hour)
		d.wantStates(t, "at rest", "[]")
	})
}

func TestARelayThatIsHeldTellsOfItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newTold(t, relay.Options{Bistable: true})
		if err := d.Pulse(time.Second); err != nil {
			t.Fatal(err)
		}
		if err := d.Hold(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(1500 * time.Millisecond)
		d.wantStates(t, "held in mid-pulse", "[1 Low 2 High 2 High]")
		d.pin.Fail(failing(gpio.Low))
		_ = d.Release()
		time.Sleep(time.Second)
		d.wantStates(t, "a line that does not go to rest", "[1 High]")
		d.pin.Fail(nil)
		time.Sleep(time.Second)
		d.wantStates(t, "the line is back", "[0 Low]")
	})
}

// Whoever asks again and again neither gives signs of life in the timer's place nor keeps it from giving them.
func TestBeingAskedIsNoSignOfLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newTold(t, relay.Options{})
		for range 95 {
			if err := d.Pulse(relay.MaxClosed); err != nil {
				t.Fatal(err)
			}
			time.Sleep(100 * time.Millisecond)
		}
		synctest.Wait()
		d.mu.Lock()
		defer d.mu.Unlock()
		if len(d.signs) != 10 {
			t.Fatalf("told %d times in 9.5 s, want 10", len(d.signs))
		}
		for i, at := range d.signs[1:] {
			if gap := at.Sub(d.signs[i]); gap != relay.SignEvery {
				t.Errorf("sign %d came after %v, want %v", i+1, gap, relay.SignEvery)
			}
		}
	})
}

// A relay that did not close, and one that is shut down in mid-pulse, are at rest; one that cannot be put to rest does not say so.
func TestTheEndIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newTold(t, relay.Options{})
		d.pin.Fail(failing(gpio.High))
		_ = d.Pulse(time.Second)
		d.wantStates(t, "it did not close", "[1 Low 0 Low]")
		d.pin.Fail(nil)
		_ = d.Pulse(time.Second)
		_ = d.Close()
		d.wantStates(t, "closed in mid-pulse", "[1 Low 0 Low]")
		d = newTold(t, relay.Options{})
		_ = d.Pulse(time.Second)
		d.pin.Fail(failing(gpio.Low))
		_ = d.Close()
		d.wantStates(t, "closed, and the line does not obey", "[1 Low]")
	})
}
