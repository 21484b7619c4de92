package board

import (
	"log/slog"
	"time"

	"intercom/hw/gpioline"

	"periph.io/x/conn/v3/gpio"
)

// RestWired is Rest over outputs of the test's own.
func RestWired(lines []RelayLine, patience time.Duration, open func(string, gpioline.Options) (gpio.PinOut, error)) error {
	return rest(lines, patience, open)
}

// OpenWired opens the Linux board over pins of the test's own, as a Raspberry Pi 4.
func OpenWired(cfg Config, input func(string, gpioline.Options) (gpio.PinIn, error), output func(string, gpioline.Options) (gpio.PinOut, error)) (*Board, error) {
	p, _ := profileOf("raspberry-pi-4")
	return New(cfg, &linux{
		model:   "Raspberry Pi 4 Model B Rev 1.4",
		profile: p,
		card:    cfg.Sound.Card,
		log:     slog.New(slog.DiscardHandler),
		input:   input,
		output:  output,
		led:     func(name string) (gpio.PinOut, error) { return output(kernelLED+name, gpioline.Options{}) },
	})
}
