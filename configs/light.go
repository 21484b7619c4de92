package configs

import (
	"strings"
	"unicode"

	"intercom/board"
)

// Light is a board with nothing but the status light of a configuration that is broken, so that the light can say so. It is
// false if there is none, or if the files leave any doubt that its line could be a door's: a light that blinks on a relay's
// line opens the door.
func (f Files) Light() (board.Config, bool) {
	t, faults := f.tables()
	alone := board.Config{Model: t.Board.Model, LED: t.LED, Sound: board.SoundConfig{Card: "none"}}
	if alone.Model != "sim" && (t.LED.Line == "" || !apart(f, t, faults)) || len(alone.Check()) > 0 {
		return board.Config{}, false
	}
	return alone, true
}

// apart tells whether the line of the light is certainly no door's: every relay that the text speaks of is known, and none is
// written in a way that could be the light's line by another name.
func apart(f Files, t tables, faults *faultList) bool {
	for path := range faults.bad {
		if strings.HasPrefix(path, "led") || strings.HasPrefix(path, "board") {
			return false
		}
	}
	for _, d := range t.Doors {
		kind, number := notation(d.Relay)
		if lightKind, lightNumber := notation(t.LED.Line); d.Relay == "" || kind != lightKind || number == lightNumber {
			return false
		}
	}
	return relays(withoutMark(f.Text))+relays(withoutMark(f.Secrets)) == len(t.Doors)
}

// notation takes a line's address apart: "GPIO17" and "GPIO27" are of one kind and can be compared, "GPIO17" and "pin 11"
// cannot.
func notation(line string) (kind, number string) {
	kind = strings.TrimRightFunc(line, unicode.IsDigit)
	return strings.ToLower(kind), strings.TrimLeft(line[len(kind):], "0")
}

// relays counts the keys of a text that are, or could be meant as, a door's relay; broken lines are counted too.
func relays(text string) (n int) {
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), " #")
		if strings.HasPrefix(line, "#") {
			continue
		}
		for w := range strings.FieldsFuncSeq(strings.ToLower(line), func(r rune) bool { return !unicode.IsLetter(r) }) {
			if nearest(w, []string{"relay"}) != "" {
				n++
			}
		}
	}
	return n
}
