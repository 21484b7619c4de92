package board

import (
	"fmt"
	"strconv"
)

// orangePis are boards by Xunlong. The tables are those of the maker's wiringOP (physToGpio) and manuals; the labels are
// the addresses of the controllers in the H6 and H616 (linux: arch/arm64/boot/dts/allwinner).
func orangePis() []profile {
	return []profile{
		{
			name: "orange-pi-zero-2w", compatible: []string{"xunlong,orangepi-zero2w"}, line: allwinner,
			unfit: map[string]string{"PH0": console, "PH1": console}, i2s: []string{"PI1", "PI2", "PI4", "PI3"},
			header: []string{"",
				"3.3 V", "5 V", "PI8", "5 V", "PI7", "ground", "PI13", "PH0", "ground", "PH1",
				"PH2", "PI1", "PH3", "ground", "PI5", "PI14", "3.3 V", "PH4", "PH7", "ground",
				"PH8", "PI6", "PH6", "PH5", "ground", "PH9", "PI10", "PI9", "PI0", "ground",
				"PI15", "PI11", "PI12", "ground", "PI2", "PC12", "PI16", "PI4", "ground", "PI3",
			},
		},
		{
			name: "orange-pi-zero-3", compatible: []string{"xunlong,orangepi-zero3"}, line: allwinner,
			header: []string{"",
				"3.3 V", "5 V", "PH5", "5 V", "PH4", "ground", "PC9", "PH2", "ground", "PH3",
				"PC6", "PC11", "PC5", "ground", "PC8", "PC15", "3.3 V", "PC14", "PH7", "ground",
				"PH8", "PC7", "PH6", "PH9", "ground", "PC10",
			},
		},
		{
			name: "orange-pi-3-lts", compatible: []string{"xunlong,orangepi-3-lts", "xunlong,orangepi-3"}, line: allwinner,
			header: []string{"",
				"3.3 V", "5 V", "PD26", "5 V", "PD25", "ground", "PD22", "PL2", "ground", "PL3",
				"PD24", "PD18", "PD23", "ground", "PL10", "PD15", "3.3 V", "PD16", "PH5", "ground",
				"PH6", "PD21", "PH4", "PH3", "ground", "PL8",
			},
		},
		{
			name: "orange-pi-5", compatible: []string{"xunlong,orangepi-5", "xunlong,orangepi-5b", "rockchip,rk3588s-orangepi-5"}, line: rockchip,
			header: []string{"",
				"3.3 V", "5 V", "GPIO1_B7", "5 V", "GPIO1_B6", "ground", "GPIO1_C6", "GPIO4_A3", "ground", "GPIO4_A4",
				"GPIO4_B2", "GPIO0_D5", "GPIO4_B3", "ground", "GPIO0_D4", "GPIO1_D3", "3.3 V", "GPIO1_D2", "GPIO1_C1", "ground",
				"GPIO1_C0", "GPIO2_D4", "GPIO1_C2", "GPIO1_C4", "ground", "GPIO1_A3",
			},
		},
	}
}

const console = "is the serial console, which speaks while the computer starts"

// allwinner finds PH2 on the main controller, whose banks of 32 lines begin with A, and PL8 on the one that is powered in standby.
func allwinner(name string) (string, int, bool) {
	if len(name) < 3 || name[0] != 'P' {
		return "", 0, false
	}
	n, err := strconv.Atoi(name[2:])
	switch bank := name[1]; {
	case err != nil || n < 0 || n > 31 || name[2:] != strconv.Itoa(n):
		return "", 0, false
	case bank >= 'A' && bank <= 'I':
		return "300b000.pinctrl", int(bank-'A')*32 + n, true
	case bank >= 'L' && bank <= 'M':
		return "7022000.pinctrl", int(bank-'L')*32 + n, true
	}
	return "", 0, false
}

// rockchip finds GPIO1_A3 at line 3 of the chip gpio1: each chip has four groups of eight lines.
func rockchip(name string) (string, int, bool) {
	var chip, n int
	var group byte
	if _, err := fmt.Sscanf(name, "GPIO%d_%c%d", &chip, &group, &n); err != nil || chip < 0 || chip > 4 || group < 'A' || group > 'D' || n < 0 || n > 7 {
		return "", 0, false
	}
	if fmt.Sprintf("GPIO%d_%c%d", chip, group, n) != name {
		return "", 0, false
	}
	return fmt.Sprintf("gpio%d", chip), int(group-'A')*8 + n, true
}
