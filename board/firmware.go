package board

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"intercom/hw/gpioline"
)

// warnOfRelays tells what the system lacks for relays to rest before the program has begun, and after it has died.
func warnOfRelays(root string, l *linux, doors []DoorConfig) {
	relays, _ := l.relays(doors)
	var missing []string
	for _, r := range relays {
		if line := r.firmwareLine(); line != "" && !slices.Contains(firmwareConfig(root), line) {
			missing = append(missing, line)
			l.warnOfPull(r, line)
		}
	}
	if len(doors) == 0 || keepsOutputs(root) != "Y" {
		return
	}
	l.log.Warn("this kernel keeps a door's relay as it is when the program dies; write these lines into config.txt",
		"lines", strings.Join(append([]string{"dtparam=strict_gpiod"}, missing...), "; "))
}

// warnOfPull tells of a line that is pulled to the level at which its relay closes from the moment of power on.
func (l *linux) warnOfPull(r RelayLine, line string) {
	for _, name := range l.pulledUp {
		if a, err := l.address(name); err == nil && a == r.Address && !r.ActiveLow {
			l.log.Warn("this line is pulled up until the program starts, and its relay closes when it is high: take another line, "+
				"or write this one into config.txt", "relay", name, "line", line)
		}
	}
}

// firmwareConfig is the lines of Raspberry Pi's config.txt; none if there is no such file.
func firmwareConfig(root string) []string {
	for _, place := range []string{"boot/firmware/config.txt", "boot/config.txt"} {
		if text, err := os.ReadFile(filepath.Join(root, place)); err == nil {
			return strings.FieldsFunc(string(text), func(r rune) bool { return r == '\r' || r == '\n' })
		}
	}
	return nil
}

// firmwareLine is what config.txt says for a relay to rest from the firmware's start on: an output, driven low or high. It is
// empty for a line that is not on a Raspberry Pi's header.
func (r RelayLine) firmwareLine() string {
	a, err := gpioline.ParseAddress(r.Address)
	if err != nil || a.Label != bcm2835 && a.Label != bcm2711 && a.Label != rp1 {
		return ""
	}
	level := "dl"
	if r.ActiveLow {
		level = "dh"
	}
	return fmt.Sprintf("gpio=%d=op,%s", a.Offset, level)
}
