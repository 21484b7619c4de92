// Package watch steps a rule with every edge of an input line, and at the rule's own deadlines. The rule decides; what a
// line is and how long to wait for it is seen to here.
package watch

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// EdgeReader is what a pin may offer beyond gpio.PinIn: every edge, with the level after it and the time when it happened.
// A negative timeout is for ever. The error after the timeout is os.ErrDeadlineExceeded, after Halt os.ErrClosed.
type EdgeReader interface {
	ReadEdge(timeout time.Duration) (gpio.Level, time.Time, error)
}

// Rule is told the level of the line at a time, at each edge and at the deadline that it returned last. The zero deadline says
// that it waits for an edge.
type Rule func(now time.Time, level gpio.Level) (deadline time.Time)

// Line is an input line that is watched, and owned.
type Line struct {
	pin     gpio.PinIn
	edges   EdgeReader
	rule    Rule
	fault   func(error)
	due     time.Time
	closing atomic.Bool
	done    chan struct{}
}

// Start begins to watch a line that has been set up as an input with both edges. The rule's first step is done when it
// returns, so that what happens afterwards is an edge. Further steps are on one goroutine of the line's. Fault, which may be
// nil, is told once if the line fails; nothing more is told then.
func Start(pin gpio.PinIn, rule Rule, fault func(error)) *Line {
	l := &Line{pin: pin, rule: rule, fault: fault, done: make(chan struct{})}
	if r, ok := pin.(EdgeReader); ok {
		l.edges = r
	} else {
		l.edges = plain{pin}
	}
	l.due = rule(time.Now(), pin.Read())
	go l.run()
	return l
}

// Close ends the watch, gives the line back and waits until nothing more is told.
func (l *Line) Close() error {
	l.closing.Store(true)
	err := l.pin.Halt()
	<-l.done
	return err
}

func (l *Line) run() {
	defer close(l.done)
	err := l.watch()
	if !l.closing.Load() && l.fault != nil {
		l.fault(fmt.Errorf("watch: line %s cannot be watched any more: %w", l.pin, err))
	}
}

// look is how often the level itself is read: an edge may have been lost in a burst, and periph's own pins may miss a
// Halt.
const look = time.Second

// watch steps the rule until the line fails or is given back.
func (l *Line) watch() error {
	for !l.closing.Load() {
		level, at, err := l.edges.ReadEdge(l.patience())
		switch {
		case err == nil:
			l.due = l.rule(at, level)
		case errors.Is(err, os.ErrDeadlineExceeded):
			l.due = l.rule(time.Now(), l.pin.Read())
		default:
			return err
		}
	}
	return os.ErrClosed
}

func (l *Line) patience() time.Duration {
	if l.due.IsZero() {
		return look
	}
	return max(0, min(look, time.Until(l.due)))
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
