package configs

import (
	"strconv"
	"strings"
)

// An index says where in a text each key stands, and its value. Keys are paths as "button.0.call.1": names, and the
// numbers of repeated tables and of array elements, from 0.
type index map[string]place

// place is where a key and its value begin and where the value ends, in bytes.
type place struct {
	key, value, end int
	in              *source // nil: the configuration itself
}

// near is the place of a path, or of the nearest one around it that is written; the beginning of the text if there is none.
func (x index) near(path string) place {
	for {
		if p, ok := x[path]; ok {
			return p
		}
		dot := strings.LastIndexByte(path, '.')
		if dot < 0 {
			return place{}
		}
		path = path[:dot]
	}
}

// newIndex goes over a TOML text that has been found to be one. Of any other text it makes an index that is of no use, and
// no harm.
func newIndex(text string) index {
	s := scanner{text: text, places: index{}, tables: map[string]int{}}
	table := ""
	for {
		s.skip(" \t\r\n")
		switch {
		case s.pos >= len(s.text):
			return s.places
		case s.peek() == '#':
			s.line()
		case s.peek() == '[':
			table = s.header()
		default:
			s.pair(table)
		}
	}
}

// deepest is how many levels are told apart, in paths and in values. No table is deeper than four; below this, a path would
// only take memory.
const deepest = 8

type scanner struct {
	text   string
	pos    int
	depth  int // of arrays and inline tables around pos
	places index
	tables map[string]int // how often each repeated table was begun
}

func (s *scanner) peek() byte {
	if s.pos < len(s.text) {
		return s.text[s.pos]
	}
	return 0
}

func (s *scanner) skip(set string) {
	for s.pos < len(s.text) && strings.IndexByte(set, s.text[s.pos]) >= 0 {
		s.pos++
	}
}

func (s *scanner) line() {
	if n := strings.IndexByte(s.text[s.pos:], '\n'); n >= 0 {
		s.pos += n
	} else {
		s.pos = len(s.text)
	}
}

// header reads [a.b] or [[a.b]] and returns the path of the table that it begins.
func (s *scanner) header() string {
	start := s.pos
	s.skip("[")
	repeated := s.pos-start > 1
	parts := s.keys()
	s.line()
	path := ""
	for i, part := range parts {
		path = join(path, part)
		last := i == len(parts)-1
		if last && repeated {
			s.add(path, place{key: start, value: start, end: s.pos})
			n := s.tables[path]
			s.tables[path]++
			path = join(path, strconv.Itoa(n))
		} else if n := s.tables[path]; n > 0 {
			path = join(path, strconv.Itoa(n-1))
		} else {
			s.add(path, place{key: start, value: start, end: s.pos})
		}
	}
	s.add(path, place{key: start, value: start, end: s.pos})
	return path
}

// pair reads one key = value.
func (s *scanner) pair(table string) {
	start := s.pos
	path := table
	for _, part := range s.keys() {
		if s.depth < deepest {
			path = join(path, part)
			s.add(path, place{key: start, value: start, end: s.pos})
		}
	}
	s.skip(" \t")
	if s.peek() != '=' {
		s.pos = max(s.pos, start+1)
		return
	}
	s.pos++
	s.skip(" \t")
	value := s.pos
	s.value(path)
	if p, ok := s.places[path]; ok && p.key == start {
		s.places[path] = place{key: start, value: value, end: s.pos}
	}
}

// keys reads a dotted key, as deep as levels are told apart.
func (s *scanner) keys() []string {
	var parts []string
	for {
		s.skip(" \t")
		start, part := s.pos, ""
		switch s.peek() {
		case '"', '\'':
			s.quoted()
			part = unquote(s.text[start:s.pos])
		default:
			for s.pos < len(s.text) && strings.IndexByte(" \t\r\n.=[]{},#\"'", s.text[s.pos]) < 0 {
				s.pos++
			}
			part = s.text[start:s.pos]
		}
		if len(parts) < deepest {
			parts = append(parts, part)
		}
		s.skip(" \t")
		if s.peek() != '.' {
			return parts
		}
		s.pos++
	}
}

// value goes over one value, of whatever kind.
func (s *scanner) value(path string) {
	s.depth++
	defer func() { s.depth-- }()
	switch s.peek() {
	case '"', '\'':
		s.quoted()
	case '[':
		s.array(path)
	case '{':
		s.inline(path)
	default:
		for s.pos < len(s.text) && strings.IndexByte(",]}#\r\n", s.text[s.pos]) < 0 {
			s.pos++
		}
	}
}

func (s *scanner) array(path string) {
	s.pos++
	for n := 0; ; {
		s.skip(" \t\r\n,")
		switch s.peek() {
		case 0:
			s.pos = len(s.text)
			return
		case ']':
			s.pos++
			return
		case '#':
			s.line()
			continue
		}
		element, start := path, s.pos
		if s.depth < deepest {
			element = join(path, strconv.Itoa(n))
		}
		s.value(element)
		s.add(element, place{key: start, value: start, end: s.pos})
		s.pos = max(s.pos, start+1)
		n++
	}
}

func (s *scanner) inline(path string) {
	s.pos++
	for {
		s.skip(" \t\r\n,")
		switch s.peek() {
		case 0:
			s.pos = len(s.text)
			return
		case '}':
			s.pos++
			return
		case '#':
			s.line()
			continue
		}
		s.pair(path)
	}
}

// quoted goes over a string of any of the four kinds.
func (s *scanner) quoted() {
	quote := s.text[s.pos : s.pos+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(s.text[s.pos:], triple) {
		quote = triple
	}
	s.pos += len(quote)
	for s.pos < len(s.text) {
		switch {
		case quote[0] == '"' && s.text[s.pos] == '\\':
			s.pos = min(s.pos+2, len(s.text))
		case strings.HasPrefix(s.text[s.pos:], quote):
			s.pos += len(quote)
			// Up to two quotes may stand before the three that end the string.
			for len(quote) == 3 && s.peek() == quote[0] {
				s.pos++
			}
			return
		case len(quote) == 1 && s.text[s.pos] == '\n':
			return
		default:
			s.pos++
		}
	}
}

// add keeps the first place of a path: what comes again is a fault of its own.
func (s *scanner) add(path string, p place) {
	if _, ok := s.places[path]; !ok {
		s.places[path] = p
	}
}

func unquote(text string) string {
	if u, err := strconv.Unquote(text); err == nil {
		return u
	}
	return strings.Trim(text, `"'`)
}

func join(path, part string) string {
	if path == "" {
		return part
	}
	return path + "." + part
}
