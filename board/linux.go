package board

import (
	"log/slog"

	"intercom/hw/gpioline"

	"periph.io/x/conn/v3/gpio"
)

// linux is the lines of the kernel's GPIO character device and a card of this computer.
type linux struct {
	model  string
	header *header // nil: lines are found by the kernel's names only
	log    *slog.Logger
	input  func(address string, o gpioline.Options) (gpio.PinIn, error)
	output func(address string, o gpioline.Options) (gpio.PinOut, error)
}

func (l *linux) Model() string { return l.model }

func (l *linux) Input(in InputLine) (gpio.PinIn, error) {
	address, err := l.address(in.Line)
	if err != nil {
		return nil, err
	}
	return l.input(address, gpioline.Options{Consumer: consumer(in.Use), ActiveLow: in.ActiveLow, Pull: in.Pull, Edge: gpio.BothEdges})
}

func (l *linux) Output(out OutputLine) (gpio.PinOut, error) {
	if out.Line == "" && out.Name == "" {
		return nil, nil // no status light
	}
	address, err := l.address(out.Line)
	if err != nil {
		return nil, err
	}
	return l.output(address, gpioline.Options{Consumer: consumer(out.Use), ActiveLow: out.ActiveLow, Rest: gpio.Low})
}

func (l *linux) Sound(c SoundConfig, fault func(error)) (Sound, error) {
	return SteadyCard(c, l.log, fault)
}

func (l *linux) Close() error { return nil }

// address is the kernel's address of a line as the configuration names it.
func (l *linux) address(line string) (string, error) {
	if l.header == nil {
		return line, noHeader(line, l.model)
	}
	return l.header.address(line)
}

func consumer(use string) string { return "intercom " + use }
