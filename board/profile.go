package board

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"intercom/hw/gpioline"
)

// profile is what is known of one kind of board: where the lines of its header are, and which of them are no place for a relay.
type profile struct {
	name       string   // in the configuration
	compatible []string // of the device tree's root, "raspberrypi,4-model-b"

	// header is the pins by number, from 1: a line's name, or what else the pin is. Nil where the board has none that is
	// standard.
	header []string

	// line finds a line by its name, as the board's maker calls it: the label of its chip, and its offset.
	line func(name string) (label string, offset int, ok bool)

	// unfit lists lines that move by themselves while the computer starts or works, and why.
	unfit map[string]string

	// pulledUp lists lines that the chip pulls up from the moment of power on.
	pulledUp []string

	// i2s lists the lines of a sound HAT: pins 12, 35, 38 and 40.
	i2s []string
}

// profiles are all boards that are known.
func profiles() []profile {
	return slices.Concat(raspberryPis(), orangePis(), rocks(), []profile{virt()})
}

// Models lists what a configuration may say that its board is.
func Models() []string {
	names := []string{"auto", "linux", "sim"}
	for _, p := range profiles() {
		names = append(names, p.name)
	}
	return names
}

// profileOf finds a profile by its name.
func profileOf(name string) (profile, bool) {
	for _, p := range profiles() {
		if p.name == name {
			return p, true
		}
	}
	return profile{}, false
}

// recognise finds the profile of a board by what its device tree is compatible with, the most special first.
func recognise(compatible []string) (profile, bool) {
	for _, c := range compatible {
		for _, p := range profiles() {
			if slices.Contains(p.compatible, c) {
				return p, true
			}
		}
	}
	return profile{}, false
}

// address turns "pin 11" and the maker's name of a line into chip label and offset; all else is the kernel's own name.
func (p profile) address(line string) (string, error) {
	n, isPin, err := pinNumber(line)
	switch {
	case err != nil:
		return "", err
	case len(p.header) > 7 && strings.Trim(line, "0123456789") == "" && line != "":
		return "", fmt.Errorf(`board: %q can be anything: "pin %s" is a pin of the header, %q a line`, line, line, p.header[7])
	case isPin && p.header == nil:
		return "", fmt.Errorf(`board: no header of %s is known, so %q is nowhere; name the line by the kernel's name or as label:offset`, p.name, line)
	case isPin && (n < 1 || n >= len(p.header)):
		return "", fmt.Errorf("board: the header has no %q; it has pin 1 to pin %d", line, len(p.header)-1)
	case isPin:
		if !p.isLine(p.header[n]) {
			return "", fmt.Errorf("board: %q is %s, not a line", line, p.header[n])
		}
		line = p.header[n]
	}
	if p.line == nil {
		return line, nil
	}
	if label, offset, ok := p.line(line); ok {
		return gpioline.Address{Label: label, Offset: uint32(offset)}.String(), nil
	}
	if i := slices.IndexFunc(p.header, func(pin string) bool { return shape(pin) == shape(line) }); i > 0 && p.isLine(p.header[i]) {
		return "", fmt.Errorf("board: the header has no line %q; %q is one of those that it has", line, p.header[i])
	}
	return line, nil
}

// shape is a name without its numbers: "GPIO99" is like "GPIO17", and no name of the kernel's.
func shape(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, name)
}

// isLine tells a pin of the header that is a line from one that is power.
func (p profile) isLine(text string) bool {
	if p.line == nil {
		return false
	}
	_, _, ok := p.line(text)
	return ok
}

// notForRelays says why a line must not drive a relay that something else may use; empty if it may.
func (p profile) notForRelays(address string) string {
	for name, why := range p.unfit {
		if p.at(name, address) {
			return fmt.Sprintf("%s %s", name, why)
		}
	}
	return ""
}

// hasSound says whose sound goes over a line, so that nothing else may; empty if none does. Card is that of the configuration. The
// kernel of a Raspberry Pi gives such a line away all the same, and the card is silent from then on.
func (p profile) hasSound(address, card string) string {
	for _, name := range p.i2s {
		if isHAT(card) && p.at(name, address) {
			return fmt.Sprintf("%s carries the sound of a HAT such as %q", name, card)
		}
	}
	return ""
}

// refuses says why a line of a configuration cannot be had on this board.
func (p profile) refuses(line, address, card string, relay bool) error {
	if why := p.hasSound(address, card); why != "" {
		return fmt.Errorf("board: %q is not free: %s", line, why)
	}
	if why := p.notForRelays(address); relay && why != "" {
		return fmt.Errorf("board: %q is no line for a relay: %s", line, why)
	}
	return nil
}

// at tells whether a line of the header is at an address.
func (p profile) at(name, address string) bool {
	a, err := p.address(name)
	return err == nil && a == address
}

// isHAT tells whether a card's name is one of a sound HAT, which is on the I2S lines of the header.
func isHAT(card string) bool {
	for _, part := range []string{"wm8960", "seeed", "hifiberry", "googlevoi", "voicehat", "iqaudio", "codeczero", "codec zero", "i2s", "pisound", "audioinjector"} {
		if strings.Contains(strings.ToLower(card), part) {
			return true
		}
	}
	return false
}

// pinNumber reads "pin 11".
func pinNumber(line string) (n int, isPin bool, err error) {
	number, isPin := strings.CutPrefix(line, "pin ")
	if !isPin {
		return 0, false, nil
	}
	if n, err = strconv.Atoi(number); err != nil {
		return 0, true, fmt.Errorf(`board: %q is no pin of a header; "pin 11" is an example`, line)
	}
	return n, true, nil
}

// unknownBoard is a board without a profile: its lines go by the kernel's names.
func unknownBoard(model string) profile {
	return profile{name: strconv.Quote(model)}
}

var errNoHeaderChip = errors.New("board: this Raspberry Pi shows no GPIO chip of its header")
