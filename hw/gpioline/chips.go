package gpioline

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Chip is one GPIO chip as the kernel lists it.
type Chip struct {
	Path  string // "/dev/gpiochip0"
	Label string // "pinctrl-bcm2711"
	Lines []Line // by offset
}

// Line is one line of a Chip.
type Line struct {
	Name     string // empty if it has none
	Used     bool   // somebody has taken it
	Consumer string // who
}

// Chips lists all chips that can be opened; the error tells of those that cannot.
func Chips() ([]Chip, error) {
	paths, err := filepath.Glob("/dev/gpiochip*")
	if err != nil {
		return nil, err
	}
	var chips []Chip
	var errs []error
	for _, path := range paths {
		// A Raspberry Pi 5 has links beside its chips, for programs that count on an old number.
		if st, err := os.Lstat(path); err == nil && st.Mode()&fs.ModeSymlink != 0 {
			continue
		}
		c, err := readChip(path)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		chips = append(chips, c)
	}
	return chips, errors.Join(errs...)
}

func readChip(path string) (Chip, error) {
	f, err := openChip(path)
	if err != nil {
		return Chip{}, err
	}
	defer f.Close()
	var info chipInfo
	if err := ioctl(f.Fd(), ioctlChipInfo, &info); err != nil {
		return Chip{}, fmt.Errorf("gpioline: %s does not answer as a GPIO chip: %w", path, err)
	}
	c := Chip{Path: path, Label: text(info.label), Lines: make([]Line, info.lines)}
	for i := range c.Lines {
		l := lineInfo{offset: uint32(i)}
		if err := ioctl(f.Fd(), ioctlLineInfo, &l); err != nil {
			return Chip{}, fmt.Errorf("gpioline: %s does not tell of its line %d (a kernel before 5.10?): %w", path, i, err)
		}
		c.Lines[i] = Line{Name: text(l.name), Used: l.flags&flagUsed != 0, Consumer: text(l.consumer)}
	}
	return c, nil
}

func openChip(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, denied(path, err)
	}
	return f, nil
}

// found is a line with the place where it is.
type found struct {
	chip   Chip
	offset uint32
}

func (p found) line() Line { return p.chip.Lines[p.offset] }

func (p found) String() string {
	s := fmt.Sprintf("line %d of %s (%s)", p.offset, p.chip.Label, p.chip.Path)
	if n := p.line().Name; n != "" {
		s = fmt.Sprintf("line %d (%q) of %s (%s)", p.offset, n, p.chip.Label, p.chip.Path)
	}
	return s
}

// find looks an address up. It must be one line: a wrong guess would drive somebody else's relay.
func find(a Address, chips []Chip) (found, error) {
	var all []found
	short := ""
	for _, c := range chips {
		switch {
		case a.Label == "":
			for i, l := range c.Lines {
				if l.Name == a.Name {
					all = append(all, found{c, uint32(i)})
				}
			}
		case c.Label == a.Label && int(a.Offset) < len(c.Lines):
			all = append(all, found{c, a.Offset})
		case c.Label == a.Label:
			short = fmt.Sprintf("; %s ends with line %d", c.Label, len(c.Lines)-1)
		}
	}
	switch len(all) {
	case 0:
		return found{}, fmt.Errorf("gpioline: no line is %q%s%s; the chips are: %s", a, short, near(a.Name, chips), labels(chips))
	case 1:
		return all[0], nil
	}
	return found{}, fmt.Errorf("gpioline: %q is both %v and %v; name it as label:offset, if the labels differ", a, all[0], all[1])
}

func labels(chips []Chip) string {
	if len(chips) == 0 {
		return "none (this computer has no /dev/gpiochip*)"
	}
	s := make([]string, len(chips))
	for i, c := range chips {
		s[i] = fmt.Sprintf("%s (%d lines)", c.Label, len(c.Lines))
	}
	return strings.Join(s, ", ")
}
