// Package memline is GPIO lines in memory, as periph pins: an Input whose level somebody sets and an Output whose level
// somebody looks at. Simulated boards are wired with them, and tests.
package memline

import (
	"errors"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
)

// line is what both directions share: a name, and the answers to what a line in memory has not.
type line string

// String is the line's name.
func (l line) String() string { return string(l) }

// Name is the line's name.
func (l line) Name() string { return string(l) }

// Number is -1: no chip counts this line.
func (l line) Number() int { return -1 }

// Function is empty: the line has one use only.
func (l line) Function() string { return "" }

// PWM is refused.
func (l line) PWM(gpio.Duty, physic.Frequency) error {
	return errors.New("memline: " + string(l) + " has no PWM")
}
