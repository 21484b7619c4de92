package demo

import (
	"strings"
	"testing"
)

func TestLinesGoAboveTheScene(t *testing.T) {
	var out strings.Builder
	s := newScreen(&out, func() []string { return []string{"scene 1", "scene 2"} })
	s.refresh()
	s.print("something happened\n")
	want := "scene 1\r\nscene 2\r\n" + // drawn,
		"\x1b[2A\r\x1b[J" + // taken away,
		"something happened\r\n" + "scene 1\r\nscene 2\r\n" // and drawn again below
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

func TestWithoutATerminalThereAreOnlyLines(t *testing.T) {
	var out strings.Builder
	s := newScreen(&out, nil)
	s.refresh()
	s.print("one\ntwo\n")
	if out.String() != "one\ntwo\n" {
		t.Errorf("got %q", out.String())
	}
}
