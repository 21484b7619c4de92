package board

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"intercom/hw/gpioline"

	"periph.io/x/conn/v3/gpio"
)

// RelayLine is the line of a door's relay, by the kernel's address of it.
type RelayLine struct {
	Address   string // "pinctrl-bcm2711:27", or the line's name
	ActiveLow bool
}

// The forms in which a RelayLine is written.
const activeHigh, activeLow = "active-high=", "active-low="

// String is how ParseRelayLine reads it: "active-low=pinctrl-bcm2711:27".
func (l RelayLine) String() string {
	if l.ActiveLow {
		return activeLow + l.Address
	}
	return activeHigh + l.Address
}

// ParseRelayLine reads what String writes.
func ParseRelayLine(s string) (RelayLine, error) {
	for _, form := range []string{activeHigh, activeLow} {
		if address, ok := strings.CutPrefix(s, form); ok && address != "" {
			return RelayLine{address, form == activeLow}, nil
		}
	}
	return RelayLine{}, fmt.Errorf(`board: %q is no line of a relay; "active-low=pinctrl-bcm2711:27" is an example`, s)
}

// RelayLines finds the lines of a Config's doors on this computer. A simulated board has none. The error tells of lines that
// cannot be found; the others are there all the same.
func RelayLines(cfg Config) ([]RelayLine, error) {
	if cfg.Model == "sim" || len(cfg.Doors) == 0 {
		return nil, nil
	}
	hw, err := detect(cfg, "/")
	if err != nil {
		return nil, err
	}
	return hw.relays(cfg.Doors)
}

func (l *linux) relays(doors []DoorConfig) ([]RelayLine, error) {
	var lines []RelayLine
	var errs []error
	for _, d := range doors {
		address, err := l.address(d.Relay)
		if err != nil {
			errs = append(errs, fmt.Errorf("board: door %s: %w", d.Name, err))
			continue
		}
		lines = append(lines, RelayLine{address, d.ActiveLow})
	}
	return lines, errors.Join(errs...)
}

// restConsumer is who has a line while it is put to rest.
const restConsumer = "intercom rest"

// Rest puts relays to rest whose program has died or is about to: it takes each line at its rest level and gives it back. A line
// that somebody has is tried again until patience is over: the kernel may not have taken it from the dead program yet.
func Rest(lines []RelayLine, patience time.Duration) error {
	return rest(lines, patience, openOutput)
}

// glance is how soon a line that somebody has is tried again.
const glance = 10 * time.Millisecond

func rest(lines []RelayLine, patience time.Duration, open func(string, gpioline.Options) (gpio.PinOut, error)) error {
	end := time.Now().Add(patience)
	var errs []error
	for {
		var busy []RelayLine
		var waits []error
		for _, l := range lines {
			switch err := restOne(l, open); {
			case errors.Is(err, syscall.EBUSY):
				busy, waits = append(busy, l), append(waits, err)
			case err != nil:
				errs = append(errs, err)
			}
		}
		if lines = busy; len(lines) == 0 || !time.Now().Before(end) {
			return errors.Join(append(errs, waits...)...)
		}
		time.Sleep(glance)
	}
}

func restOne(l RelayLine, open func(string, gpioline.Options) (gpio.PinOut, error)) error {
	pin, err := open(l.Address, gpioline.Options{Consumer: restConsumer, ActiveLow: l.ActiveLow, Rest: gpio.Low})
	if err != nil {
		return fmt.Errorf("board: the relay at %s is not put to rest: %w", l.Address, err)
	}
	return pin.Halt()
}
