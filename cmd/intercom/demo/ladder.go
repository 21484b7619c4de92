package demo

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// rung is one line of a ladder diagram: a message from one side to the other, or a happening at the door.
type rung struct {
	at       time.Time
	label    string
	fromDoor bool
	event    bool // no message: something that happened at the door
}

const ladderWidth = 46 // columns between the two rails

// writeLadder draws the rungs as a ladder diagram, with the seconds since the first one.
func writeLadder(w io.Writer, door, house string, rungs []rung) {
	if len(rungs) == 0 {
		return
	}
	start := rungs[0].at
	fmt.Fprintf(w, "  seconds  %s%s\n", door, right(house, ladderWidth+2-utf8.RuneCountInString(door)))
	for _, r := range rungs {
		fmt.Fprintf(w, "  %7.3f  %s\n", r.at.Sub(start).Seconds(), r.draw())
	}
}

func (r rung) draw() string {
	if r.event {
		return "●" + left(" "+r.label, ladderWidth) + "│"
	}
	line := strings.Repeat("─", max(ladderWidth-utf8.RuneCountInString(r.label)-4, 0))
	if r.fromDoor {
		return "│ " + r.label + " " + line + "▶ │"
	}
	return "│ ◀" + line + " " + r.label + " │"
}

// left pads s with spaces on its right up to n columns, right on its left.
func left(s string, n int) string  { return s + spaces(n-utf8.RuneCountInString(s)) }
func right(s string, n int) string { return spaces(n-utf8.RuneCountInString(s)) + s }

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }
