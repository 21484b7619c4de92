package relay_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"intercom/hw/memline"
	"intercom/hw/relay"

	"periph.io/x/conn/v3/gpio"
)

// door is a relay on a line in memory with a stop-watch on it.
type door struct {
	*testing.T
	*relay.Relay
	pin *memline.Output

	mu      sync.Mutex
	since   time.Time
	longest time.Duration
	changes []string
	faults  []error
}

func newDoor(t *testing.T, o relay.Options) *door {
	t.Helper()
	d := &door{T: t, pin: memline.NewOutput("relay", gpio.High)}
	on := gpio.Level(!o.ActiveLow)
	d.pin.Watch(func(l gpio.Level) { d.clock(l == on) })
	o.OnChange = func(closed bool, _ time.Time) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.changes = append(d.changes, fmt.Sprint(closed))
	}
	o.OnFault = func(err error) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.faults = append(d.faults, err)
	}
	r, err := relay.New(d.pin, o)
	if err != nil {
		t.Fatal(err)
	}
	d.Relay = r
	t.Cleanup(func() { r.Close() })
	return d
}

func (d *door) clock(closed bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case closed && d.since.IsZero():
		d.since = time.Now()
	case !closed && !d.since.IsZero():
		d.longest = max(d.longest, time.Since(d.since))
		d.since = time.Time{}
	}
}

func (d *door) pulse(dur time.Duration) {
	d.Helper()
	if err := d.Pulse(dur); err != nil {
		d.Fatalf("Pulse(%v): %v", dur, err)
	}
}

func (d *door) wantClosed(after string, want bool) {
	d.Helper()
	synctest.Wait()
	if got := d.pin.Level() == gpio.High; got != want {
		d.Fatalf("%s: relay closed is %v, want %v", after, got, want)
	}
	if d.Closed() != want {
		d.Fatalf("%s: Closed() is %v, want %v", after, !want, want)
	}
}

func (d *door) wantLongest(bound time.Duration) {
	d.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.since.IsZero() {
		d.Fatalf("the relay is still closed")
	}
	if d.longest > bound {
		d.Fatalf("the relay was closed for %v, bound %v", d.longest, bound)
	}
}

func TestRestsOffBeforeAnythingElse(t *testing.T) {
	for _, activeLow := range []bool{false, true} {
		pin := memline.NewOutput("relay", gpio.Level(!activeLow)) // found on
		var driven []gpio.Level
		pin.Watch(func(l gpio.Level) { driven = append(driven, l) })
		r, err := relay.New(pin, relay.Options{ActiveLow: activeLow})
		if err != nil {
			t.Fatal(err)
		}
		if len(driven) != 1 || driven[0] != gpio.Level(activeLow) {
			t.Errorf("active low %v: New drove %v, want its rest level once", activeLow, driven)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestPulseEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, relay.Options{})
		d.pulse(3 * time.Second)
		d.wantClosed("at once", true)
		time.Sleep(3*time.Second - time.Millisecond)
		d.wantClosed("just before 3 s", true)
		time.Sleep(2 * time.Millisecond)
		d.wantClosed("after 3 s", false)
		if got := fmt.Sprint(d.changes); got != "[true false]" {
			t.Errorf("changes told: %s", got)
		}
	})
}

func TestActiveLowIsClosedByALowLevel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, relay.Options{ActiveLow: true})
		if d.pin.Level() != gpio.High {
			t.Fatal("rest of an active-low relay is not high")
		}
		d.pulse(time.Second)
		if d.pin.Level() != gpio.Low {
			t.Fatal("an active-low relay is not closed by low")
		}
		time.Sleep(time.Second + time.Millisecond)
		if d.pin.Level() != gpio.High {
			t.Fatal("an active-low relay does not come back to high")
		}
	})
}

func TestPulseOutsideTheBoundsIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, relay.Options{})
		for _, dur := range []time.Duration{-time.Second, 0, relay.MinPulse - 1, relay.MaxClosed + 1, time.Hour, 1<<63 - 1, -1 << 63} {
			if err := d.Pulse(dur); err == nil {
				t.Errorf("Pulse(%v) was accepted", dur)
			}
			d.wantClosed(dur.String(), false)
		}
	})
}

func TestPulseWhileClosedExtendsAndNeverShortens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, relay.Options{})
		d.pulse(3 * time.Second)
		time.Sleep(2 * time.Second)
		d.pulse(3 * time.Second) // until 5 s
		time.Sleep(time.Second)
		d.pulse(relay.MinPulse) // asks for less than it has
		time.Sleep(2*time.Second - time.Millisecond)
		d.wantClosed("just before 5 s", true)
		time.Sleep(2 * time.Millisecond)
		d.wantClosed("after 5 s", false)
		if got := fmt.Sprint(d.changes); got != "[true false]" {
			t.Errorf("an extension was told as a change: %s", got)
		}
	})
}

// Attack: somebody who may open keeps asking, to hold the door open for good.
func TestNoSequenceOfPulsesHoldsTheDoorOpen(t *testing.T) {
	for seed := range uint64(40) {
		synctest.Test(t, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 0))
			d := newDoor(t, relay.Options{Delay: time.Duration(seed%4) * 700 * time.Millisecond})
			closed, steps := time.Duration(0), 2000
			for range steps {
				if err := d.Hold(); !errors.Is(err, relay.ErrMonostable) {
					t.Fatalf("Hold of a monostable relay: %v, want ErrMonostable", err)
				}
				if rnd.IntN(8) == 0 {
					_ = d.Release()
				}
				_ = d.Pulse(relay.MinPulse + time.Duration(rnd.Int64N(int64(relay.MaxClosed))))
				step := time.Duration(rnd.Int64N(int64([]time.Duration{time.Millisecond, time.Second, 9 * time.Second}[rnd.IntN(3)])))
				if d.Closed() {
					closed += step
				}
				time.Sleep(step)
			}
			time.Sleep(relay.MaxClosed)
			synctest.Wait()
			d.wantLongest(relay.MaxClosed)
			if closed == 0 {
				t.Fatal("the relay never closed: nothing was attacked")
			}
		})
	}
}

// Attack: the gaps between closings are made too short for the door to fall shut.
func TestRestTooShortCountsAsStillClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, relay.Options{})
		start := time.Now()
		for time.Since(start) < relay.MaxClosed+relay.MinRest/2 {
			_ = d.Pulse(relay.MinPulse)
			time.Sleep(relay.MinPulse + time.Millisecond)
		}
		d.wantClosed("once the time is used up", false)
		if err := d.Pulse(time.Second); !errors.Is(err, relay.ErrMustRest) {
			t.Fatalf("Pulse without a rest: %v, want ErrMustRest", err)
		}
		time.Sleep(relay.MinRest)
		d.pulse(relay.MaxClosed)
		time.Sleep(relay.MaxClosed - time.Millisecond)
		d.wantClosed("just before the cap, after a rest", true)
		time.Sleep(2 * time.Millisecond)
		d.wantClosed("after the cap", false)
	})
}

func TestManyAtOnceStayWithinTheCap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, relay.Options{})
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				for j := range 200 {
					_ = d.Pulse(time.Duration(1+i+j%20) * time.Second)
					_ = d.Closed()
					time.Sleep(time.Duration(i+1) * 100 * time.Millisecond)
					if i == 7 && j%50 == 0 {
						_ = d.Release()
					}
				}
			})
		}
		wg.Wait()
		time.Sleep(relay.MaxClosed)
		synctest.Wait()
		d.wantLongest(relay.MaxClosed)
	})
}

// Attack: whoever is told about changes hangs; the door must shut all the same.
func TestAStuckListenerCannotKeepItClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pin := memline.NewOutput("relay", gpio.Low)
		release := make(chan struct{})
		r, err := relay.New(pin, relay.Options{OnChange: func(bool, time.Time) { <-release }})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		wg.Go(func() { _ = r.Pulse(time.Second) })
		time.Sleep(1100 * time.Millisecond)
		if pin.Level() != gpio.Low {
			t.Error("the relay is still closed while its listener hangs")
		}
		close(release)
		wg.Wait()
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
}

// Attack: the loop that opened the door panics in the very call.
func TestAPanicOfTheCallerCannotKeepItClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pin := memline.NewOutput("relay", gpio.Low)
		var told []bool
		r, err := relay.New(pin, relay.Options{OnChange: func(closed bool, _ time.Time) {
			told = append(told, closed)
			if closed {
				panic("roof loop")
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = r.Pulse(time.Second)
		}()
		if pin.Level() != gpio.High {
			t.Fatal("the relay did not close")
		}
		time.Sleep(1100 * time.Millisecond)
		synctest.Wait()
		if pin.Level() != gpio.Low {
			t.Error("the relay is still closed after its caller panicked")
		}
		if fmt.Sprint(told) != "[true false]" {
			t.Errorf("told %v", told)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestReleaseShutsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, relay.Options{})
		d.pulse(20 * time.Second)
		if err := d.Release(); err != nil {
			t.Fatal(err)
		}
		d.wantClosed("after Release", false)
		if err := d.Release(); err != nil {
			t.Fatalf("a second Release: %v", err)
		}
	})
}

func TestCloseInMidPulse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, relay.Options{})
		d.pulse(20 * time.Second)
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		d.wantClosed("after Close", false)
		if !d.pin.Halted() {
			t.Error("Close keeps the line")
		}
		if err := d.Pulse(time.Second); !errors.Is(err, relay.ErrClosed) {
			t.Errorf("Pulse after Close: %v, want ErrClosed", err)
		}
		if err := d.Close(); err != nil {
			t.Errorf("a second Close: %v", err)
		}
		time.Sleep(time.Minute)
		d.wantClosed("long after Close", false)
	})
}

var errPin = errors.New("line is gone")

func failing(when gpio.Level) func(gpio.Level) error {
	return func(l gpio.Level) error {
		if l == when {
			return errPin
		}
		return nil
	}
}

func TestAFailureToCloseLeavesItAtRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, relay.Options{})
		var driven []gpio.Level
		d.pin.Watch(func(l gpio.Level) { driven = append(driven, l) })
		d.pin.Fail(failing(gpio.High))
		if err := d.Pulse(time.Second); !errors.Is(err, errPin) {
			t.Fatalf("Pulse: %v, want the pin's error", err)
		}
		if len(driven) != 1 || driven[0] != gpio.Low {
			t.Errorf("after the failure the line was driven %v, want to rest", driven)
		}
		d.wantClosed("after the failure", false)
		if len(d.changes) != 0 {
			t.Errorf("changes told: %v", d.changes)
		}
	})
}

func TestAFailureToOpenIsTriedAgainAndReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, relay.Options{})
		d.pulse(time.Second)
		d.pin.Fail(failing(gpio.Low))
		time.Sleep(10 * time.Second)
		d.mu.Lock()
		faults := len(d.faults)
		d.mu.Unlock()
		if faults != 1 || !errors.Is(d.faults[0], errPin) {
			t.Fatalf("reported %v, want the fault once", d.faults)
		}
		if !d.Closed() {
			t.Error("a relay that may be closed says that it is at rest")
		}
		if err := d.Pulse(time.Second); err == nil {
			t.Error("a relay that does not obey accepts another pulse")
		}
		d.pin.Fail(nil)
		time.Sleep(time.Second + time.Millisecond)
		d.wantClosed("a second after the line is back", false)
		if got := fmt.Sprint(d.changes); got != "[true false]" {
			t.Errorf("changes told: %s", got)
		}
		time.Sleep(relay.MinRest)
		d.pulse(time.Second)
	})
}

func TestCloseReportsARelayThatDoesNotObey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, relay.Options{})
		d.pulse(time.Second)
		tries := 0
		d.pin.Fail(func(gpio.Level) error { tries++; return errPin })
		if err := d.Close(); !errors.Is(err, errPin) {
			t.Fatalf("Close: %v, want the pin's error", err)
		}
		if tries < 2 {
			t.Errorf("rest was tried %d times, want more than one", tries)
		}
	})
}

func TestNewReportsALineThatFails(t *testing.T) {
	pin := memline.NewOutput("GPIO17", gpio.High)
	pin.Fail(func(gpio.Level) error { return errPin })
	if _, err := relay.New(pin, relay.Options{}); !errors.Is(err, errPin) {
		t.Fatalf("New: %v, want the pin's error", err)
	}
}

func BenchmarkPulse(b *testing.B) {
	r, err := relay.New(memline.NewOutput("relay", gpio.Low), relay.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	b.ReportAllocs()
	for b.Loop() {
		_ = r.Pulse(time.Second)
		_ = r.Release()
	}
}
