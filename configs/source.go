package configs

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// source is a file's text with the beginnings of its lines.
type source struct {
	name  string
	text  string
	lines []int
}

func newSource(name, text string) source {
	s := source{name: name, text: text, lines: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// position is a place as an editor shows it: line and column from 1, in characters.
func (s source) position(offset int) (line, column int) {
	offset = min(max(offset, 0), len(s.text))
	line = sort.SearchInts(s.lines, offset+1)
	return line, 1 + utf8.RuneCountInString(s.text[s.lines[line-1]:offset])
}

// line is the text of a line, counted from 1, without its end.
func (s source) line(n int) string {
	if n < 1 || n > len(s.lines) {
		return ""
	}
	text := s.text[s.lines[n-1]:]
	if end := strings.IndexByte(text, '\n'); end >= 0 {
		text = text[:end]
	}
	return strings.TrimSuffix(text, "\r")
}

// quotable is the text between two offsets, made short enough to be shown.
func (s source) quotable(from, to int) string {
	from = min(max(from, 0), len(s.text))
	return brief(strings.TrimSpace(s.text[from:max(from, min(to, len(s.text)))]))
}

// brief makes a text fit on a line, with nothing in it that a terminal would obey.
func brief(text string) string {
	const longest = 100
	shown := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == utf8.RuneError {
			return '·'
		}
		return r
	}, text))
	if len(shown) <= longest {
		return string(shown)
	}
	return string(shown[:longest]) + "…"
}
