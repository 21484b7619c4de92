// Package orders is what the computer that runs the tests and the first process of a virtual board say to each other, over the
// board's serial console: JSON texts, each between a record separator and a line feed (RFC 7464). So what the kernel writes to the
// same console is told apart.
package orders

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Order is what the board is to do.
type Order struct {
	Do      string   // one of the constants below
	Process int      // number that the tests give a process
	Args    []string `json:",omitempty"` // Start: program and arguments
	Text    string   `json:",omitempty"` // Input: a line for standard input; Power: one of Off, Restart, Panic
	Signal  int      `json:",omitempty"` // Signal: its number
}

// Orders.
const (
	Start  = "start"
	Input  = "input"
	Signal = "signal"
	Power  = "power"
)

// Ways of Power.
const (
	Off     = "off"
	Restart = "restart"
	Panic   = "panic"
)

// Report is what happened on the board.
type Report struct {
	What    string        // one of the constants below
	Process int           `json:",omitempty"`
	Text    string        `json:",omitempty"` // Line: what the process wrote; Failed: why
	Status  int           `json:",omitempty"` // Ended: exit status, 128 and the signal's number for a process that was killed
	PID     int           `json:",omitempty"` // Started
	Up      time.Duration // since the kernel started
}

// Reports.
const (
	Ready   = "ready" // the board has started
	Started = "started"
	Line    = "line"
	Closed  = "closed" // nobody can write to the process's output any more, its children included
	Ended   = "ended"
	Failed  = "failed" // an order could not be obeyed
)

const separator = 0x1e

// Write writes an Order or a Report.
func Write(w io.Writer, message any) error {
	text, err := json.Marshal(message)
	if err != nil {
		return err
	}
	_, err = w.Write(append(append([]byte{separator}, text...), '\n'))
	return err
}

// Read finds a message in a line of the console. A line without one is the kernel's, and so is what comes behind a message.
func Read(line []byte, message any) (found bool, err error) {
	_, text, found := bytes.Cut(line, []byte{separator})
	if !found {
		return false, nil
	}
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(message); err != nil {
		return true, fmt.Errorf("orders: %q is no message: %w", text, err)
	}
	return true, nil
}
