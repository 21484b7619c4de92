package memline

import (
	"os"
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// edgesKept is how many edges wait for their reader before the oldest is lost, as in the kernel.
const edgesKept = 64

type edge struct {
	level gpio.Level
	at    time.Time
}

// Input is an input line whose level is set by Set. It is low at first.
type Input struct {
	line
	wake   chan struct{} // one slot: there are edges
	closed chan struct{}

	mu    sync.Mutex
	level gpio.Level
	pull  gpio.Pull
	edges []edge
	once  sync.Once
}

var _ gpio.PinIn = (*Input)(nil)

// NewInput makes an input line.
func NewInput(name string) *Input {
	return &Input{line: line(name), wake: make(chan struct{}, 1), closed: make(chan struct{})}
}

// Set is the world outside: it puts the line to a level. A level that is there already is no edge.
func (p *Input) Set(l gpio.Level) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.level == l {
		return
	}
	p.level = l
	if p.edges = append(p.edges, edge{l, time.Now()}); len(p.edges) > edgesKept {
		p.edges = p.edges[1:]
	}
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// In accepts any pull and edge.
func (p *Input) In(pull gpio.Pull, _ gpio.Edge) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pull = pull
	return nil
}

// Read is the level now.
func (p *Input) Read() gpio.Level {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.level
}

// Pull is what In was given.
func (p *Input) Pull() gpio.Pull {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pull
}

// DefaultPull is unknown.
func (p *Input) DefaultPull() gpio.Pull { return gpio.PullNoChange }

// WaitForEdge waits for an edge; a negative timeout is for ever. It is false after the timeout and after Halt.
func (p *Input) WaitForEdge(timeout time.Duration) bool {
	_, _, err := p.ReadEdge(timeout)
	return err == nil
}

// ReadEdge waits for the next edge and tells the level after it and when it was. A negative timeout is for ever. The
// error is os.ErrDeadlineExceeded after the timeout and os.ErrClosed after Halt.
func (p *Input) ReadEdge(timeout time.Duration) (gpio.Level, time.Time, error) {
	var expired <-chan time.Time
	if timeout >= 0 {
		t := time.NewTimer(timeout)
		defer t.Stop()
		expired = t.C
	}
	for {
		if e, ok := p.next(); ok {
			return e.level, e.at, nil
		}
		select {
		case <-p.wake:
		case <-p.closed:
			return gpio.Low, time.Time{}, os.ErrClosed
		case <-expired:
			return gpio.Low, time.Time{}, os.ErrDeadlineExceeded
		}
	}
}

func (p *Input) next() (edge, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.edges) == 0 {
		return edge{}, false
	}
	e := p.edges[0]
	p.edges = p.edges[1:]
	return e, true
}

// Halt ends every wait, now and from now on.
func (p *Input) Halt() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}
