package board

import (
	"log/slog"
	"strings"
	"time"

	"intercom/hw/gpioline"

	"periph.io/x/conn/v3/gpio"
)

// linux is the lines of the kernel's GPIO character device and a card of this computer.
type linux struct {
	model string
	profile
	card   string // of the configuration
	log    *slog.Logger
	input  func(address string, o gpioline.Options) (gpio.PinIn, error)
	output func(address string, o gpioline.Options) (gpio.PinOut, error)
	led    func(name string) (gpio.PinOut, error)
}

func (l *linux) Model() string { return l.model }

func (l *linux) Input(in InputLine) (gpio.PinIn, error) {
	address, err := l.address(in.Line)
	if err != nil {
		return nil, err
	}
	if err := l.refuses(in.Line, address, l.card, false); err != nil {
		return nil, err
	}
	return l.input(address, gpioline.Options{Consumer: consumer(in.Use), ActiveLow: in.ActiveLow, Pull: in.Pull, Edge: gpio.BothEdges,
		Debounce: kernelDebounce})
}

// kernelLED begins the name of a status light that the kernel has a driver for: "led:ACT".
const kernelLED = "led:"

// kernelDebounce keeps a burst of edges, as long wires catch them, from filling the kernel's queue. What is a press is decided
// above it, which also counts what a contact does.
const kernelDebounce = time.Millisecond

func (l *linux) Output(out OutputLine) (gpio.PinOut, error) {
	if out.Line == "" && out.Name == "" {
		return nil, nil // no status light
	}
	if name, ok := strings.CutPrefix(out.Line, kernelLED); ok && out.Name == "" {
		return l.led(name)
	}
	address, err := l.address(out.Line)
	if err != nil {
		return nil, err
	}
	if err := l.refuses(out.Line, address, l.card, out.Name != ""); err != nil {
		return nil, err
	}
	return l.output(address, gpioline.Options{Consumer: consumer(out.Use), ActiveLow: out.ActiveLow, Rest: gpio.Low})
}

func (l *linux) Sound(c SoundConfig, fault func(error)) (Sound, error) {
	return SteadyCard(c, l.log, fault)
}

func (l *linux) Close() error { return nil }

func consumer(use string) string { return "intercom " + use }
