package gpioline

import "fmt"

// Place is where a line is.
type Place struct {
	Chip   string // its label
	Path   string // "/dev/gpiochip0"
	Offset uint32
	Line   // its name, and who has taken it
}

// Find looks an address up among chips, without taking the line.
func Find(address string, chips []Chip) (Place, error) {
	a, err := ParseAddress(address)
	if err != nil {
		return Place{}, err
	}
	p, err := find(a, chips)
	if err != nil {
		return Place{}, err
	}
	return Place{p.chip.Label, p.chip.Path, p.offset, p.line()}, nil
}

// Holder says in words who has taken the line; "" if it is free.
func (l Line) Holder() string {
	if !l.Used {
		return ""
	}
	return holder(l)
}

// String says which line it is.
func (p Place) String() string {
	if p.Name != "" {
		return fmt.Sprintf("line %d (%q) of %s", p.Offset, p.Name, p.Chip)
	}
	return fmt.Sprintf("line %d of %s", p.Offset, p.Chip)
}
