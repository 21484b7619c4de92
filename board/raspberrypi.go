package board

import (
	"slices"
	"strconv"
	"strings"

	"intercom/hw/gpioline"
)

// The chips of the header, by label: their numbers differ between kernels, and so do the names of their lines, which is why
// GPIOn means offset n. (Linux: drivers/pinctrl/bcm/pinctrl-bcm2835.c, drivers/pinctrl/pinctrl-rp1.c.)
const (
	bcm2835 = "pinctrl-bcm2835"
	bcm2711 = "pinctrl-bcm2711"
	rp1     = "pinctrl-rp1"
)

// raspberryPis are the boards by Raspberry Pi. The names of their device trees are those of
// Documentation/devicetree/bindings/arm/bcm/bcm2835.yaml and of Raspberry Pi's own kernel.
func raspberryPis() []profile {
	pi := func(name, label string, header []string, compatible ...string) profile {
		for i, c := range compatible {
			compatible[i] = "raspberrypi," + c
		}
		return profile{name: name, compatible: compatible, header: header, line: numbered(label, header),
			unfit: raspberryPiUnfit(), pulledUp: raspberryPiPulledUp(), i2s: []string{"GPIO18", "GPIO19", "GPIO20", "GPIO21"}}
	}
	all := raspberryPiHeader()
	return []profile{
		pi("raspberry-pi-zero", bcm2835, all, "model-zero", "model-zero-w"),
		pi("raspberry-pi-zero-2", bcm2835, all, "model-zero-2", "model-zero-2-w"),
		pi("raspberry-pi-1", bcm2835, all, "model-a-plus", "model-b-plus"),
		pi("raspberry-pi-1-rev1", bcm2835, raspberryPi26("GPIO0", "GPIO1", "GPIO21"), "model-b"),
		pi("raspberry-pi-1-rev2", bcm2835, raspberryPi26("GPIO2", "GPIO3", "GPIO27"), "model-a", "model-b-rev2"),
		pi("raspberry-pi-2", bcm2835, all, "2-model-b", "2-model-b-rev2"),
		pi("raspberry-pi-3", bcm2835, all, "3-model-b", "3-model-b-plus", "3-model-a-plus"),
		pi("raspberry-pi-4", bcm2711, all, "4-model-b", "400"),
		pi("raspberry-pi-5", rp1, all, "5-model-b", "500"),
		pi("raspberry-pi-cm3", bcm2835, nil, "compute-module", "3-compute-module", "3-plus-compute-module"),
		pi("raspberry-pi-cm4", bcm2711, all, "4-compute-module"),
		pi("raspberry-pi-cm4s", bcm2711, nil, "4-compute-module-s"),
		pi("raspberry-pi-cm5", rp1, all, "5-compute-module"),
	}
}

// raspberryPiUnfit are the lines that something else moves.
func raspberryPiUnfit() map[string]string {
	const eeprom = "is read as the EEPROM of a HAT whenever the computer starts"
	const uart = "is the serial console, which speaks while the computer starts"
	const i2c = "is the I2C bus and is pulled up on the board"
	return map[string]string{"GPIO0": eeprom, "GPIO1": eeprom, "GPIO2": i2c, "GPIO3": i2c, "GPIO14": uart, "GPIO15": uart}
}

// raspberryPiPulledUp are GPIO0 to GPIO8; all others of the header are pulled down. (BCM2835 ARM Peripherals, 6.2, for
// all chips since.)
func raspberryPiPulledUp() []string {
	var names []string
	for n := range 9 {
		names = append(names, "GPIO"+strconv.Itoa(n))
	}
	return names
}

// raspberryPiHeader is the header of 40 pins that all boards since the Model B+ have.
func raspberryPiHeader() []string {
	return []string{"",
		"3.3 V", "5 V", "GPIO2", "5 V", "GPIO3", "ground", "GPIO4", "GPIO14", "ground", "GPIO15",
		"GPIO17", "GPIO18", "GPIO27", "ground", "GPIO22", "GPIO23", "3.3 V", "GPIO24", "GPIO10", "ground",
		"GPIO9", "GPIO25", "GPIO11", "GPIO8", "ground", "GPIO7", "GPIO0", "GPIO1", "GPIO5", "ground",
		"GPIO6", "GPIO12", "GPIO13", "ground", "GPIO19", "GPIO16", "GPIO26", "GPIO20", "ground", "GPIO21",
	}
}

// raspberryPi26 is the header of 26 pins of the first boards, whose two revisions differ at three pins.
func raspberryPi26(pin3, pin5, pin13 string) []string {
	h := raspberryPiHeader()[:27]
	h[3], h[5], h[13] = pin3, pin5, pin13
	return h
}

// numbered finds GPIOn at offset n, of those that are on the header; without a header, of all 54.
func numbered(label string, header []string) func(string) (string, int, bool) {
	return func(name string) (string, int, bool) {
		n, err := strconv.Atoi(strings.TrimPrefix(name, "GPIO"))
		if err != nil || "GPIO"+strconv.Itoa(n) != name || n < 0 || n > 53 || header != nil && !slices.Contains(header, name) {
			return "", 0, false
		}
		return label, n, true
	}
}

// anyRaspberryPi is a board that came after this program: a header of 40 pins, on the chip that is there.
func anyRaspberryPi(chips []gpioline.Chip) (profile, bool) {
	for _, label := range []string{rp1, bcm2711, bcm2835} {
		if slices.ContainsFunc(chips, func(c gpioline.Chip) bool { return c.Label == label }) {
			p, _ := profileOf("raspberry-pi-4")
			p.name, p.compatible, p.line = "raspberry-pi", nil, numbered(label, p.header)
			return p, true
		}
	}
	return profile{}, false
}
