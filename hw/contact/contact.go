package contact

import (
	"sync/atomic"
	"time"

	"intercom/hw/watch"

	"periph.io/x/conn/v3/gpio"
)

// Options of a Contact.
type Options struct {
	// Stable, Stuck and Mute are those of the Filter.
	Stable, Stuck time.Duration
	Mute          bool

	// OnAt is the level at which the contact's meaning is true: the door is open, the button pressed.
	OnAt gpio.Level

	// OnEvent is told the state at the start and every change, in order, by the contact's goroutine.
	OnEvent func(Event)

	// OnFault is told once if the line fails; the contact is dead then.
	OnFault func(error)
}

// Contact runs a Filter on an input line, which it owns.
type Contact struct {
	line  *watch.Line
	o     Options
	rule  Filter
	stats atomic.Pointer[Stats]
}

// Watch begins to watch a line that has been set up as an input with both edges.
func Watch(pin gpio.PinIn, o Options) *Contact {
	c := &Contact{o: o, rule: Filter{Stable: o.Stable, Stuck: o.Stuck, Mute: o.Mute}}
	c.stats.Store(&Stats{})
	c.line = watch.Start(pin, c.step, o.OnFault)
	return c
}

// Stats is what was counted so far.
func (c *Contact) Stats() Stats { return *c.stats.Load() }

// Close ends the watch, gives the line back and waits until nothing more is told.
func (c *Contact) Close() error { return c.line.Close() }

func (c *Contact) step(now time.Time, l gpio.Level) time.Time {
	events := c.rule.Step(now, l == c.o.OnAt)
	if s := c.rule.Stats(); s != c.Stats() {
		c.stats.Store(&s)
	}
	if c.o.OnEvent != nil {
		for _, e := range events {
			c.o.OnEvent(e)
		}
	}
	return c.rule.Deadline()
}
