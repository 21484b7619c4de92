package console

import (
	"io"
	"sync"
	"time"
)

// outlet writes lines to one reader, on a goroutine of its own.
type outlet struct {
	w      io.Writer
	missed func(lines int) []byte
	wake   chan struct{} // one slot
	done   chan struct{} // the goroutine has ended

	mu    sync.Mutex
	lines [][]byte
	lost  int
	last  bool // nothing comes after lines
}

// maxWaiting is how many lines a reader may be behind.
const maxWaiting = 4096

func newOutlet(w io.Writer, missed func(int) []byte) *outlet {
	o := &outlet{w: w, missed: missed, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go o.run()
	return o
}

func (o *outlet) put(line []byte) {
	o.mu.Lock()
	if len(o.lines) < maxWaiting {
		o.lines = append(o.lines, line)
	} else {
		o.lost++
	}
	o.mu.Unlock()
	o.rouse()
}

func (o *outlet) rouse() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// run ends after the last line, or when nothing can be written any more.
func (o *outlet) run() {
	defer close(o.done)
	for range o.wake {
		text, last := o.next()
		if _, err := o.w.Write(text); err != nil || last {
			return
		}
	}
}

// next is everything that waits.
func (o *outlet) next() (text []byte, last bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, line := range o.lines {
		text = append(append(text, line...), '\n')
	}
	if o.lost > 0 {
		text = append(append(text, o.missed(o.lost)...), '\n')
	}
	o.lines, o.lost = nil, 0
	return text, o.last
}

// finish writes what waits and ends, at the latest when the time has come. A reader that takes nothing even then keeps its
// goroutine until it is closed.
func (o *outlet) finish(late time.Time) {
	o.mu.Lock()
	o.last = true
	o.mu.Unlock()
	o.rouse()
	timer := time.NewTimer(time.Until(late))
	defer timer.Stop()
	select {
	case <-o.done:
	case <-timer.C:
	}
}
