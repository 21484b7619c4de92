package guard

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"intercom/board"
)

// A word is what a program tells its guard of a relay, by its number: "pulsed 0\n", "held 0\n", "rest 0\n".
type word struct {
	relay int
	state board.RelayState
}

// goodbye is what a program writes whose relays are at rest, as its last.
const goodbye = "goodbye\n"

// maxRelays bounds what a guard keeps in mind, longest what a word is.
const (
	maxRelays = 1000
	longest   = len("pulsed 999\n")
)

// names are those of board.AtRest, board.Pulsed, board.Held.
func names() [3]string { return [...]string{"rest", "pulsed", "held"} }

func (w word) String() string { return names()[w.state] + " " + strconv.Itoa(w.relay) + "\n" }

func parseWord(line string) (word, error) {
	name, number, _ := strings.Cut(line, " ")
	relay, err := strconv.Atoi(number)
	for state, n := range names() {
		if n == name && err == nil && relay >= 0 && relay < maxRelays && strconv.Itoa(relay) == number {
			return word{relay, board.RelayState(state)}, nil
		}
	}
	return word{}, fmt.Errorf(`guard: %q is no word of a station; "pulsed 0", "held 0" and "rest 0" are`, line)
}

// words finds the words in a stream of octets, however it is cut.
type words struct{ rest []byte }

// add takes more of the stream.
func (w *words) add(octets []byte) { w.rest = append(w.rest, octets...) }

// next is the next whole line without its end. It is false if there is none yet; an error says that there never will be one.
func (w *words) next() (line string, ok bool, err error) {
	before, after, found := bytes.Cut(w.rest, []byte("\n"))
	if len(before) >= longest {
		return "", false, fmt.Errorf("guard: %.40q is longer than any word of a station", before)
	}
	if !found {
		return "", false, nil
	}
	line = string(before)
	w.rest = append(w.rest[:0], after...)
	return line, true, nil
}
