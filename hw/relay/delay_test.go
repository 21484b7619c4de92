package relay_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"intercom/hw/relay"
)

func TestItClosesAfterItsDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, relay.Options{Delay: 2 * time.Second})
		d.pulse(3 * time.Second)
		time.Sleep(2*time.Second - time.Millisecond)
		d.wantClosed("just before the delay is over", false)
		time.Sleep(2 * time.Millisecond)
		d.wantClosed("just after", true)
		time.Sleep(3*time.Second - 3*time.Millisecond)
		d.wantClosed("just before the pulse is over", true)
		time.Sleep(3 * time.Millisecond)
		d.wantClosed("just after", false)
	})
}

// Attack: whoever asks again and again neither puts the closing off nor lengthens it beyond what he asked for.
func TestAskingDuringTheDelayDoesNotPutItOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, relay.Options{Delay: 2 * time.Second})
		begin := time.Now()
		for time.Since(begin) < 2*time.Second {
			d.pulse(time.Second)
			time.Sleep(100 * time.Millisecond)
		}
		d.wantClosed("after the first delay", true)
		time.Sleep(time.Second + time.Millisecond)
		d.wantClosed("a second after", false)
		time.Sleep(time.Minute)
		d.wantClosed("long after", false)
	})
}

// Attack: what was stopped during the delay must never close.
func TestStoppedDuringTheDelayItNeverCloses(t *testing.T) {
	for name, stop := range map[string]func(*door) error{
		"Release": func(d *door) error { return d.Release() },
		"Close":   func(d *door) error { return d.Close() },
	} {
		for wait := range 20 {
			synctest.Test(t, func(t *testing.T) {
				d := newDoor(t, relay.Options{Delay: 2 * time.Second, Bistable: wait%2 == 0})
				if wait%2 == 0 {
					if err := d.Hold(); err != nil {
						t.Fatal(err)
					}
				}
				d.pulse(3 * time.Second)
				time.Sleep(time.Duration(wait) * 100 * time.Millisecond)
				if err := stop(d); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Minute)
				d.wantClosed("a minute after "+name, false)
				d.wantLongest(0)
				if len(d.changes) != 0 {
					t.Errorf("changes told: %v", d.changes)
				}
			})
		}
	}
}

func TestAPulseOutOfBoundsIsRefusedBeforeTheDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, relay.Options{Delay: time.Second})
		if err := d.Pulse(relay.MaxClosed + 1); err == nil {
			t.Error("a pulse beyond the cap was accepted")
		}
		d.pulse(relay.MaxClosed)
		if err := d.Pulse(relay.MinPulse - 1); err == nil {
			t.Error("a pulse too short was accepted during the delay")
		}
		time.Sleep(time.Second + relay.MaxClosed + time.Millisecond)
		d.wantClosed("after the cap", false)
		d.wantLongest(relay.MaxClosed)
	})
}

func TestDelaysOutOfBoundsAreRefused(t *testing.T) {
	for _, delay := range []time.Duration{-1, relay.MaxDelay + 1} {
		if _, err := relay.New(nil, relay.Options{Delay: delay}); err == nil {
			t.Errorf("a delay of %v was accepted", delay)
		}
	}
}

func TestABistableRelayHoldsUntilItIsReleased(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, relay.Options{Bistable: true})
		d.wantClosed("at the start", false)
		for range 2 {
			if err := d.Hold(); err != nil {
				t.Fatal(err)
			}
			d.pulse(time.Second) // shortens nothing
			time.Sleep(100 * time.Hour)
			d.wantClosed("after 100 h", true)
			if err := d.Release(); err != nil {
				t.Fatal(err)
			}
			d.wantClosed("after Release", false)
		}
		d.pulse(time.Second)
		time.Sleep(500 * time.Millisecond)
		if err := d.Hold(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		d.wantClosed("held in mid-pulse", true)
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		d.wantClosed("after Close", false)
		if err := d.Hold(); !errors.Is(err, relay.ErrClosed) {
			t.Errorf("Hold after Close: %v", err)
		}
	})
}

// A pulse of a bistable relay is bounded like any other.
func TestAPulseOfABistableRelayEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, relay.Options{Bistable: true})
		for range 400 {
			_ = d.Pulse(relay.MaxClosed)
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(relay.MaxClosed)
		d.wantLongest(relay.MaxClosed)
	})
}

// A claim is made before the relay leaves its rest, the delay included, and given up when it is at rest again, not before.
func TestClaim(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		claimed, refuse := 0, error(nil)
		d := newDoor(t, relay.Options{
			Delay: time.Second,
			Claim: func() error {
				if refuse == nil {
					claimed++
				}
				return refuse
			},
			Free: func() { claimed-- },
		})
		want := func(when string, n int) {
			t.Helper()
			synctest.Wait()
			if claimed != n {
				t.Fatalf("%s: claimed %d times, want %d", when, claimed, n)
			}
		}
		d.pulse(time.Second)
		d.pulse(time.Second)
		want("during the delay", 1)
		time.Sleep(1500 * time.Millisecond)
		d.wantClosed("in mid-pulse", true)
		want("in mid-pulse", 1)
		d.pin.Fail(failing(false))
		time.Sleep(5 * time.Second)
		want("while it does not go to rest", 1)
		d.pin.Fail(nil)
		time.Sleep(time.Second)
		d.wantClosed("the line is back", false)
		want("at rest", 0)
		d.pulse(time.Second)
		_ = d.Release()
		want("released during the delay", 0)
		refuse = errors.New("the other door is open")
		if err := d.Pulse(time.Second); !errors.Is(err, refuse) {
			t.Fatalf("Pulse: %v, want the refusal", err)
		}
		time.Sleep(time.Minute)
		d.wantClosed("after a refusal", false)
		want("after a refusal", 0)
		refuse = nil
		d.pulse(time.Second)
		d.pin.Fail(failing(true))
		time.Sleep(2 * time.Second)
		want("after it failed to close", 0)
		if len(d.faults) != 2 || !errors.Is(d.faults[1], errPin) {
			t.Errorf("faults told: %v", d.faults)
		}
	})
}
