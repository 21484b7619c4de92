package configs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing in a file that cannot be.
type Fault struct {
	File         string
	Line, Column int    // from 1, in characters; of the offending text, or of the table that lacks something
	Text         string // what is wrong, with the offending text in quotes; never a password or a code
	Want         string // what would be right
}

func (f Fault) String() string {
	return fmt.Sprintf("%s:%d:%d: %s; %s", f.File, f.Line, f.Column, f.Text, f.Want)
}

// Faults are all of a file's, from its top down, and then all of the file of its secrets. As an error it has a line for each.
type Faults []Fault

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i := range f {
		lines[i] = f[i].String()
	}
	return strings.Join(lines, "\n")
}

// faultList collects the faults of a configuration.
type faultList struct {
	source source
	places index
	found  Faults
	bad    map[string]bool // paths that have a fault: one each is enough
	lost   bool            // some of the text is no TOML: what is missing may have been there
}

// value notes a fault of the value at path, or of the nearest thing around it that is written.
func (l *faultList) value(path, want, text string, a ...any) {
	p := l.places.near(path)
	l.add(path, p, p.value, want, text, a...)
}

// key notes a fault of the key at path itself.
func (l *faultList) key(path, want, text string, a ...any) {
	p := l.places.near(path)
	l.add(path, p, p.key, want, text, a...)
}

func (l *faultList) add(path string, p place, offset int, want, text string, a ...any) {
	if l.bad[path] {
		return
	}
	l.bad[path] = true
	in := l.of(p)
	line, column := in.position(offset)
	l.found = append(l.found, Fault{in.name, line, column, fmt.Sprintf(text, a...), want})
}

// of is the text that a place lies in.
func (l *faultList) of(p place) source {
	if p.in != nil {
		return *p.in
	}
	return l.source
}

// broken notes text that is no TOML.
func (l *faultList) broken(offset int, text, want string) {
	l.lost = true
	line, column := l.source.position(offset)
	l.found = append(l.found, Fault{l.source.name, line, column, text, want})
}

// sorted are the faults from the file's top down, then those of the file of secrets.
func (l *faultList) sorted() Faults {
	other := func(f Fault) int {
		if f.File == l.source.name {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(l.found, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(other(a), other(b)), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return l.found
}
