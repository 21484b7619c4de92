package board

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"intercom/hw/gpioline"
)

// header is the pin header of a board whose table is known.
type header struct {
	label string   // of the chip that drives it
	pins  []string // by pin number, from 1: "GPIO17", or what else the pin is
}

// raspberryPi is the header of 40 pins that all boards since the Model B+ have. The chip goes by its label, since its number
// differs between kernels; so do the names of its lines, which is why GPIOn means offset n.
func raspberryPi(chips []gpioline.Chip, err error) (*header, error) {
	for _, label := range []string{"pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835"} {
		for _, c := range chips {
			if c.Label == label {
				return &header{label, raspberryPiPins()}, nil
			}
		}
	}
	return nil, errors.Join(errors.New("board: this Raspberry Pi shows no GPIO chip of its header"), err)
}

func raspberryPiPins() []string {
	return []string{"",
		"3.3 V", "5 V", "GPIO2", "5 V", "GPIO3", "ground", "GPIO4", "GPIO14", "ground", "GPIO15",
		"GPIO17", "GPIO18", "GPIO27", "ground", "GPIO22", "GPIO23", "3.3 V", "GPIO24", "GPIO10", "ground",
		"GPIO9", "GPIO25", "GPIO11", "GPIO8", "ground", "GPIO7", "GPIO0", "GPIO1", "GPIO5", "ground",
		"GPIO6", "GPIO12", "GPIO13", "ground", "GPIO19", "GPIO16", "GPIO26", "GPIO20", "ground", "GPIO21",
	}
}

// address turns "pin 11" and "GPIO17" into chip label and offset; all else is the kernel's own name.
func (h *header) address(line string) (string, error) {
	n, isPin, err := pinNumber(line)
	switch {
	case err != nil:
		return "", err
	case isPin && (n < 1 || n >= len(h.pins)):
		return "", fmt.Errorf("board: the header has no %q; it has pin 1 to pin %d", line, len(h.pins)-1)
	case isPin && !strings.HasPrefix(h.pins[n], "GPIO"):
		return "", fmt.Errorf("board: %q is %s, not a line", line, h.pins[n])
	case isPin:
		line = h.pins[n]
	}
	for _, pin := range h.pins {
		if pin != "" && pin == line {
			return h.label + ":" + strings.TrimPrefix(line, "GPIO"), nil
		}
	}
	return line, nil
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

// noHeader refuses a pin of a header on a board whose header is not known.
func noHeader(line, model string) error {
	if _, isPin, err := pinNumber(line); !isPin || err != nil {
		return err
	}
	return fmt.Errorf(`board: the header of %q is not known, so %q is nowhere; name the line by the kernel's name or as label:offset`, model, line)
}
