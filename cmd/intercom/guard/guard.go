// Package guard puts relays to rest when the program that drives them has died, in whatever way (a panic, SIGKILL, a lack of memory),
// or hangs without dying. A relay's line keeps its level then, and a door stays open.
//
// The guard is a process of its own, at the other end of a pipe. It holds no line while the program lives. The program tells it which
// relay is not at rest; as long as that lasts, the relay gives signs of life. If these stop, or if a pulse does not end, the guard
// kills the program. The pipe ends with the program; unless the program has said goodbye before, the guard puts the relays to rest
// and ends.
//
// A program whose guard cannot be started, or has just died, opens doors all the same: its relays have their own end.
package guard

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"intercom/board"
)

// Guard is the program's part: the process, which it starts again should it end or take nothing.
type Guard struct {
	command func() *exec.Cmd
	log     *slog.Logger
	stop    chan struct{}
	done    chan struct{}

	mu      sync.Mutex // held for no longer than a write that does not block: a relay waits for it
	line    *line      // nil: there is no process
	away    map[int]board.RelayState
	stopped bool
	rested  bool // of Stop
}

// Start starts the guard's process. Command makes it, to Watch its standard input. It is in a session of its own, so that what ends
// the program from a terminal, or by its group, does not end the guard. A process that does not start is told and tried again.
func Start(command func() *exec.Cmd, log *slog.Logger) *Guard {
	g := &Guard{command: command, log: log, stop: make(chan struct{}), done: make(chan struct{}), away: map[int]board.RelayState{}}
	cmd, err := g.launch()
	if err != nil {
		g.alone(err)
	}
	go g.keep(cmd)
	return g
}

func (g *Guard) alone(err error) {
	g.log.Error("nobody puts the relays to rest if this program dies or hangs", "err", err)
}

// Tell tells the guard how a relay does, for board.Config.OnRelay. It never blocks.
func (g *Guard) Tell(relay int, s board.RelayState) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if s == board.AtRest {
		delete(g.away, relay)
	} else {
		g.away[relay] = s
	}
	if g.line != nil {
		g.line.say(word{relay, s})
	}
}

// launch starts a process and tells it of the relays that are not at rest.
func (g *Guard) launch() (*exec.Cmd, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("guard: no pipe: %w", err)
	}
	defer r.Close()
	cmd := g.command()
	cmd.Stdin = r
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("guard: the process does not start: %w", err), w.Close())
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.line = &line{pipe: w, process: cmd.Process, taken: time.Now()}
	for relay, s := range g.away {
		g.line.say(word{relay, s})
	}
	if g.stopped {
		g.hangUp()
	}
	return cmd, nil
}

// hangUp ends the pipe, after a goodbye if the relays are at rest. The guard is locked.
func (g *Guard) hangUp() {
	if g.line == nil {
		return
	}
	if g.rested {
		g.line.write(goodbye)
	}
	g.line.pipe.Close()
	g.line = nil
}

// again is how soon a guard that has ended, or did not start, is followed by another one.
const again = time.Second

// keep has one guard after the other until Stop.
func (g *Guard) keep(cmd *exec.Cmd) {
	defer close(g.done)
	for missing := cmd == nil; ; {
		if cmd != nil {
			err := cmd.Wait()
			if g.ended() {
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
		cmd, err = g.launch()
		switch {
		case err != nil && !missing:
			g.alone(err)
		case err == nil && missing:
			g.log.Info("the guard of the relays is there")
		}
		missing = err != nil
	}
}

// ended is for a process that has ended. It says whether that is how it should be.
func (g *Guard) ended() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.hangUp()
	return g.stopped
}

// Stop ends the guard and waits for it. Rested says that the relays are at rest; otherwise the guard sees to that first.
func (g *Guard) Stop(rested bool) {
	g.mu.Lock()
	g.stopped, g.rested = true, rested
	g.hangUp()
	g.mu.Unlock()
	close(g.stop)
	<-g.done
}
