package doctor

import (
	"context"
	"fmt"
	"strings"
)

// model says which computer this is.
func model(_ context.Context, s Subject) []Finding {
	name := s.read("proc/device-tree/model")
	if name == "" {
		name = strings.TrimSpace(s.read("sys/class/dmi/id/sys_vendor") + " " + s.read("sys/class/dmi/id/product_name"))
	}
	if name == "" {
		return []Finding{note("board.model", "", "Neither a device tree nor a BIOS says which computer this is.")}
	}
	return []Finding{ok("board.model", "%s", name)}
}

// kernel says which system runs on it. The character device of version 2, which lines need, came with Linux 5.10.
func kernel(_ context.Context, s Subject) []Finding {
	release := s.read("proc/sys/kernel/osrelease")
	system := strings.Trim(field(s.read("etc/os-release"), "PRETTY_NAME="), `"`)
	if system == "" {
		system = "a Linux without /etc/os-release"
	}
	var major, minor int
	if _, err := fmt.Sscanf(release, "%d.%d", &major, &minor); err == nil && (major < 5 || major == 5 && minor < 10) {
		return []Finding{fault("board.kernel", "Install a newer system: buttons and relays need Linux 5.10 or later.", "Linux %s is too old (%s).", release, system)}
	}
	return []Finding{ok("board.kernel", "Linux %s, %s", release, system)}
}

const (
	hot     = 75 // °C; a Raspberry Pi slows down at 80
	tooHot  = 85
	governs = "sys/devices/system/cpu/cpu0/cpufreq/"
)

// processor tells of heat and of a clock that is kept low.
func processor(_ context.Context, s Subject) []Finding {
	var all []Finding
	if milli, known := s.number("sys/class/thermal/thermal_zone0/temp"); known {
		celsius := milli / 1000
		do := "Give the housing air, put a heat sink on the processor, keep it out of the sun."
		switch {
		case celsius >= tooHot:
			all = append(all, fault("board.temperature", do, "The processor has %d °C and slows down: speech breaks.", celsius))
		case celsius >= hot:
			all = append(all, warning("board.temperature", do, "The processor has %d °C; from 80 on it slows down.", celsius))
		default:
			all = append(all, ok("board.temperature", "processor: %d °C", celsius))
		}
	}
	now, known := s.number(governs + "scaling_cur_freq")
	most, _ := s.number(governs + "cpuinfo_max_freq")
	limit, limited := s.number(governs + "scaling_max_freq")
	governor := s.read(governs + "scaling_governor")
	switch {
	case !known:
	case governor == "powersave":
		all = append(all, warning("board.clock-rate", "echo ondemand | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor",
			"The processor is kept at %d MHz of %d by the governor %q.", now/1000, most/1000, governor))
	case limited && limit < most*3/4:
		all = append(all, warning("board.clock-rate", "Look for what limits it: heat, or a setting of the firmware.",
			"The processor may run at %d MHz only, of %d.", limit/1000, most/1000))
	default:
		all = append(all, ok("board.clock-rate", "processor: %d MHz of %d, governor %q", now/1000, most/1000, governor))
	}
	return all
}

// The bits of get_throttled, and those of the past 16 further up (firmware of the Raspberry Pi, vcgencmd get_throttled).
const (
	underVoltage = 1 << iota
	frequencyCapped
	throttled
	softLimit
	past = 16
)

// power tells of a power supply that is too weak.
func power(_ context.Context, s Subject) []Finding {
	const id = "board.power"
	do := "Use a better power supply (5.1 V, 2.5 A or more) and a short, thick cable; take nothing else from its 5 V."
	var bits uint64
	if text := s.read("sys/devices/platform/soc/soc:firmware/get_throttled"); text != "" {
		if _, err := fmt.Sscanf(strings.TrimPrefix(text, "0x"), "%x", &bits); err == nil {
			return throttling(id, do, bits)
		}
	}
	for _, name := range s.glob("sys/class/hwmon/hwmon*/name") {
		if s.read(name) != "rpi_volt" {
			continue
		}
		if n, _ := s.number(strings.TrimSuffix(name, "name") + "in0_lcrit_alarm"); n != 0 {
			return []Finding{fault(id, do, "The 5 V are too low, or were a moment ago.")}
		}
		return []Finding{ok(id, "the 5 V are as they should be")}
	}
	if !s.raspberryPi() {
		return nil
	}
	return []Finding{skipped(id, "vcgencmd get_throttled", "The kernel does not say whether the 5 V are too low.")}
}

func throttling(id, do string, bits uint64) []Finding {
	switch {
	case bits&underVoltage != 0:
		return []Finding{fault(id, do, "The 5 V are too low now.")}
	case bits&(throttled|frequencyCapped|softLimit) != 0:
		return []Finding{warning(id, "Cool the processor; then look whether it stays.", "The firmware slows the processor down now (0x%x).", bits)}
	case bits>>past&underVoltage != 0:
		return []Finding{warning(id, do, "The 5 V were too low since the start.")}
	case bits>>past != 0:
		return []Finding{note(id, "Cool the processor if calls break.", "The firmware has slowed the processor down since the start (0x%x).", bits)}
	}
	return []Finding{ok(id, "the 5 V were as they should be since the start")}
}
