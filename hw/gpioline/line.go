package gpioline

import (
	"errors"
	"fmt"
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
)

// line is what an input and an output have in common.
type line struct {
	file   *os.File
	name   string
	offset uint32
}

// String says which line it is.
func (l line) String() string { return l.name }

// Name is the address by which the line was opened.
func (l line) Name() string { return l.name }

// Number is the line's offset on its chip.
func (l line) Number() int { return int(l.offset) }

// Function is empty: the line has the use that it was opened for.
func (l line) Function() string { return "" }

// PWM is refused: the character device has none.
func (l line) PWM(gpio.Duty, physic.Frequency) error {
	return fmt.Errorf("gpioline: %s has no PWM", l.name)
}

// Halt gives the line back and ends every wait for it. A second one has no effect.
func (l line) Halt() error {
	if err := l.file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}

// values gets or sets the level; the descriptor cannot be closed, and given to somebody else, meanwhile.
func (l line) values(request uintptr, v *lineValues) error {
	conn, err := l.file.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if conn.Control(func(fd uintptr) { failed = ioctl(fd, request, v) }) != nil {
		return os.ErrClosed // the only reason for Control to fail
	}
	return failed
}

// Output is an output line.
type Output struct{ line }

var _ gpio.PinOut = (*Output)(nil)

// OpenOutput takes a line as an output that has its rest level from the first moment on.
func OpenOutput(address string, o Options) (*Output, error) {
	p, err := lookUp(address)
	if err != nil {
		return nil, err
	}
	f, err := p.take(outputRequest(p.offset, o))
	if err != nil {
		return nil, err
	}
	return &Output{line{f, address, p.offset}}, nil
}

// Out sets the level.
func (p *Output) Out(l gpio.Level) error {
	if err := p.values(ioctlSetValues, &lineValues{bits: bit(l), mask: 1}); err != nil {
		return fmt.Errorf("gpioline: %s cannot be set to %v: %w", p.name, l, err)
	}
	return nil
}

// Input is an input line.
type Input struct {
	line
	pull gpio.Pull
	edge gpio.Edge
}

var _ gpio.PinIn = (*Input)(nil)

// OpenInput takes a line as an input.
func OpenInput(address string, o Options) (*Input, error) {
	p, err := lookUp(address)
	if err != nil {
		return nil, err
	}
	r, err := inputRequest(p.offset, o)
	if err != nil {
		return nil, err
	}
	f, err := p.take(r)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.EOPNOTSUPP) { // a chip or a kernel that does not debounce
		o.Debounce = 0
		r, _ = inputRequest(p.offset, o)
		f, err = p.take(r)
	}
	if err != nil {
		return nil, err
	}
	return &Input{line{f, address, p.offset}, o.Pull, o.Edge}, nil
}

// In accepts what the line was opened with.
func (p *Input) In(pull gpio.Pull, edge gpio.Edge) error {
	if pull != p.pull || edge != p.edge {
		return fmt.Errorf("gpioline: %s was opened with %v and %v; close it to have it otherwise", p.name, p.pull, p.edge)
	}
	return nil
}

// Pull is what the line was opened with.
func (p *Input) Pull() gpio.Pull { return p.pull }

// DefaultPull is unknown to the kernel.
func (p *Input) DefaultPull() gpio.Pull { return gpio.PullNoChange }

// Read is the level now, low if the line is closed.
func (p *Input) Read() gpio.Level {
	v := lineValues{mask: 1}
	if err := p.values(ioctlGetValues, &v); err != nil {
		return gpio.Low
	}
	return v.bits&1 != 0
}

// WaitForEdge waits for the next edge; a negative timeout is for ever. It is false after the timeout and after Halt.
func (p *Input) WaitForEdge(timeout time.Duration) bool {
	_, _, err := p.ReadEdge(timeout)
	return err == nil
}

// atLeast is the shortest timeout: a deadline that has passed already would hide the edges that are there.
const atLeast = time.Millisecond

// ReadEdge waits for the next edge and tells the level after it and when it was, by the kernel's clock at the interrupt. A
// negative timeout is for ever. The error is os.ErrDeadlineExceeded after the timeout and os.ErrClosed after Halt.
func (p *Input) ReadEdge(timeout time.Duration) (gpio.Level, time.Time, error) {
	var deadline time.Time
	if timeout >= 0 {
		deadline = time.Now().Add(max(timeout, atLeast))
	}
	if err := p.file.SetReadDeadline(deadline); err != nil {
		return gpio.Low, time.Time{}, err
	}
	var e lineEvent
	b := unsafe.Slice((*byte)(unsafe.Pointer(&e)), unsafe.Sizeof(e))
	n, err := p.file.Read(b)
	if err == nil && n != len(b) {
		err = fmt.Errorf("gpioline: %s: an event of %d bytes, want %d", p.name, n, len(b))
	}
	if err != nil {
		return gpio.Low, time.Time{}, err
	}
	at, err := clock(e.timestamp)
	return e.id == eventRisingEdge, at, err
}

// clock is the time of a CLOCK_MONOTONIC reading in ns.
func clock(ns uint64) (time.Time, error) {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts); err != nil {
		return time.Time{}, fmt.Errorf("gpioline: the monotonic clock cannot be read: %w", err)
	}
	return time.Now().Add(time.Duration(int64(ns) - ts.Nano())), nil
}
