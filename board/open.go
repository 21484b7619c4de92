package board

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"intercom/hw/gpioline"

	"periph.io/x/conn/v3/gpio"
)

// Open opens this computer's board as a Config says. Whoever wants to show a fault of Open on the status light opens a
// Config of the light alone, with card "none".
func Open(cfg Config) (*Board, error) {
	hw, err := detect(cfg, "/")
	if err != nil {
		return nil, err
	}
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
	l := &linux{model: model, log: cfg.logger(), input: openInput, output: openOutput}
	switch {
	case cfg.Model == "linux":
		l.model = orDefault(model, "Linux")
	case model == "":
		return nil, errors.New(`board: this computer has no device tree that tells which board it is; ` +
			`model = "linux" does without, model = "sim" needs no hardware`)
	case strings.HasPrefix(model, "Raspberry Pi"):
		if l.header, err = raspberryPi(gpioline.Chips()); err != nil {
			return nil, err
		}
		warnOfKeptOutputs(root, l.log)
	}
	return l, nil
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

// warnOfKeptOutputs says when the kernel lets a relay stay closed after the program that closed it has died.
func warnOfKeptOutputs(root string, log *slog.Logger) {
	text, err := os.ReadFile(filepath.Join(root, "sys/module/pinctrl_bcm2835/parameters/persist_gpio_outputs"))
	if err == nil && strings.TrimSpace(string(text)) == "Y" {
		log.Warn("this kernel keeps a door's relay as it is when the program dies; dtparam=strict_gpiod in config.txt puts it to rest")
	}
}

func openInput(address string, o gpioline.Options) (gpio.PinIn, error) {
	p, err := gpioline.OpenInput(address, o)
	if err != nil {
		return nil, err // not p: a nil *Input would be a pin
	}
	return p, nil
}

func openOutput(address string, o gpioline.Options) (gpio.PinOut, error) {
	p, err := gpioline.OpenOutput(address, o)
	if err != nil {
		return nil, err // not p: a nil *Output would be a pin
	}
	return p, nil
}
