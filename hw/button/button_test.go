package button_test

import (
	"errors"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"intercom/hw/button"
	"intercom/hw/memline"

	"periph.io/x/conn/v3/gpio"
)

// bell is a button on a line in memory and what it told.
type bell struct {
	*testing.T
	*button.Button
	line *memline.Input

	mu     sync.Mutex
	told   []button.Kind
	faults []error
}

// bare hides that a line in memory knows the time of its edges.
type bare struct{ gpio.PinIn }

func newBell(t *testing.T, wrap func(gpio.PinIn) gpio.PinIn, o button.Options) *bell {
	b := &bell{T: t, line: memline.NewInput("button")}
	o.Stable, o.Shortest = 50*time.Millisecond, 80*time.Millisecond
	o.OnEvent = func(e button.Event) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.told = append(b.told, e.Kind)
	}
	o.OnFault = func(err error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.faults = append(b.faults, err)
	}
	b.line.Set(gpio.Level(o.ActiveLow))
	b.Button = button.Watch(wrap(b.line), o)
	synctest.Wait()
	return b
}

func asItIs(p gpio.PinIn) gpio.PinIn   { return p }
func plainPin(p gpio.PinIn) gpio.PinIn { return bare{p} }

func (b *bell) wantTold(why string, want ...button.Kind) {
	b.Helper()
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	if !slices.Equal(b.told, want) {
		b.Fatalf("%s: told %v, want %v", why, b.told, want)
	}
}

func TestPressOnALine(t *testing.T) {
	for name, wrap := range map[string]func(gpio.PinIn) gpio.PinIn{"timed edges": asItIs, "plain pin": plainPin} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBell(t, wrap, button.Options{})
				defer b.Close()
				time.Sleep(10 * time.Second)
				b.line.Set(gpio.High)
				time.Sleep(79 * time.Millisecond)
				b.wantTold("before the shortest press")
				time.Sleep(2 * time.Millisecond)
				b.wantTold("after 80 ms", button.Pressed)
				b.line.Set(gpio.Low)
				time.Sleep(51 * time.Millisecond)
				b.wantTold("let go", button.Pressed, button.Released)
				if got := b.Stats(); got != (button.Stats{Presses: 1}) {
					t.Errorf("counted %+v", got)
				}
			})
		})
	}
}

func TestActiveLowContact(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBell(t, asItIs, button.Options{ActiveLow: true})
		defer b.Close()
		b.line.Set(gpio.Low)
		time.Sleep(100 * time.Millisecond)
		b.wantTold("pulled to ground", button.Pressed)
	})
}

// Long wires beside a mains cable: spikes all the time ring nobody, and are shown.
func TestSpikesAreCountedNotRung(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBell(t, asItIs, button.Options{})
		defer b.Close()
		for range 100 {
			b.line.Set(gpio.High)
			time.Sleep(time.Millisecond)
			b.line.Set(gpio.Low)
			time.Sleep(99 * time.Millisecond)
		}
		b.wantTold("spikes only")
		if got := b.Stats(); got != (button.Stats{Glitches: 100}) {
			t.Errorf("counted %+v, want 100 glitches", got)
		}
	})
}

// More edges than the kernel keeps: the last ones are lost, the level is not.
func TestABurstThatOverflowsEndsInTheTrueLevel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBell(t, asItIs, button.Options{})
		defer b.Close()
		for range 500 {
			b.line.Set(gpio.High)
			b.line.Set(gpio.Low)
		}
		b.line.Set(gpio.High)
		time.Sleep(2 * time.Second)
		b.wantTold("closed after a burst", button.Pressed)
	})
}

func TestAPressRightAfterWatchCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		line := memline.NewInput("button")
		told := make(chan button.Event, 4)
		b := button.Watch(line, button.Options{Stable: 50 * time.Millisecond, OnEvent: func(e button.Event) { told <- e }})
		defer b.Close()
		line.Set(gpio.High)
		time.Sleep(time.Second)
		synctest.Wait()
		if len(told) != 1 {
			t.Errorf("%d events, want the press", len(told))
		}
	})
}

func TestHeldForAMinuteIsStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBell(t, asItIs, button.Options{})
		defer b.Close()
		b.line.Set(gpio.High)
		time.Sleep(10 * time.Minute)
		b.wantTold("held", button.Pressed, button.Stuck)
	})
}

func TestCloseEndsTheWaitAndTellsNothingMore(t *testing.T) {
	for name, wrap := range map[string]func(gpio.PinIn) gpio.PinIn{"timed edges": asItIs, "plain pin": plainPin} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBell(t, wrap, button.Options{})
				b.line.Set(gpio.High)
				time.Sleep(60 * time.Millisecond)
				if err := b.Close(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Minute)
				b.wantTold("after Close")
				if len(b.faults) != 0 {
					t.Errorf("Close was told as a fault: %v", b.faults)
				}
			})
		})
	}
}

func TestALineThatFailsIsReportedOnce(t *testing.T) {
	for name, wrap := range map[string]func(gpio.PinIn) gpio.PinIn{"timed edges": asItIs, "plain pin": plainPin} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBell(t, wrap, button.Options{})
				_ = b.line.Halt() // as if the chip had been unplugged
				time.Sleep(time.Minute)
				synctest.Wait()
				if len(b.faults) != 1 {
					t.Fatalf("%d faults told, want 1: %v", len(b.faults), b.faults)
				}
				if err := b.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
					t.Error(err)
				}
			})
		})
	}
}
