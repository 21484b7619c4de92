package memline

import (
	"os"
	"sync"

	"periph.io/x/conn/v3/gpio"
)

// Output is an output line whose level can be looked at.
type Output struct {
	line

	mu     sync.Mutex
	level  gpio.Level
	fault  func(gpio.Level) error
	watch  func(gpio.Level)
	halted bool
}

var _ gpio.PinOut = (*Output)(nil)

// NewOutput makes an output line that has a level already.
func NewOutput(name string, l gpio.Level) *Output { return &Output{line: line(name), level: l} }

// Watch has f called with each level that is driven, in order. Nil ends it.
func (p *Output) Watch(f func(gpio.Level)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.watch = f
}

// Fail lets f decide whether driving a level fails; the line then keeps the level it has. Nil ends it.
func (p *Output) Fail(f func(gpio.Level) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = f
}

// Out drives the line. After Halt it is os.ErrClosed.
func (p *Output) Out(l gpio.Level) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.halted {
		return os.ErrClosed
	}
	if p.fault != nil {
		if err := p.fault(l); err != nil {
			return err
		}
	}
	p.level = l
	if p.watch != nil {
		p.watch(l)
	}
	return nil
}

// Level is the level on the line, also after Halt.
func (p *Output) Level() gpio.Level {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.level
}

// Halted says whether the line was given back.
func (p *Output) Halted() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.halted
}

// Halt gives the line back; it keeps its level, as lines of a Raspberry Pi do.
func (p *Output) Halt() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.halted = true
	return nil
}
