package doctor

import (
	"context"
	"fmt"
	"strings"

	"intercom/board"
	"intercom/cmd/intercom/configfile"
)

// simulated tells whether the configuration is of a board without hardware.
func (s Subject) simulated() bool { return s.Config.Board.Model == "sim" }

// wires looks at the lines of this computer, and at those that the configuration names.
func wires(_ context.Context, s Subject) []Finding {
	survey := s.Survey(s.Config.Board)
	all := chips(s, survey)
	if s.simulated() || len(survey.Chips) == 0 {
		return all
	}
	for _, w := range survey.Wired {
		all = append(all, line(w))
	}
	return append(all, relays(s, survey)...)
}

// chips lists the GPIO chips, and says why one cannot be opened.
func chips(s Subject, survey board.Survey) []Finding {
	const id = "lines.chips"
	var all []Finding
	switch err := survey.ChipsErr; {
	case err != nil && strings.Contains(err.Error(), "permission"):
		all = append(all, fault(id, "Log in again after that. Or, only to look: sudo intercom doctor", "Not every GPIO chip may be opened: %s", configfile.Plain(err)))
	case err != nil:
		all = append(all, fault(id, "Look at the message of the kernel: dmesg | grep -i gpio", "Not every GPIO chip can be opened: %s", configfile.Plain(err)))
	case len(survey.Chips) == 0 && s.simulated():
		all = append(all, note(id, "", "This computer has no GPIO chips (/dev/gpiochip*); the simulated board needs none."))
	case len(survey.Chips) == 0:
		all = append(all, fault(id, "Run it on a board with a pin header.", "This computer has no GPIO chips (/dev/gpiochip*): no button and no relay can be wired to it."))
	}
	for _, c := range survey.Chips {
		used := 0
		for _, l := range c.Lines {
			if l.Used {
				used++
			}
		}
		all = append(all, ok(id, "%s (%s): %d lines, %d of them taken", c.Label, c.Path, len(c.Lines), used))
	}
	if err := survey.ModelErr; err != nil && !s.simulated() {
		all = append(all, fault("lines.board", `Choose another model in [board]; "linux" takes any board.`, "%s", configfile.Plain(err)))
	}
	return all
}

func line(w board.Wired) Finding {
	id := "lines." + strings.ReplaceAll(w.Use, " ", ".")
	where := fmt.Sprintf("%s: %q is %v", w.Use, w.Line, w.At)
	switch {
	case w.Err != nil:
		return fault(id, `"intercom devices" lists all lines of this computer.`, "%s: %s", w.Use, configfile.Plain(w.Err))
	case w.LED != "":
		return ok(id, "%s: the light %q of the board", w.Use, w.LED)
	case w.Ours():
		return ok(id, "%s, taken by the station that runs", where)
	case strings.HasPrefix(w.At.Consumer, "intercom "):
		return warning(id, "sudo systemctl restart intercom", "%s, taken by a station that runs with another configuration, as %q.", where, w.At.Consumer)
	case w.At.Used:
		return fault(id, release(w.At.Consumer), "%s, taken by %q.", where, w.At.Holder())
	}
	return ok(id, "%s, free", where)
}

// release says how to get a line back from who has taken it.
func release(consumer string) string {
	lower := strings.ToLower(consumer)
	for _, bus := range []string{"spi", "i2c", "i2s"} {
		if strings.Contains(lower, bus) {
			return fmt.Sprintf("Choose another line; or, if nothing needs that bus, write dtparam=%s=off in config.txt and restart.", bus)
		}
	}
	switch {
	case lower == "sysfs":
		return "Give it back: echo NUMBER | sudo tee /sys/class/gpio/unexport; or choose another line."
	case strings.Contains(lower, "w1"), strings.Contains(lower, "onewire"):
		return "Choose another line; or remove dtoverlay=w1-gpio from config.txt and restart."
	}
	return "Choose another line, or end what has taken it."
}
