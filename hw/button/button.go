package button

import (
	"sync/atomic"
	"time"

	"intercom/hw/watch"

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

// Button runs a Debouncer on an input line, which it owns.
type Button struct {
	line  *watch.Line
	o     Options
	rule  Debouncer
	stats atomic.Pointer[Stats]
}

// Watch begins to watch a line that has been set up as an input with both edges. A press after Watch is a press; a contact
// that was closed before is none.
func Watch(pin gpio.PinIn, o Options) *Button {
	b := &Button{o: o, rule: Debouncer{Stable: o.Stable, Shortest: o.Shortest}}
	b.stats.Store(&Stats{})
	b.line = watch.Start(pin, b.step, o.OnFault)
	return b
}

// Stats is what was counted so far.
func (b *Button) Stats() Stats { return *b.stats.Load() }

// Close ends the watch, gives the line back and waits until nothing more is told.
func (b *Button) Close() error { return b.line.Close() }

func (b *Button) step(now time.Time, l gpio.Level) time.Time {
	events := b.rule.Step(now, l == gpio.Level(!b.o.ActiveLow))
	if s := b.rule.Stats(); s != b.Stats() {
		b.stats.Store(&s)
	}
	if b.o.OnEvent != nil {
		for _, e := range events {
			b.o.OnEvent(e)
		}
	}
	return b.rule.Deadline()
}
