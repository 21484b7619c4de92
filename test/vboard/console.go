package vboard

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"intercom/test/vboard/orders"
)

// Console is what the serial console has shown, with the times since power on. What programs wrote is in it too.
func (b *Board) Console() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.console.String()
}

// readConsole reads until the machine ends.
func (b *Board) readConsole() error {
	defer close(b.over)
	for {
		line, err := b.machine.output.ReadString('\n')
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, os.ErrClosed):
			b.note(time.Now(), line) // what the end has cut off
			return nil
		case err != nil:
			return err
		}
		if err := b.heard(strings.TrimRight(line, "\r\n")); err != nil {
			return err
		}
	}
}

func (b *Board) heard(line string) error {
	now := time.Now()
	var r orders.Report
	found, err := orders.Read([]byte(line), &r)
	if err != nil && !b.lastWords() {
		return err
	}
	if !found || err != nil {
		b.note(now, line)
		return nil
	}
	p := b.process(r.Process)
	switch {
	case r.What == orders.Line:
		b.note(now, fmt.Sprintf("(%d, %v) %s", r.Process, r.Up.Round(time.Millisecond), r.Text))
	default:
		b.note(now, fmt.Sprintf("(%d, %v) %s %s %d", r.Process, r.Up.Round(time.Millisecond), r.What, r.Text, r.Status))
	}
	if p == nil {
		b.guest.add(r)
		return nil
	}
	if r.What == orders.Failed {
		return fmt.Errorf("%s: the board could not obey: %s", p.name, r.Text)
	}
	p.events.add(Said{r, now})
	return nil
}

func (b *Board) lastWords() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.panicking
}

func (b *Board) note(at time.Time, line string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	fmt.Fprintf(&b.console, "%8.3f %s\n", at.Sub(b.on).Seconds(), line)
}

// process is nil for number 0: the first process, which speaks for itself.
func (b *Board) process(number int) *Process {
	b.mu.Lock()
	defer b.mu.Unlock()
	if number < 1 || number > len(b.processes) {
		return nil
	}
	return b.processes[number-1]
}
