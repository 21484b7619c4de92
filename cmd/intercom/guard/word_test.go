package guard

import (
	"strings"
	"testing"

	"intercom/board"
)

func TestWordsAreReadAsTheyAreWritten(t *testing.T) {
	for _, s := range []board.RelayState{board.AtRest, board.Pulsed, board.Held} {
		for _, relay := range []int{0, 7, maxRelays - 1} {
			w := word{relay, s}
			text := w.String()
			if len(text) > longest || len(text) > 512 { // POSIX's least PIPE_BUF
				t.Errorf("%q is too long", text)
			}
			if got, err := parseWord(strings.TrimSuffix(text, "\n")); err != nil || got != w {
				t.Errorf("%q is read as %v, %v", text, got, err)
			}
		}
	}
}

func TestWhatIsNoWordIsRefused(t *testing.T) {
	for _, text := range []string{"", "rest", "rest ", "rest 1000", "rest -1", "rest +1", "rest 01", "rest 1 ", "pulse 1", "Held 1", "held 1\r", "goodbye"} {
		if w, err := parseWord(text); err == nil {
			t.Errorf("%q is taken for %v", text, w)
		}
	}
}

func FuzzWords(f *testing.F) {
	f.Add([]byte("pulsed 0\nheld 12\nrest 0\ngoodbye\n"), 3)
	f.Add([]byte("pulsed 99999999999999\n"), 1)
	f.Add([]byte("goodby"), 100)
	f.Fuzz(func(t *testing.T, stream []byte, cut int) {
		cut = 1 + (cut&0x7fffffff)%64
		var heard words
		var lines []string
		for len(stream) > 0 {
			n := min(cut, len(stream))
			heard.add(stream[:n])
			stream = stream[n:]
			for {
				line, ok, err := heard.next()
				if err != nil {
					return
				}
				if !ok {
					break
				}
				lines = append(lines, line)
			}
			if len(heard.rest) > longest {
				t.Fatalf("%d octets are kept", len(heard.rest))
			}
		}
		for _, line := range lines {
			if w, err := parseWord(line); err == nil && w.String() != line+"\n" {
				t.Errorf("%q is read as %v and written as %q", line, w, w)
			}
		}
	})
}
