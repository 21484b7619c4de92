package configs

import (
	"errors"
	"strings"

	"github.com/BurntSushi/toml"
)

// mostBroken is how many lines that are no TOML are told: a file with more is no configuration.
const mostBroken = 20

// parse reads TOML and returns what it holds, or nil if it is too broken to tell. A line that is no TOML is a fault and is
// left out, so that the others are still looked at.
func parse(s source) (map[string]any, *faultList) {
	list := &faultList{source: s, bad: map[string]bool{}}
	text := s.text
	if at, what, want := noConfiguration(text); what != "" {
		list.broken(at, what, want)
		return nil, list
	}
	if at := tangle(text); at >= 0 {
		list.broken(at, "this is no configuration: tables lie within tables without end", "see reference.toml for all tables there are")
		return nil, list
	}
	for range mostBroken {
		var data map[string]any
		_, err := toml.Decode(text, &data)
		if err == nil {
			list.places = newIndex(text)
			return data, list
		}
		var broken toml.ParseError
		if !errors.As(err, &broken) {
			list.broken(0, "this is not TOML: "+err.Error(), "see reference.toml for an example")
			return nil, list
		}
		list.broken(broken.Position.Start, syntaxText(s, broken), syntaxWant(s, broken))
		var ok bool
		if text, ok = without(s, text, broken); !ok {
			return nil, list
		}
	}
	return nil, list
}

// tangle finds where a text nests tables deeper than could be meant; -1 if it does not. The parser's time grows with the
// square of that depth.
func tangle(text string) int {
	const mostBraces, mostDots = 100, 400 // in the text, in a line
	braces, dots := 0, 0
	for i := range len(text) {
		switch text[i] {
		case '{':
			braces++
		case '.':
			dots++
		case '\n':
			dots = 0
		}
		if braces > mostBraces || dots > mostDots {
			return i
		}
	}
	return -1
}

// without blanks a line that is no TOML even by itself. If it is, the fault began above it, and what follows cannot be
// told from the fault; nor can it after a table's name.
func without(s source, text string, broken toml.ParseError) (string, bool) {
	line, _ := s.position(broken.Position.Start)
	from := s.lines[line-1]
	to := from + len(s.line(line))
	content := text[from:to]
	if strings.HasPrefix(strings.TrimLeft(content, " \t"), "[") {
		return "", false
	}
	var alone map[string]any
	_, err := toml.Decode(content, &alone)
	if twice := strings.Contains(broken.Message, "already"); (err == nil) != twice {
		return "", false
	}
	return text[:from] + strings.Repeat(" ", to-from) + text[to:], true
}
