//go:build linux

package suite

import (
	"bytes"
	"fmt"
	"os"
	"testing"
	"time"

	"intercom/board"
	"intercom/board/boardtest"

	"golang.org/x/sys/unix"
)

// slack is what the kernel and a question to the outside may take, in virtual time.
const slack = 5 * time.Millisecond

func TestSuite(t *testing.T) {
	if os.Getenv("VIRTUAL_BOARD") == "" {
		t.Skip("this is no virtual board")
	}
	if err := unix.SetNonblock(0, true); err != nil {
		t.Fatal(err)
	}
	boardtest.RunReal(t, slack, open)
}

// wire is how a part is wired to a line.
type wire struct {
	line      string
	activeLow bool
}

func (w wire) set(t *testing.T, active bool) { ask(t, "set", w.line, level(active != w.activeLow)) }
func (w wire) active(t *testing.T) bool {
	return ask(t, "level", w.line) == level(!w.activeLow)
}

func level(high bool) string {
	if high {
		return "high"
	}
	return "low"
}

// open wires a board up with all contacts at rest.
func open(t *testing.T, c board.Config) boardtest.Rig {
	wires := map[string]wire{}
	c.Model = "auto"
	c.LED.Line = "LED"
	for i, line := range []string{"BELL", "GARDEN"} {
		c.Buttons[i].Line = line
		wires[c.Buttons[i].Name] = wire{line, c.Buttons[i].ActiveLow}
	}
	relays := map[string]wire{}
	for i, line := range []string{"RELAY1", "RELAY2"} {
		c.Doors[i].Relay = line
		relays[c.Doors[i].Name] = wire{line, c.Doors[i].ActiveLow}
	}
	for i, line := range []string{"CONTACT", "EXIT", "TAMPER"} {
		c.Inputs[i].Line = line
		wires[c.Inputs[i].Name] = wire{line, c.Inputs[i].ActiveLow}
	}
	for name, w := range wires {
		w.set(t, name == "shut")
	}
	b, err := board.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	return boardtest.Rig{
		Board:   b,
		Contact: func(name string, closed bool) { wires[name].set(t, closed) },
		Current: func(door string) bool { return relays[door].active(t) },
		Lit:     wire{line: "LED"}.lit(t),
	}
}

func (w wire) lit(t *testing.T) func() bool { return func() bool { return w.active(t) } }

// ask has something done outside and waits for the answer. It does not sleep: in virtual time a sleep could be as long as the other
// side takes, while the time of one who is awake goes on by what he does.
func ask(t *testing.T, words ...string) string {
	t.Helper()
	text := "outside:"
	for _, w := range words {
		text += " " + w
	}
	fmt.Println(text)
	var line []byte
	for b := make([]byte, 64); ; {
		n, err := unix.Read(0, b)
		switch {
		case err == unix.EAGAIN || err == unix.EINTR:
			continue
		case err != nil || n == 0:
			t.Fatalf("nobody is outside: %d octets, %v", n, err)
		}
		line = append(line, b[:n]...)
		if bytes.HasSuffix(line, []byte("\n")) {
			return string(bytes.TrimSpace(line))
		}
	}
}
