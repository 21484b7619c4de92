package vboard

import (
	"fmt"
	"strings"
	"time"
)

// Edge is a change of a line that the board drives.
type Edge struct {
	High bool
	At   time.Time // by the clock of the computer that runs the tests
}

// Edges are those of a line that the board drives, since power on, in order. The chip holds a line that nobody drives low.
func (b *Board) Edges(l Line) []Edge {
	_ = b.qtest.do("endianness") // what is answered after all edges before it; of a board that has ended there are no more
	edges, _ := b.edges[l].read(0)
	return edges
}

// High tells whether a line that the board drives is high now.
func (b *Board) High(l Line) bool {
	edges := b.Edges(l)
	return len(edges) > 0 && edges[len(edges)-1].High
}

// AwaitEdge waits for the nth edge of a line since power on, from 0.
func (b *Board) AwaitEdge(l Line, n int, within time.Duration) Edge {
	b.t.Helper()
	e, _, err := b.edges[l].await(n, within, b.over, func(Edge) bool { return true })
	if err != nil {
		b.t.Fatalf("line %v: no edge number %d %v; its edges are%s", l, n, err, b.Story(l))
	}
	return e
}

// Story tells the edges of a line with their times since power on.
func (b *Board) Story(l Line) string {
	var s strings.Builder
	for _, e := range b.Edges(l) {
		way := "down"
		if e.High {
			way = "up"
		}
		fmt.Fprintf(&s, " %s at %v", way, e.At.Sub(b.on).Round(100*time.Microsecond))
	}
	if s.Len() == 0 {
		return " none"
	}
	return s.String()
}

// Set drives a line from outside: a button, a contact.
func (b *Board) Set(l Line, high bool) {
	b.t.Helper()
	if err := b.drive(l, high); err != nil {
		b.t.Fatal(err)
	}
}

func (b *Board) drive(l Line, high bool) error {
	level := 0
	if high {
		level = 1
	}
	return b.qtest.do(fmt.Sprintf("set_irq_in %s unnamed-gpio-in %d %d", b.chip, l, level))
}
