package button

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// Options of a Button.
type Options struct {
	// Stable and Shortest are those of the Debouncer.
	Stable, Shortest time.Duration

	// ActiveLow is true for a contact that is closed at a low level. Leave it false where the line itself is inverted.
	ActiveLow bool

	// OnEvent is told of every event, in order, by the button's goroutine.
	OnEvent func(Event)

	// OnFault is told once if the line fails; the button is dead then.
	OnFault func(error)
}

// EdgeReader is what a pin may offer beyond gpio.PinIn: every edge, with the level after it and the time when it happened.
// A negative timeout is for ever. The error after the timeout is os.ErrDeadlineExceeded, after Halt os.ErrClosed.
type EdgeReader interface {
	ReadEdge(timeout time.Duration) (gpio.Level, time.Time, error)
}

// Button runs a Debouncer on an input line, which it owns.
type Button struct {
	pin     gpio.PinIn
	edges   EdgeReader
	o       Options
	rule    Debouncer
	stats   atomic.Pointer[Stats]
	closing atomic.Bool
	done    chan struct{}
}

// Watch begins to watch a line that has been set up as an input with both edges.
func Watch(pin gpio.PinIn, o Options) *Button {
	b := &Button{pin: pin, o: o, rule: Debouncer{Stable: o.Stable, Shortest: o.Shortest}, done: make(chan struct{})}
	if r, ok := pin.(EdgeReader); ok {
		b.edges = r
	} else {
		b.edges = plain{pin}
	}
	b.stats.Store(&Stats{})
	b.step(time.Now(), pin.Read()) // here, so that a press after Watch is a press, not a contact that was closed before
	go b.run()
	return b
}

// Stats is what was counted so far.
func (b *Button) Stats() Stats { return *b.stats.Load() }

// Close ends the watch, gives the line back and waits until nothing more is told.
func (b *Button) Close() error {
	b.closing.Store(true)
	err := b.pin.Halt()
	<-b.done
	return err
}

func (b *Button) run() {
	defer close(b.done)
	err := b.watch()
	if !b.closing.Load() && b.o.OnFault != nil {
		b.o.OnFault(fmt.Errorf("button: line %s cannot be watched any more: %w", b.pin, err))
	}
}

// look is how often the level itself is read: an edge may have been lost in a burst, and periph's own pins may miss a
// Halt.
const look = time.Second

// watch steps the rule until the line fails or is given back.
func (b *Button) watch() error {
	for !b.closing.Load() {
		level, at, err := b.edges.ReadEdge(b.patience())
		switch {
		case err == nil:
			b.step(at, level)
		case errors.Is(err, os.ErrDeadlineExceeded):
			b.step(time.Now(), b.pin.Read())
		default:
			return err
		}
	}
	return os.ErrClosed
}

func (b *Button) patience() time.Duration {
	due := b.rule.Deadline()
	if due.IsZero() {
		return look
	}
	return max(0, min(look, time.Until(due)))
}

func (b *Button) step(now time.Time, l gpio.Level) {
	events := b.rule.Step(now, l == gpio.Level(!b.o.ActiveLow))
	if s := b.rule.Stats(); s != b.Stats() {
		b.stats.Store(&s)
	}
	if b.o.OnEvent != nil {
		for _, e := range events {
			b.o.OnEvent(e)
		}
	}
}

// plain reads edges from a pin that only says that there was one.
type plain struct{ pin gpio.PinIn }

var errNoWait = errors.New("the wait for an edge ends at once")

// ReadEdge waits for an edge and reads the level after it.
func (p plain) ReadEdge(timeout time.Duration) (gpio.Level, time.Time, error) {
	begin := time.Now()
	if p.pin.WaitForEdge(timeout) {
		return p.pin.Read(), time.Now(), nil
	}
	// A wait that fails returns early: without this, a line that is gone would be waited for without a pause.
	if time.Since(begin) < timeout/2 {
		return gpio.Low, time.Time{}, errNoWait
	}
	return gpio.Low, time.Time{}, os.ErrDeadlineExceeded
}
