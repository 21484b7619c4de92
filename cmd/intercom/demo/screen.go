package demo

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// screen shows what happens, a line each, and below it, on a terminal, the scene as it is now. It is safe for use by
// several goroutines.
type screen struct {
	mu    sync.Mutex
	out   io.Writer
	eol   string          // a terminal in raw mode wants a carriage return too
	draw  func() []string // nil where nobody looks at a live scene
	drawn int             // lines of the scene that are on the screen
	start time.Time
}

func newScreen(out io.Writer, draw func() []string) *screen {
	s := &screen{out: out, eol: "\n", draw: draw, start: time.Now()}
	if draw != nil {
		s.eol = "\r\n"
	}
	return s
}

// say writes one line about what happens now.
func (s *screen) say(format string, args ...any) {
	s.print(fmt.Sprintf("%6.2f s  %s", time.Since(s.start).Seconds(), fmt.Sprintf(format, args...)))
}

// print writes text, which may have several lines, above the scene.
func (s *screen) print(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	s.erase(&b)
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimRight(line, "\n") + s.eol)
	}
	s.redraw(&b)
	io.WriteString(s.out, b.String())
}

// live redraws the scene ten times a second until ctx ends.
func (s *screen) live(ctx context.Context) {
	if s.draw == nil {
		return
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.refresh()
		}
	}
}

func (s *screen) refresh() {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	s.erase(&b)
	s.redraw(&b)
	io.WriteString(s.out, b.String())
}

// erase goes back to the first line of the scene and clears from there to the end of the screen.
func (s *screen) erase(b *strings.Builder) {
	if s.drawn > 0 {
		fmt.Fprintf(b, "\x1b[%dA\r\x1b[J", s.drawn)
	}
	s.drawn = 0
}

func (s *screen) redraw(b *strings.Builder) {
	if s.draw == nil {
		return
	}
	for _, line := range s.draw() {
		b.WriteString(line + s.eol)
		s.drawn++
	}
}

// end leaves the last scene on the screen.
func (s *screen) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drawn, s.draw, s.eol = 0, nil, "\n"
}
