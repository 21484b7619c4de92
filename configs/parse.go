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

// syntaxText is what the parser says, unless it could quote a secret.
func syntaxText(s source, broken toml.ParseError) string {
	if n, _ := s.position(broken.Position.Start); secretLine(s.line(n)) || secretLine(broken.LastKey) {
		return `this is not TOML: "***" (the line holds a secret)`
	}
	return "this is not TOML: " + brief(strings.TrimSuffix(broken.Message, "."))
}

// secretLine reports whether a line could hold a password or a code, be the key mistyped or not.
func secretLine(line string) bool {
	word := func(r rune) bool { return strings.ContainsRune(" \t.=:\"'[]{},", r) }
	for w := range strings.FieldsFuncSeq(strings.ToLower(line), word) {
		if nearest(w, []string{"password", "code"}) != "" {
			return true
		}
	}
	return false
}

// syntaxWant guesses what was meant, from the mistakes that people make.
func syntaxWant(s source, broken toml.ParseError) string {
	n, _ := s.position(broken.Position.Start)
	line := strings.TrimSpace(s.line(n))
	key, value, pair := strings.Cut(line, "=")
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	switch {
	case strings.ContainsRune(s.text, 0), strings.Contains(broken.Message, "UTF-8"):
		return "save the file as plain text in UTF-8"
	case strings.Contains(broken.Message, "already"):
		return "write it once; a table that may come several times has two brackets: [[button]], [[door]], [[account]]"
	case strings.ContainsAny(line, "“”„‘’"):
		return `use straight quotes: "`
	case strings.HasPrefix(line, "["):
		return "write a table's name in brackets: [station] or [[button]]"
	case !pair:
		return "write key = value"
	case strings.EqualFold(value, "true"), strings.EqualFold(value, "false"):
		return "write " + key + " = " + strings.ToLower(value)
	case strings.Contains(broken.Message, "escape"), strings.Contains(broken.Message, "hexadecimal"):
		return `write \ as \\, or use 'single quotes'`
	case strings.HasPrefix(value, "["):
		return `write a list with commas: ["…", "…"]`
	case secretLine(line):
		return "write " + brief(key) + ` = "***", with quotes on both sides`
	case value == "" || strings.ContainsAny(value, "\"'#"):
		return "write " + brief(key) + ` = "…", with quotes on both sides`
	}
	return "write " + brief(key) + ` = "` + brief(value) + `"`
}
