// Package guard puts relays to rest when the program that drives them has died, in whatever way: a panic, SIGKILL, a lack of memory.
// A relay's line keeps its level then on many kernels, and a door stays open.
//
// The guard is a process of its own, at the other end of a pipe. It holds no line while the program lives. The pipe ends with the
// program; unless the program has said goodbye before, the guard puts the relays to rest and ends.
package guard

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// goodbye is what a program writes whose relays are at rest.
const goodbye = "goodbye"

// Watch is the guard's part: it waits for the end of the pipe, and calls rest unless there was a goodbye.
func Watch(pipe io.Reader, rest func() error) error {
	said, err := io.ReadAll(io.LimitReader(pipe, int64(len(goodbye))))
	if err == nil && string(said) == goodbye {
		return nil
	}
	return rest()
}

// Guard is the program's part: the process, which it starts again should it end.
type Guard struct {
	command func() *exec.Cmd
	log     *slog.Logger
	stop    chan struct{}
	done    chan struct{}

	mu      sync.Mutex
	pipe    *os.File // nil: the process did not start
	stopped bool
}

// Start starts the guard's process. Command makes it, to Watch its standard input. It is in a session of its own, so that what ends
// the program from a terminal, or by its group, does not end the guard.
func Start(command func() *exec.Cmd, log *slog.Logger) (*Guard, error) {
	g := &Guard{command: command, log: log, stop: make(chan struct{}), done: make(chan struct{})}
	cmd, err := g.launch()
	if err != nil {
		return nil, err
	}
	go g.keep(cmd)
	return g, nil
}

// launch starts a process in the place of the one before, which has ended. It is nil after Stop.
func (g *Guard) launch() (*exec.Cmd, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.hangUp()
	if g.stopped {
		return nil, nil
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("guard: no pipe: %w", err)
	}
	defer r.Close()
	cmd := g.command()
	cmd.Stdin = r
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		w.Close()
		return nil, fmt.Errorf("guard: the process does not start: %w", err)
	}
	g.pipe = w
	return cmd, nil
}

// hangUp ends the pipe. The guard is locked.
func (g *Guard) hangUp() {
	if g.pipe != nil {
		g.pipe.Close()
		g.pipe = nil
	}
}

// again is how soon a guard that has ended is followed by another one.
const again = time.Second

// keep has one guard after the other until Stop.
func (g *Guard) keep(cmd *exec.Cmd) {
	defer close(g.done)
	for {
		if cmd != nil {
			err := cmd.Wait()
			if g.ending() {
				return
			}
			g.log.Warn("the guard of the relays has ended; another one begins", "err", err)
		}
		select {
		case <-g.stop:
			return
		case <-time.After(again):
		}
		var err error
		if cmd, err = g.launch(); err != nil {
			g.log.Error("nobody puts the relays to rest if this program dies", "err", err)
		}
	}
}

func (g *Guard) ending() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.stopped
}

// Stop ends the guard and waits for it. Rested says that the relays are at rest; otherwise the guard sees to that first.
func (g *Guard) Stop(rested bool) {
	g.mu.Lock()
	g.stopped = true
	if rested && g.pipe != nil {
		_, _ = io.WriteString(g.pipe, goodbye) // a guard that is gone needs none
	}
	g.hangUp()
	g.mu.Unlock()
	close(g.stop)
	<-g.done
}
