package gpioline

import (
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
	"periph.io/x/conn/v3/gpio"
)

// Options of a line. Levels are logical where ActiveLow is set: the kernel inverts them.
type Options struct {
	Consumer  string // who takes the line, as gpioinfo shows it; up to 31 bytes are kept
	ActiveLow bool

	Pull     gpio.Pull     // of an input; what the chip cannot do the kernel leaves away
	Edge     gpio.Edge     // of an input
	Debounce time.Duration // of an input, in the kernel, up to an hour; 0 is none; left away where the kernel cannot

	Rest gpio.Level // of an output: its level from the moment in which it is one
}

// eventsKept is how many edges the kernel keeps for a slow reader.
const eventsKept = 64

// maxDebounce keeps the period well within the kernel's 32 bits of µs.
const maxDebounce = time.Hour

func inputRequest(offset uint32, o Options) (lineRequest, error) {
	bias := map[gpio.Pull]uint64{gpio.PullNoChange: 0, gpio.Float: flagBiasDisabled, gpio.PullDown: flagPullDown, gpio.PullUp: flagPullUp}
	edges := map[gpio.Edge]uint64{gpio.NoEdge: 0, gpio.RisingEdge: flagEdgeRising, gpio.FallingEdge: flagEdgeFalling,
		gpio.BothEdges: flagEdgeRising | flagEdgeFalling}
	pull, okPull := bias[o.Pull]
	edge, okEdge := edges[o.Edge]
	if !okPull || !okEdge || o.Debounce < 0 || o.Debounce > maxDebounce {
		return lineRequest{}, fmt.Errorf("gpioline: an input cannot have %v, %v and a debounce period of %v", o.Pull, o.Edge, o.Debounce)
	}
	r := newRequest(offset, o, flagInput|pull|edge)
	r.eventsMax = eventsKept
	if o.Debounce > 0 {
		r.attribute(attrDebounce, uint64(o.Debounce/time.Microsecond))
	}
	return r, nil
}

func outputRequest(offset uint32, o Options) lineRequest {
	r := newRequest(offset, o, flagOutput)
	r.attribute(attrOutputValues, bit(o.Rest))
	return r
}

func newRequest(offset uint32, o Options, flags uint64) lineRequest {
	r := lineRequest{lines: 1}
	r.offsets[0] = offset
	copy(r.consumer[:nameSize-1], o.Consumer)
	r.config.flags = flags
	if o.ActiveLow {
		r.config.flags |= flagActiveLow
	}
	return r
}

// attribute adds one for the only line.
func (r *lineRequest) attribute(id uint32, value uint64) {
	a := &r.config.attribute[r.config.attributes]
	a.attribute.id, a.attribute.value, a.mask = id, value, 1
	r.config.attributes++
}

func bit(l gpio.Level) uint64 {
	if l {
		return 1
	}
	return 0
}

// take asks the kernel for a line.
func (p found) take(r lineRequest) (*os.File, error) {
	chip, err := openChip(p.chip.Path)
	if err != nil {
		return nil, err
	}
	defer chip.Close()
	err = ioctl(chip.Fd(), ioctlLine, &r)
	if errors.Is(err, unix.EBUSY) {
		return nil, &Taken{Line: p.String(), By: holder(p.line()), err: err}
	}
	if err != nil {
		return nil, fmt.Errorf("gpioline: %v is refused: %w", p, err)
	}
	unix.CloseOnExec(int(r.fd))
	if err := unix.SetNonblock(int(r.fd), true); err != nil { // so that closing it ends a wait
		return nil, errors.Join(fmt.Errorf("gpioline: %v cannot be waited for: %w", p, err), unix.Close(int(r.fd)))
	}
	return os.NewFile(uintptr(r.fd), p.String()), nil
}

// Taken is the error of a line that somebody has.
type Taken struct {
	Line string
	By   string // the consumer, as gpioinfo shows it
	err  error
}

func (t *Taken) Error() string { return fmt.Sprintf("gpioline: %s is taken by %q", t.Line, t.By) }

// Unwrap is EBUSY.
func (t *Taken) Unwrap() error { return t.err }

func holder(l Line) string {
	if l.Consumer == "" {
		return "the kernel or a program that gives no name"
	}
	return l.Consumer
}

// lookUp finds a line on this computer.
func lookUp(line string) (found, error) {
	a, err := ParseAddress(line)
	if err != nil {
		return found{}, err
	}
	chips, err := Chips()
	p, notFound := find(a, chips)
	if notFound != nil {
		return found{}, errors.Join(notFound, err)
	}
	return p, nil
}
