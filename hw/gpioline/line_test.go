package gpioline

import (
	"errors"
	"os"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
	"periph.io/x/conn/v3/gpio"
)

// wired is an input whose descriptor is a pipe: what the test writes is what the kernel tells.
func wired(t *testing.T) (*Input, *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p := &Input{line{r, "GPIO17", 17}, gpio.PullUp, gpio.BothEdges}
	t.Cleanup(func() { p.Halt(); w.Close() })
	return p, w
}

func tell(t *testing.T, w *os.File, e lineEvent) {
	t.Helper()
	if _, err := w.Write(unsafe.Slice((*byte)(unsafe.Pointer(&e)), unsafe.Sizeof(e))); err != nil {
		t.Fatal(err)
	}
}

func monotonic(t *testing.T) uint64 {
	t.Helper()
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts); err != nil {
		t.Fatal(err)
	}
	return uint64(ts.Nano())
}

func TestEdgesComeInOrderWithTheirTimes(t *testing.T) {
	p, w := wired(t)
	now := monotonic(t)
	tell(t, w, lineEvent{timestamp: now - 3e9, id: 1})
	tell(t, w, lineEvent{timestamp: now - 1e9, id: 2})
	up, first, err := p.ReadEdge(-1)
	if err != nil || up != gpio.High {
		t.Fatalf("first edge: %v, %v", up, err)
	}
	down, second, err := p.ReadEdge(0) // it is there already: no time is needed
	if err != nil || down != gpio.Low {
		t.Fatalf("second edge: %v, %v", down, err)
	}
	if d := second.Sub(first); d < 1900*time.Millisecond || d > 2100*time.Millisecond {
		t.Errorf("the edges are %v apart, want 2s", d)
	}
	if ago := time.Since(second); ago < 900*time.Millisecond {
		t.Errorf("the second edge was %v ago, want 1s", ago)
	}
}

func TestAWaitEndsWithItsTimeout(t *testing.T) {
	p, w := wired(t)
	if _, _, err := p.ReadEdge(5 * time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("after the timeout: %v", err)
	}
	tell(t, w, lineEvent{timestamp: monotonic(t), id: 1})
	if !p.WaitForEdge(-1) {
		t.Error("an edge after a timeout is not seen")
	}
}

func TestHaltEndsAWait(t *testing.T) {
	p, _ := wired(t)
	waiting, done := make(chan struct{}), make(chan error)
	go func() {
		close(waiting)
		_, _, err := p.ReadEdge(-1)
		done <- err
	}()
	<-waiting
	if err := p.Halt(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; !errors.Is(err, os.ErrClosed) {
		t.Errorf("the wait ended with %v", err)
	}
	if err := p.Halt(); err != nil {
		t.Errorf("a second Halt: %v", err)
	}
	if p.WaitForEdge(-1) || p.Read() != gpio.Low {
		t.Error("a closed line has edges or a level")
	}
}

func TestAnEventCutShortIsAnError(t *testing.T) {
	p, w := wired(t)
	if _, err := w.Write(make([]byte, 16)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.ReadEdge(-1); err == nil {
		t.Error("16 bytes were read as an edge")
	}
}

func TestWhatAnInputWasOpenedWithStays(t *testing.T) {
	p, _ := wired(t)
	if err := p.In(gpio.PullUp, gpio.BothEdges); err != nil {
		t.Errorf("the same again: %v", err)
	}
	if err := p.In(gpio.PullDown, gpio.BothEdges); err == nil {
		t.Error("another pull was accepted")
	}
	if p.Pull() != gpio.PullUp || p.Number() != 17 || p.String() != "GPIO17" {
		t.Errorf("it says %v, %d, %v", p.Pull(), p.Number(), p)
	}
}

func TestAnOutputThatDoesNotObeySaysSo(t *testing.T) {
	_, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p := &Output{line{w, "GPIO22", 22}}
	if err := p.Out(gpio.High); !errors.Is(err, unix.ENOTTY) {
		t.Errorf("Out on what is no line: %v", err)
	}
	if err := p.Halt(); err != nil {
		t.Fatal(err)
	}
	if err := p.Out(gpio.Low); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Out after Halt: %v", err)
	}
	if err := p.PWM(gpio.DutyHalf, 0); err == nil {
		t.Error("PWM was accepted")
	}
}
