package vboard

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
)

// qtest speaks QEMU's test protocol (softmmu/qtest.c): a command a line, each answered, and lines of interrupt changes between.
type qtest struct {
	conn    net.Conn
	mu      sync.Mutex // one command at a time
	answers chan string
	changed func(pin int, high bool)
}

// newQTest begins a conversation. changed is told of intercepted pins, from read's goroutine.
func newQTest(conn net.Conn, changed func(pin int, high bool)) *qtest {
	return &qtest{conn: conn, answers: make(chan string, 1), changed: changed}
}

// read reads until the machine ends.
func (q *qtest) read() error {
	defer close(q.answers)
	s := bufio.NewScanner(q.conn)
	for s.Scan() {
		line := s.Text()
		change, ok := strings.CutPrefix(line, "IRQ ")
		if !ok {
			q.answers <- line
			continue
		}
		var way string
		var pin int
		if _, err := fmt.Sscanf(change, "%s %d", &way, &pin); err != nil || way != "raise" && way != "lower" {
			return fmt.Errorf(`qtest: %q: want "IRQ raise N" or "IRQ lower N"`, line)
		}
		q.changed(pin, way == "raise")
	}
	return nil
}

func (q *qtest) do(command string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if _, err := io.WriteString(q.conn, command+"\n"); err != nil {
		return err
	}
	if answer, ok := <-q.answers; !strings.HasPrefix(answer, "OK") {
		return fmt.Errorf("qtest %q: answered %q (still there: %v), want OK", command, answer, ok)
	}
	return nil
}
