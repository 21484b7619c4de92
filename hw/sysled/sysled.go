// Package sysled is the LEDs that the kernel has a driver for, those on the board among them, as periph outputs
// (Documentation/ABI/testing/sysfs-class-led). An LED shows nothing but what it is told: the kernel's trigger, such as the
// activity of the SD card, rests until Halt.
package sysled

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
)

// leds is where the kernel has them.
const leds = "/sys/class/leds"

// LED is one LED.
type LED struct {
	dir    string
	before string // the trigger
	bright string // what brightness is written for light
}

var _ gpio.PinOut = (*LED)(nil)

// Open takes an LED by its name, "ACT" for /sys/class/leds/ACT.
func Open(name string) (*LED, error) { return open(leds, name) }

func open(root, name string) (*LED, error) {
	l := &LED{dir: filepath.Join(root, name), bright: "255"}
	text, err := os.ReadFile(filepath.Join(l.dir, "trigger"))
	switch {
	case errors.Is(err, fs.ErrNotExist), name != filepath.Base(name):
		return nil, fmt.Errorf("sysled: there is no LED %q; there are: %s", name, names(root))
	case err != nil:
		return nil, fmt.Errorf("sysled: LED %s: %w", name, err)
	}
	l.before = chosen(string(text))
	if most, err := os.ReadFile(filepath.Join(l.dir, "max_brightness")); err == nil {
		l.bright = strings.TrimSpace(string(most))
	}
	return l, l.write("trigger", "none")
}

// names lists the LEDs there are.
func names(root string) string {
	var all []string
	entries, _ := os.ReadDir(root)
	for _, e := range entries {
		all = append(all, e.Name())
	}
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, ", ")
}

// chosen is the trigger that is in force: the kernel lists all there are, this one in brackets.
func chosen(list string) string {
	_, list, _ = strings.Cut(list, "[")
	name, _, ok := strings.Cut(list, "]")
	if !ok {
		return "none"
	}
	return name
}

// write sets one of the LED's files. Not os.WriteFile: a file of sysfs is neither made nor cut to nothing.
func (l *LED) write(file, text string) error {
	f, err := os.OpenFile(filepath.Join(l.dir, file), os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString(text)
		err = errors.Join(err, f.Close())
	}
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("sysled: LED %s: %w; a udev rule can give its files to the group gpio", l, err)
	}
	if err != nil {
		return fmt.Errorf("sysled: LED %s: %w", l, err)
	}
	return nil
}

// Out switches the light.
func (l *LED) Out(level gpio.Level) error {
	if level {
		return l.write("brightness", l.bright)
	}
	return l.write("brightness", "0")
}

// Halt gives the LED back to the kernel, dark and with its trigger.
func (l *LED) Halt() error { return errors.Join(l.Out(gpio.Low), l.write("trigger", l.before)) }

// String is the LED's name.
func (l *LED) String() string { return l.Name() }

// Name is the LED's name.
func (l *LED) Name() string { return filepath.Base(l.dir) }

// Number is -1: LEDs have none.
func (l *LED) Number() int { return -1 }

// Function is empty: an LED has one use.
func (l *LED) Function() string { return "" }

// PWM is refused.
func (l *LED) PWM(gpio.Duty, physic.Frequency) error {
	return fmt.Errorf("sysled: LED %s has no PWM", l)
}
