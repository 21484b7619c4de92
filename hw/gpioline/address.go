// Package gpioline is lines of the kernel's GPIO character device, version 2, as periph pins. Everything that a line
// needs is in the one request that takes it: direction, rest level, polarity, bias, debouncing and edges. So an output never
// has another level than the one asked for, and closing a line ends every wait for it.
package gpioline

import (
	"fmt"
	"strconv"
	"strings"
)

// Address names a line: by its own name, or by its chip's label and the line's offset on it. Numbers of chips change from boot to
// boot and from kernel to kernel, so they are no address.
type Address struct {
	Name   string // "GPIO17"; empty if Label is set
	Label  string // "pinctrl-bcm2711"
	Offset uint32
}

// ParseAddress reads "GPIO17" or "pinctrl-bcm2711:17". A name may hold colons, as "PL061:3" on some boards: what does not
// end in a number behind its last colon is a name.
func ParseAddress(s string) (Address, error) {
	if s == "" || len(s) > nameSize*2 || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return Address{}, fmt.Errorf(`gpioline: %q is no line; "GPIO17" and "pinctrl-bcm2835:17" are examples`, s)
	}
	colon := strings.LastIndexByte(s, ':')
	if colon < 0 {
		return Address{Name: s}, nil
	}
	offset, err := strconv.ParseUint(s[colon+1:], 10, 16)
	switch {
	case err != nil:
		return Address{Name: s}, nil
	case colon == 0:
		return Address{}, fmt.Errorf("gpioline: %q has no chip label before its colon", s)
	}
	return Address{Label: s[:colon], Offset: uint32(offset)}, nil
}

func (a Address) String() string {
	if a.Label == "" {
		return a.Name
	}
	return fmt.Sprintf("%s:%d", a.Label, a.Offset)
}
