package doctor

import (
	"fmt"
	"strconv"
	"strings"

	"intercom/board"
)

// relays looks at what a relay does while nobody drives it: before the station starts, and after it has died.
func relays(s Subject, survey board.Survey) []Finding {
	var doors []board.Wired
	for _, w := range survey.Wired {
		if strings.HasPrefix(w.Use, "door ") && w.Err == nil {
			doors = append(doors, w)
		}
	}
	if len(doors) == 0 {
		return nil
	}
	all := []Finding{kept(s, survey.KeepsOutputs)}
	if !s.raspberryPi() {
		return all
	}
	set := directives(s.read(strings.TrimPrefix(s.bootConfig(), "/")))
	for _, w := range doors {
		all = append(all, atBoot(s, w, set))
	}
	return all
}

// kept tells what becomes of an output when the program that drives it dies.
func kept(s Subject, setting string) Finding {
	const id = "relays.after-death"
	switch setting {
	case "Y":
		return warning(id, fmt.Sprintf("Add the line dtparam=strict_gpiod to %s and restart.", s.bootConfig()),
			"This kernel leaves a relay as it is when the program that drives it dies. The station's guard puts it to rest, but not if it is killed too.")
	case "N":
		return ok(id, "the kernel puts a relay's line to rest when the program that drives it dies")
	}
	return note(id, "", "This kernel does not say what becomes of a relay's line when its program dies. The station's guard puts it to rest.")
}

// pulledUp is the last line of a Raspberry Pi that has its pull-up from the reset on; all above are pulled down (BCM2835 ARM
// Peripherals, table 6-31).
const pulledUp = 8

// atBoot tells what a relay does from the power-on until the station starts.
func atBoot(s Subject, w board.Wired, set map[int]string) Finding {
	id := "relays.at-boot." + strings.TrimPrefix(w.Use, "door ")
	rest := "dl"
	if w.ActiveLow {
		rest = "dh"
	}
	n := int(w.At.Offset)
	want := fmt.Sprintf("gpio=%d=op,%s", n, rest)
	written, known := set[n]
	switch {
	case known && strings.Contains(written, rest):
		return ok(id, "%s: %s keeps the relay at rest while the system starts", w.Use, want)
	case known:
		return fault(id, fmt.Sprintf("Write %s in %s.", want, s.bootConfig()), "%s: gpio=%d=%s in %s switches the relay on while the system starts.", w.Use, n, written, s.bootConfig())
	case (n <= pulledUp) != w.ActiveLow:
		return warning(id, fmt.Sprintf("Write %s in %s, or take a line from %s.", want, s.bootConfig(), restful(w.ActiveLow)),
			"%s: %q may switch the relay on while the system starts, as its resistor pulls it %s.", w.Use, w.Line, pulled(n))
	}
	return ok(id, "%s: %q is pulled %s while the system starts: the relay rests. %s in %s makes that firm.", w.Use, w.Line, pulled(n), want, s.bootConfig())
}

func pulled(n int) string {
	if n <= pulledUp {
		return "up"
	}
	return "down"
}

func restful(activeLow bool) string {
	if activeLow {
		return "GPIO4 to GPIO8"
	}
	return "GPIO9 to GPIO27"
}

// directives reads the gpio= lines of a config.txt: what is set for each line, the last word on it.
func directives(config string) map[int]string {
	all := map[int]string{}
	for text := range strings.Lines(config) {
		rest, isGPIO := strings.CutPrefix(strings.TrimSpace(text), "gpio=")
		which, what, complete := strings.Cut(rest, "=")
		if !isGPIO || !complete {
			continue
		}
		for part := range strings.SplitSeq(which, ",") {
			low, high, isRange := strings.Cut(part, "-")
			if !isRange {
				high = low
			}
			from, err1 := strconv.Atoi(low)
			to, err2 := strconv.Atoi(high)
			for n := from; err1 == nil && err2 == nil && n <= min(to, 53); n++ {
				all[n] = what
			}
		}
	}
	return all
}
