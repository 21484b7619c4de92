package board

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"intercom/hw/gpioline"
	"intercom/hw/sysled"

	"periph.io/x/conn/v3/gpio"
)

// Open opens this computer's board as a Config says. Whoever wants to show a fault of Open on the status light opens a
// Config of the light alone, with card "none".
func Open(cfg Config) (*Board, error) {
	hw, err := detect(cfg, "/")
	if err != nil {
		return nil, err
	}
	warnOfRelays("/", hw, cfg.Doors)
	return New(cfg, hw)
}

var errSim = errors.New(`board: a simulated board is not on this computer's lines; model = "sim" is for the demonstration ` +
	`and for tests, model = "auto" for a real board`)

// detect finds out what this computer is; its file tree begins at root.
func detect(cfg Config, root string) (*linux, error) {
	if cfg.Model == "sim" {
		return nil, errSim
	}
	model, err := deviceTreeModel(root)
	if err != nil {
		return nil, err
	}
	p, err := choose(cfg.Model, model, root)
	if err != nil {
		return nil, err
	}
	return &linux{model: orDefault(model, "Linux"), profile: p, card: cfg.Sound.Card, log: cfg.logger(),
		input: openInput, output: openOutput, led: openLED}, nil
}

// choose finds the profile that the configuration names, or that the device tree tells.
func choose(wanted, model, root string) (profile, error) {
	if p, ok := profileOf(wanted); ok {
		return p, nil
	}
	if wanted == "linux" {
		return unknownBoard("linux"), nil
	}
	compatible := deviceTreeCompatible(root)
	if p, ok := recognise(compatible); ok {
		return p, nil
	}
	switch {
	case model == "" && len(compatible) == 0:
		return profile{}, errors.New(`board: this computer has no device tree that tells which board it is; ` +
			`model = "linux" does without, model = "sim" needs no hardware`)
	case strings.HasPrefix(model, "Raspberry Pi"):
		chips, err := gpioline.Chips()
		if p, ok := anyRaspberryPi(chips); ok {
			return p, nil
		}
		return profile{}, errors.Join(errNoHeaderChip, err)
	}
	return unknownBoard(model), nil
}

// Recognised is the model of this computer, as a configuration names it; "" if its device tree does not tell.
func Recognised() string {
	p, _ := recognise(deviceTreeCompatible("/"))
	return p.name
}

// deviceTreeCompatible is what the board is compatible with, the most special first.
func deviceTreeCompatible(root string) []string {
	text, err := os.ReadFile(filepath.Join(root, "proc/device-tree/compatible"))
	if err != nil {
		return nil
	}
	return strings.FieldsFunc(string(text), func(r rune) bool { return r == 0 || r == '\n' })
}

// deviceTreeModel is the board's name by its maker, empty where there is no device tree.
func deviceTreeModel(root string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, "proc/device-tree/model"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("board: the device tree cannot be read: %w", err)
	}
	return strings.TrimRight(string(text), "\x00\n "), nil
}

func openInput(address string, o gpioline.Options) (gpio.PinIn, error) {
	return patient(func() (gpio.PinIn, error) {
		p, err := gpioline.OpenInput(address, o)
		if err != nil {
			return nil, err // not p: a nil *Input would be a pin
		}
		return p, nil
	})
}

func openOutput(address string, o gpioline.Options) (gpio.PinOut, error) {
	return patient(func() (gpio.PinOut, error) {
		p, err := gpioline.OpenOutput(address, o)
		if err != nil {
			return nil, err // not p: a nil *Output would be a pin
		}
		return p, nil
	})
}

func openLED(name string) (gpio.PinOut, error) {
	l, err := sysled.Open(name)
	if err != nil {
		return nil, err // not l: a nil *LED would be a pin
	}
	return l, nil
}

// patient waits for a line that is just being put to rest after the end of another program.
func patient[P any](open func() (P, error)) (P, error) {
	const tries = 100
	for n := 1; ; n++ {
		p, err := open()
		if taken, ok := errors.AsType[*gpioline.Taken](err); !ok || taken.By != restConsumer || n == tries {
			return p, err
		}
		time.Sleep(glance)
	}
}
