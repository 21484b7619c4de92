package contact_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"intercom/hw/contact"
	"intercom/hw/memline"

	"go.uber.org/goleak"
	"periph.io/x/conn/v3/gpio"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const stable = 50 * time.Millisecond

// reed is a contact on a line in memory and what it told.
type reed struct {
	*testing.T
	*contact.Contact
	line *memline.Input

	mu     sync.Mutex
	told   []bool
	stuck  int
	faults []error
}

func newReed(t *testing.T, start gpio.Level, o contact.Options) *reed {
	r := &reed{T: t, line: memline.NewInput("reed")}
	r.line.Set(start)
	o.Stable = stable
	o.OnEvent = func(e contact.Event) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if e.At.IsZero() || e.At.After(time.Now()) {
			t.Errorf("told for %v", e.At)
		}
		if e.Stuck {
			r.stuck++
			return
		}
		r.told = append(r.told, e.On)
	}
	o.OnFault = func(err error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.faults = append(r.faults, err)
	}
	r.Contact = contact.Watch(r.line, o)
	t.Cleanup(func() { r.Close() })
	return r
}

func (r *reed) wantTold(why string, want ...bool) {
	r.Helper()
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Equal(r.told, want) {
		r.Fatalf("%s: told %v, want %v", why, r.told, want)
	}
}

func TestTheStateAtTheStartIsToldOnce(t *testing.T) {
	for _, start := range []gpio.Level{gpio.Low, gpio.High} {
		for _, onAt := range []gpio.Level{gpio.Low, gpio.High} {
			synctest.Test(t, func(t *testing.T) {
				r := newReed(t, start, contact.Options{OnAt: onAt})
				time.Sleep(stable - time.Millisecond)
				r.wantTold("before it is certain")
				time.Sleep(time.Hour)
				r.wantTold(fmt.Sprintf("at %v, on at %v", start, onAt), start == onAt)
			})
		}
	}
}

func TestChangesAreToldWhenTheyAreCertain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReed(t, gpio.Low, contact.Options{OnAt: gpio.High})
		time.Sleep(time.Second)
		for range 4 { // it bounces
			r.line.Set(gpio.High)
			time.Sleep(time.Millisecond)
			r.line.Set(gpio.Low)
			time.Sleep(time.Millisecond)
		}
		r.line.Set(gpio.High)
		time.Sleep(stable - time.Millisecond)
		r.wantTold("just before", false)
		time.Sleep(2 * time.Millisecond)
		r.wantTold("just after", false, true)
		for range 20 { // a spark now and then
			time.Sleep(time.Second)
			r.line.Set(gpio.Low)
			time.Sleep(stable / 2)
			r.line.Set(gpio.High)
		}
		time.Sleep(time.Second)
		r.wantTold("sparks", false, true)
		if got, want := r.Stats(), (contact.Stats{Changes: 1, Bounces: 4, Glitches: 20}); got != want {
			t.Errorf("counted %+v, want %+v", got, want)
		}
	})
}

// Attack on the wires: an exit button that is short-circuited when the power comes back opens nothing.
func TestAMutedContactThatIsOnAtTheStartCountsAsOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReed(t, gpio.High, contact.Options{OnAt: gpio.High, Mute: true})
		time.Sleep(time.Hour)
		r.wantTold("shorted from the start", false)
		r.line.Set(gpio.Low)
		time.Sleep(stable / 2) // not off for long enough to be off
		r.line.Set(gpio.High)
		time.Sleep(time.Hour)
		r.wantTold("a flicker", false)
		r.line.Set(gpio.Low)
		time.Sleep(time.Second)
		r.wantTold("let go", false)
		r.line.Set(gpio.High)
		time.Sleep(time.Second)
		r.wantTold("pressed", false, true)
	})
}

func TestAContactThatIsOnForLongIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReed(t, gpio.High, contact.Options{OnAt: gpio.High, Mute: true, Stuck: time.Minute})
		wantStuck := func(why string, want int) {
			t.Helper()
			synctest.Wait()
			r.mu.Lock()
			defer r.mu.Unlock()
			if got := r.Stats().Stuck; r.stuck != want || got != uint64(want) {
				t.Fatalf("%s: stuck told %d times, counted %d, want %d", why, r.stuck, got, want)
			}
		}
		time.Sleep(time.Minute - time.Millisecond)
		wantStuck("just before a minute", 0)
		time.Sleep(time.Hour)
		wantStuck("from the start", 1)
		r.wantTold("from the start", false)
		r.line.Set(gpio.Low)
		time.Sleep(time.Hour)
		r.line.Set(gpio.High)
		time.Sleep(time.Hour)
		wantStuck("again", 2)
		r.wantTold("again", false, true)
	})
}

func TestALineThatFailsIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReed(t, gpio.Low, contact.Options{OnAt: gpio.High})
		time.Sleep(time.Second)
		if err := r.line.Halt(); err != nil { // behind its back
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(r.faults) != 1 || !strings.Contains(r.faults[0].Error(), "line reed") {
			t.Errorf("told %v", r.faults)
		}
		if err := r.Close(); err != nil && !errors.Is(err, r.faults[0]) {
			t.Error(err)
		}
	})
}

// Whatever a contact does, what is told alternates, and is what the contact was for as long as is asked.
func TestRandomContacts(t *testing.T) {
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 0))
		f := contact.Filter{Stable: stable, Mute: seed%2 == 1}
		now, on := time.Unix(1000, 0), rnd.IntN(2) == 1
		swung, last := now, -1
		check := func(events []contact.Event) {
			for _, e := range events {
				state := 0
				if e.On {
					state = 1
				}
				if state == last {
					t.Fatalf("seed %d: %v told twice", seed, e.On)
				}
				if last = state; e.On && (!on || e.At.Sub(swung) < stable) {
					t.Fatalf("seed %d: told on at %v, it was %v since %v", seed, e.At, on, swung)
				}
			}
		}
		check(f.Step(now, on))
		for range 500 {
			now = now.Add(time.Duration(rnd.Int64N(int64(3 * stable))))
			check(f.Step(now, on)) // what was certain before the next swing
			if rnd.IntN(2) == 0 {
				on, swung = !on, now
				check(f.Step(now, on))
			}
		}
		if last < 0 {
			t.Fatalf("seed %d: nothing was told", seed)
		}
	}
}

func BenchmarkStep(b *testing.B) {
	f := contact.Filter{Stable: stable}
	now := time.Unix(1000, 0)
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(time.Millisecond)
		f.Step(now, now.UnixMilli()%128 < 64)
	}
}
