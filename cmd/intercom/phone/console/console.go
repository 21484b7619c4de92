// Package console joins a program to everybody who talks to it in lines: its standard input and output, and any number of
// clients of a unix socket. What anybody says goes one way, in order; what the program says goes to all.
package console

import (
	"bufio"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// Options is what a console is made of. All are needed.
type Options struct {
	// Take is given each line without its end, from several goroutines. It may block.
	Take func(line string)

	// MaxLine is the length of the longest line in octets. One that is longer is cut one octet after that.
	MaxLine int

	// Missed is the line for somebody who has missed so many, because they were not read in time.
	Missed func(lines int) []byte
}

// Console carries lines until Close.
type Console struct {
	opt      Options
	listener *net.UnixListener
	path     string
	readers  sync.WaitGroup
	quit     chan struct{} // closed by Close

	mu       sync.Mutex
	outlets  map[*outlet]io.Closer // nil for what is not ours to close
	inlets   []io.Closer
	greeting []byte
	closed   bool
}

// New makes a console that nobody has joined yet.
func New(o Options) *Console {
	return &Console{opt: o, outlets: map[*outlet]io.Closer{}, quit: make(chan struct{})}
}

// Attach writes everything that is told from now on to w.
func (c *Console) Attach(w io.Writer) { c.add(w, nil) }

// Read takes lines from r until its end, which ends nothing else. Close waits for it: r must end when it is closed.
func (c *Console) Read(r io.ReadCloser) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inlets = append(c.inlets, r)
	c.readers.Go(func() { c.read(r) })
}

// Greet tells everybody a line, and everybody who comes later as the first one.
func (c *Console) Greet(line []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.greeting = line
	c.tell(line)
}

// Tell writes a line to everybody. It does not wait for them: whoever reads too slowly misses lines, and is told so.
func (c *Console) Tell(line []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tell(line)
}

func (c *Console) tell(line []byte) {
	for o := range c.outlets {
		o.put(line)
	}
}

// patience is how long Close waits for somebody to read what has been told.
const patience = time.Second

// Close writes what is still to be told, removes the socket and ends all connections. It is called once.
func (c *Console) Close() error {
	c.mu.Lock()
	c.closed = true
	outlets := c.outlets
	c.outlets = nil
	c.mu.Unlock()
	close(c.quit)
	err := c.unlisten()
	for _, r := range c.inlets {
		err = errors.Join(err, r.Close())
	}
	late := time.Now().Add(patience)
	for o, closer := range outlets {
		o.finish(late)
		if closer != nil {
			err = errors.Join(err, closer.Close())
		}
	}
	c.readers.Wait()
	return err
}

// add lets w hear what is told, or returns nil if nothing is any more.
func (c *Console) add(w io.Writer, closer io.Closer) *outlet {
	o := newOutlet(w, c.opt.Missed)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		o.finish(time.Now())
		return nil
	}
	if c.greeting != nil {
		o.put(c.greeting)
	}
	c.outlets[o] = closer
	return o
}

// remove forgets an outlet, and reports whether it was there.
func (c *Console) remove(o *outlet) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.outlets[o]
	delete(c.outlets, o)
	return ok
}

// read hands on the lines of r. The last one may lack its end.
func (c *Console) read(r io.Reader) {
	b := bufio.NewReader(r)
	for {
		line, err := c.line(b)
		if err == nil || len(line) > 0 {
			c.opt.Take(string(line))
		}
		if err != nil {
			return
		}
	}
}

// line reads up to the end of a line, and keeps what may be kept of it.
func (c *Console) line(b *bufio.Reader) (line []byte, err error) {
	for {
		part, err := b.ReadSlice('\n')
		line = append(line, part[:min(len(part), c.opt.MaxLine+2-len(line))]...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return trimmed(line), err
		}
	}
}

func trimmed(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	return line
}
