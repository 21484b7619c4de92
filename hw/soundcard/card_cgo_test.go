//go:build cgo

package soundcard

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gen2brain/malgo"
)

// null is miniaudio's own device without hardware. It is paced, so it stands in for a card wherever there is none.
var null = []malgo.Backend{14}

func openNull(t *testing.T, o Options) *Card {
	t.Helper()
	c, err := open(o, null)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// A quarter of a second of a device's own time: every block has one period, and there are as many as its clock says.
func TestPeriodsOfTheDriver(t *testing.T) {
	c := openNull(t, Options{})
	if c.Rate() < 8000 || c.Period() != c.Rate()/100 {
		t.Fatalf("rate %d Hz, period %d", c.Rate(), c.Period())
	}
	const count = 25
	sizes, enough := make(chan [2]int, count), make(chan time.Duration, 1)
	begin, n := time.Now(), 0
	if err := c.Start(func(play, capture []int16) {
		if n++; n <= count {
			sizes <- [2]int{len(play), len(capture)}
		}
		if n == count {
			enough <- time.Since(begin)
		}
	}); err != nil {
		t.Fatal(err)
	}
	select {
	case took := <-enough:
		if took < 150*time.Millisecond {
			t.Errorf("%d periods came in %v: the device is not paced", count, took)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the device does not run")
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	close(sizes)
	for s := range sizes {
		if s != [2]int{c.Period(), c.Period()} {
			t.Fatalf("a block of %v samples, want %d", s, c.Period())
		}
	}
}

func TestCloseEndsTheCallbacks(t *testing.T) {
	faults := make(chan error, 8)
	c := openNull(t, Options{OnFault: func(err error) { faults <- err }})
	calls := make(chan struct{}, 1000)
	if err := c.Start(func(_, _ []int16) { calls <- struct{}{} }); err != nil {
		t.Fatal(err)
	}
	<-calls
	if err := c.Start(func(_, _ []int16) {}); err == nil {
		t.Error("a second Start was accepted")
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	for len(calls) > 0 {
		<-calls
	}
	select {
	case <-calls:
		t.Error("a callback came after Close")
	case err := <-faults:
		t.Errorf("Close was told as a fault: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	if err := c.Close(); err != nil {
		t.Errorf("a second Close: %v", err)
	}
	if err := c.Start(func(_, _ []int16) {}); err == nil {
		t.Error("Start after Close was accepted")
	}
	if c.Rate() == 0 || !strings.Contains(c.String(), "Hz") {
		t.Errorf("a closed card says %q at %d Hz", c, c.Rate())
	}
}

func TestCardThatIsNotThereIsNamedWithThoseThatAre(t *testing.T) {
	_, err := open(Options{Card: "wm8960soundcard"}, null)
	if err == nil || !strings.Contains(err.Error(), "wm8960soundcard") || !strings.Contains(err.Error(), "NULL Capture Device") {
		t.Errorf("error %v does not name the card and the ones there are", err)
	}
}

// Opening real hardware works, or says why not; on a computer without a card it must not fall back to silence.
func TestNoSilentFallBack(t *testing.T) {
	c, err := Open(Options{Card: "no such card"})
	if err == nil {
		c.Close()
		t.Fatal("a card that does not exist was opened")
	}
	if slices.Contains(backends(), malgo.Backend(14)) || slices.Contains(backends(), malgo.Backend(malgo.BackendNull)) {
		t.Error("the null device is among the real ones")
	}
	t.Log(err)
}

func TestXrunsAreCountedFromTheDriversLog(t *testing.T) {
	c := &Card{o: Options{}.withDefaults()}
	for _, line := range []string{"EPIPE (read)\n", "Opening device\n", "EPIPE (write)\n"} {
		c.hear(line)
	}
	if c.Xruns() != 2 {
		t.Errorf("%d xruns counted, want 2", c.Xruns())
	}
}

func TestAStopThatNobodyAskedForIsAFault(t *testing.T) {
	var faults []error
	c := &Card{name: "Device", o: Options{OnFault: func(err error) { faults = append(faults, err) }}.withDefaults()}
	c.stopped()
	c.closing.Store(true)
	c.stopped()
	if len(faults) != 1 || errors.Unwrap(faults[0]) != nil || !strings.Contains(faults[0].Error(), "Device") {
		t.Errorf("faults told: %v, want one that names the card", faults)
	}
}

func TestCallbackDoesNotAllocate(t *testing.T) {
	c := &Card{blocks: newBlocks(480, func(play, capture []int16) { copy(play, capture) })}
	play, capture := make([]byte, 960), make([]byte, 960)
	if n := testing.AllocsPerRun(100, func() { c.data(play, capture, 480) }); n != 0 {
		t.Errorf("%v allocations in a callback", n)
	}
}

func TestListOfTheDriver(t *testing.T) {
	cards, err := list(nil, null)
	if err != nil || len(cards) == 0 {
		t.Fatalf("%v, %v", cards, err)
	}
	if c := cards[0]; c.Name == "" || len(c.Capture)+len(c.Playback) == 0 {
		t.Errorf("a card without sides: %+v", c)
	}
}
