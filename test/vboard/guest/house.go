//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"

	"intercom/test/vboard/orders"

	"golang.org/x/sys/unix"
)

// house keeps the processes that the tests have started.
type house struct {
	reports *reporter
	mu      sync.Mutex
	running map[int]*resident // by the number that the tests gave them
}

type resident struct {
	process *os.Process
	input   io.WriteCloser
}

func newHouse(r *reporter) *house { return &house{reports: r, running: map[int]*resident{}} }

// obey does what it reads until it can read no more.
func (h *house) obey(r io.Reader) error {
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var o orders.Order
		found, err := orders.Read(s.Bytes(), &o)
		if found && err == nil {
			err = h.do(o)
		}
		if err != nil {
			h.reports.send(orders.Report{What: orders.Failed, Process: o.Process, Text: err.Error()})
		}
	}
	if err := s.Err(); err != nil {
		return err
	}
	return io.EOF
}

func (h *house) do(o orders.Order) error {
	switch o.Do {
	case orders.Start:
		return h.start(o.Process, o.Args)
	case orders.Power:
		return power(o.Text)
	case orders.Input, orders.Signal:
	default:
		return fmt.Errorf("guest: there is no order %q", o.Do)
	}
	h.mu.Lock()
	p := h.running[o.Process]
	h.mu.Unlock()
	if p == nil {
		return fmt.Errorf("guest: process %d does not run", o.Process)
	}
	if o.Do == orders.Signal {
		return p.process.Signal(syscall.Signal(o.Signal))
	}
	_, err := io.WriteString(p.input, o.Text+"\n")
	return err
}

func (h *house) start(number int, args []string) error {
	if len(args) == 0 {
		return errors.New("guest: a process without a program")
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = w, w
	input, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	w.Close()
	if err != nil {
		return errors.Join(err, r.Close())
	}
	h.mu.Lock()
	h.running[number] = &resident{cmd.Process, input}
	h.mu.Unlock()
	h.reports.send(orders.Report{What: orders.Started, Process: number, PID: cmd.Process.Pid})
	go h.tell(number, r)
	go h.wait(number, cmd)
	return nil
}

// tell hands on what a process writes. Its children may write after its end.
func (h *house) tell(number int, r *os.File) {
	defer r.Close()
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		h.reports.send(orders.Report{What: orders.Line, Process: number, Text: s.Text()})
	}
	h.reports.send(orders.Report{What: orders.Closed, Process: number})
}

func (h *house) wait(number int, cmd *exec.Cmd) {
	_ = cmd.Wait() // ProcessState has it
	h.mu.Lock()
	delete(h.running, number)
	h.mu.Unlock()
	status := cmd.ProcessState.ExitCode()
	if ws, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		status = 128 + int(ws.Signal())
	}
	h.reports.send(orders.Report{What: orders.Ended, Process: number, Status: status})
}

func power(way string) error {
	switch way {
	case orders.Off:
		return unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
	case orders.Restart:
		return unix.Reboot(unix.LINUX_REBOOT_CMD_RESTART)
	case orders.Panic:
		return os.WriteFile("/proc/sysrq-trigger", []byte("c"), 0)
	}
	return fmt.Errorf("guest: there is no power switch %q", way)
}
