package vboard

import (
	"strings"
	"syscall"
	"time"

	"intercom/test/vboard/orders"
)

// Process is a program that runs on the board. It is used by one goroutine.
type Process struct {
	PID    int // on the board
	b      *Board
	number int
	name   string
	events *journal[Said]
	read   int // events that Await has passed
}

// Said is something that a process did, most often a line that it wrote.
type Said struct {
	orders.Report
	At time.Time // when it was read, by the clock of the computer that runs the tests
}

// Start starts a program that stays.
func (b *Board) Start(program string, args ...string) *Process {
	b.t.Helper()
	p := &Process{b: b, name: program, events: newJournal[Said]()}
	b.mu.Lock()
	b.processes = append(b.processes, p)
	p.number = len(b.processes)
	b.mu.Unlock()
	b.order(orders.Order{Do: orders.Start, Process: p.number, Args: append([]string{program}, args...)})
	p.PID = p.await("it does not start", 2*time.Minute, func(s Said) bool { return s.What == orders.Started }).PID
	return p
}

// Run runs a program to its end and returns what it wrote and its exit status.
func (b *Board) Run(program string, args ...string) (output string, status int) {
	b.t.Helper()
	p := b.Start(program, args...)
	status = p.Wait(10 * time.Minute) // in virtual time a program takes as long as this computer needs for it
	p.read = 0
	p.await("its output does not end", time.Minute, func(s Said) bool { return s.What == orders.Closed })
	return p.Output(), status
}

// Await waits for the next line that holds a text, after the one that was found last.
func (p *Process) Await(text string, within time.Duration) Said {
	p.b.t.Helper()
	return p.await("no line with "+text, within, func(s Said) bool { return s.What == orders.Line && strings.Contains(s.Text, text) })
}

// AwaitAny waits for the next line, whatever it holds.
func (p *Process) AwaitAny(within time.Duration) Said {
	p.b.t.Helper()
	return p.Await("", within)
}

// Wait waits for the end and returns the exit status: 128 and the signal's number for a process that was killed. A line that was found
// may have come after it, from a child.
func (p *Process) Wait(within time.Duration) int {
	p.b.t.Helper()
	found := p.read
	p.read = 0
	status := p.await("it does not end", within, func(s Said) bool { return s.What == orders.Ended }).Status
	p.read = max(p.read, found)
	return status
}

func (p *Process) await(what string, within time.Duration, match func(Said) bool) Said {
	p.b.t.Helper()
	s, n, err := p.events.await(p.read, within, p.b.over, match)
	if err != nil {
		p.b.t.Fatalf("%s: %s, %v", p.name, what, err)
	}
	p.read = n + 1
	return s
}

// Output is all that it wrote until now.
func (p *Process) Output() string {
	all, _ := p.events.read(0)
	var s strings.Builder
	for _, e := range all {
		if e.What == orders.Line {
			s.WriteString(e.Text + "\n")
		}
	}
	return s.String()
}

// Input writes a line to its standard input.
func (p *Process) Input(line string) {
	p.b.t.Helper()
	p.b.order(orders.Order{Do: orders.Input, Process: p.number, Text: line})
}

// Signal sends it a signal.
func (p *Process) Signal(s syscall.Signal) {
	p.b.t.Helper()
	p.b.order(orders.Order{Do: orders.Signal, Process: p.number, Signal: int(s)})
}
