package guard_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"intercom/cmd/intercom/guard"
)

// watched is a guard in a bubble and what it does.
type watched struct {
	t       *testing.T
	station net.Conn
	begin   time.Time
	why     error         // of the kill
	killed  time.Duration // after begin
	rested  bool
	done    chan error
}

func watch(t *testing.T) *watched {
	station, pipe := net.Pipe()
	w := &watched{t: t, station: station, begin: time.Now(), done: make(chan error, 1)}
	go func() {
		w.done <- guard.Watch(pipe, guard.Duty{
			Silence: guard.Silence,
			Kill: func(why error) {
				w.why, w.killed = why, time.Since(w.begin)
				station.Close()
			},
			Rest: func() error { w.rested = true; return nil },
		})
	}()
	return w
}

func (w *watched) say(text string) {
	w.t.Helper()
	if _, err := io.WriteString(w.station, text); err != nil {
		w.t.Fatalf("%q: %v, the guard killed after %v: %v", text, err, w.killed, w.why)
	}
	synctest.Wait()
}

// end waits for the guard's end.
func (w *watched) end() {
	w.t.Helper()
	if err := <-w.done; err != nil {
		w.t.Error(err)
	}
}

func TestAStationThatGivesNoSignOfLifeIsKilledAndItsRelaysRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watch(t)
		time.Sleep(time.Hour)
		w.begin = time.Now()
		w.say("pulsed 0\n")
		w.end()
		if most := guard.Silence + time.Second; w.killed < guard.Silence || w.killed > most || !w.rested {
			t.Errorf("killed after %v, want %v to %v; rested is %v", w.killed, guard.Silence, most, w.rested)
		}
		if w.why == nil || !strings.Contains(w.why.Error(), "no sign of life") {
			t.Errorf("why: %v", w.why)
		}
	})
}

func TestAStationThatLivesIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watch(t)
		for range 100 {
			w.say("held 0\npul") // words come as they are cut
			time.Sleep(time.Second)
			w.say("sed 1\n")
			time.Sleep(time.Second)
			w.say("rest 1\n")
		}
		w.say("rest 0\n")
		time.Sleep(time.Hour)
		w.say("goodbye\n")
		w.end()
		if w.why != nil || w.rested {
			t.Errorf("killed: %v; rested is %v", w.why, w.rested)
		}
	})
}

// Whatever a broken station says, and whatever it leaves unsaid, is no goodbye.
func TestOnlyAWholeGoodbyeCounts(t *testing.T) {
	for said, want := range map[string]struct{ rests, kills bool }{
		"":                      {true, false},
		"good":                  {true, false},
		"goodbye":               {true, false},
		"pulsed 0\ngoodby":      {true, false},
		"goodbye\n":             {false, false},
		"farewell\n":            {true, true},
		"goodbye 1\n":           {true, true},
		"pulsed 0\nbleep\n":     {true, true},
		strings.Repeat("x", 99): {true, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := watch(t)
			_, _ = io.WriteString(w.station, said)
			w.station.Close()
			w.end()
			if w.rested != want.rests || (w.why != nil) != want.kills {
				t.Errorf("%q: rests %v, kills %v, want %v", said, w.rested, w.why, want)
			}
		})
	}
}

// broken is a pipe that fails, or has no deadlines.
type broken struct{ read, deadline error }

func (b broken) Read(p []byte) (int, error) {
	if b.read != nil {
		return 0, b.read
	}
	return copy(p, "pulsed 0\n"), nil
}
func (b broken) SetReadDeadline(time.Time) error { return b.deadline }

func TestAPipeThatBreaks(t *testing.T) {
	failed := errors.New("line is gone")
	for _, b := range []broken{{read: errors.New("broken")}, {read: io.EOF, deadline: errors.New("broken")}} {
		err := guard.Watch(b, guard.Duty{Silence: guard.Silence, Kill: func(error) {}, Rest: func() error { return failed }})
		if !errors.Is(err, failed) {
			t.Errorf("%v: %v, want that the relays were put to rest", fmt.Sprint(b), err)
		}
	}
}
