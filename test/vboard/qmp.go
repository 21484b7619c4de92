package vboard

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
)

// qmp speaks QEMU's machine protocol (docs/interop/qmp-spec.txt): a JSON object a line.
type qmp struct {
	conn    net.Conn
	mu      sync.Mutex // one command at a time
	answers chan answer
	event   func(name string)
}

type answer struct {
	Return json.RawMessage
	Error  *struct{ Desc string }
	Event  string
	QMP    json.RawMessage // the greeting
}

// newQMP begins a conversation. event is told what happens to the machine, from read's goroutine.
func newQMP(conn net.Conn, event func(string)) *qmp {
	return &qmp{conn: conn, answers: make(chan answer, 1), event: event}
}

// read reads until the machine ends.
func (q *qmp) read() error {
	defer close(q.answers)
	s := bufio.NewScanner(q.conn)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var a answer
		if err := json.Unmarshal(s.Bytes(), &a); err != nil {
			return fmt.Errorf("QMP: %q: %w", s.Bytes(), err)
		}
		switch {
		case a.Event != "":
			q.event(a.Event)
		case a.QMP == nil:
			q.answers <- a
		}
	}
	return nil
}

// do has the machine obey a command and reads what it returns into result, if that is not nil.
func (q *qmp) do(command string, arguments map[string]any, result any) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	request := map[string]any{"execute": command}
	if arguments != nil {
		request["arguments"] = arguments
	}
	text, err := json.Marshal(request)
	if err != nil {
		return err
	}
	if _, err := q.conn.Write(append(text, '\n')); err != nil {
		return err
	}
	a, ok := <-q.answers
	switch {
	case !ok:
		return fmt.Errorf("QMP %s: %w", command, io.ErrUnexpectedEOF)
	case a.Error != nil:
		return fmt.Errorf("QMP %s: %w", command, errors.New(a.Error.Desc))
	case result == nil:
		return nil
	}
	return json.Unmarshal(a.Return, result)
}
