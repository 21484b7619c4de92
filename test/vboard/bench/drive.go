//go:build linux

package main

import (
	"intercom/hw/gpioline"

	"periph.io/x/conn/v3/gpio"
)

// drive leaves a line as an output at a level, as a boot loader does or a pull in the chip.
func drive(args []string) error {
	line, err := gpioline.OpenOutput(args[0], gpioline.Options{Consumer: "boot loader", Rest: gpio.Level(args[1] == "high")})
	if err != nil {
		return err
	}
	return line.Halt()
}
