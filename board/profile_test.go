package board

import (
	"slices"
	"strings"
	"testing"
)

func mustProfile(t *testing.T, name string) profile {
	t.Helper()
	p, ok := profileOf(name)
	if !ok {
		t.Fatalf("no profile %q", name)
	}
	return p
}

// Each header has as many pins as headers have; what is no line is power or ground, and no line is there twice.
func TestHeadersAreComplete(t *testing.T) {
	for _, p := range profiles() {
		if p.header == nil {
			continue
		}
		if n := len(p.header) - 1; n != 26 && n != 40 {
			t.Errorf("%s: %d pins", p.name, n)
		}
		seen := map[string]string{}
		for _, text := range p.header[1:] {
			if !p.isLine(text) {
				if !slices.Contains([]string{"3.3 V", "5 V", "ground", "an analogue input", "not connected"}, text) {
					t.Errorf("%s: %q is neither a line nor power", p.name, text)
				}
				continue
			}
			address, err := p.address(text)
			if err != nil || seen[address] != "" {
				t.Errorf("%s: %s is %s, as %s is; %v", p.name, text, address, seen[address], err)
			}
			seen[address] = text
		}
		// All these headers copy the power pins of the first Raspberry Pi.
		for n, want := range map[int]string{1: "3.3 V", 2: "5 V", 4: "5 V", 6: "ground", 9: "ground", 14: "ground", 17: "3.3 V", 20: "ground", 25: "ground"} {
			if p.header[n] != want {
				t.Errorf("%s: pin %d is %q, want %q", p.name, n, p.header[n], want)
			}
		}
	}
}

func TestAddressesOnTheHeader(t *testing.T) {
	for _, c := range []struct{ board, line, want string }{
		{"raspberry-pi-4", "pin 3", "pinctrl-bcm2711:2"},
		{"raspberry-pi-5", "pin 11", "pinctrl-rp1:17"},
		{"raspberry-pi-zero-2", "pin 40", "pinctrl-bcm2835:21"},
		{"raspberry-pi-zero", "GPIO27", "pinctrl-bcm2835:27"},
		{"raspberry-pi-zero", "SDA1", "SDA1"},
		{"orange-pi-zero-2w", "PC0", "300b000.pinctrl:64"},
		{"raspberry-pi-1-rev1", "pin 13", "pinctrl-bcm2835:21"},
		{"raspberry-pi-1-rev2", "pin 13", "pinctrl-bcm2835:27"},
		{"raspberry-pi-1-rev1", "pin 3", "pinctrl-bcm2835:0"},
		{"raspberry-pi-cm3", "GPIO45", "pinctrl-bcm2835:45"},
		{"raspberry-pi-cm4s", "GPIO45", "pinctrl-bcm2711:45"},
		{"orange-pi-zero-2w", "pin 40", "300b000.pinctrl:259"},
		{"orange-pi-zero-2w", "PC12", "300b000.pinctrl:76"},
		{"orange-pi-zero-3", "pin 26", "300b000.pinctrl:74"},
		{"orange-pi-3-lts", "pin 26", "7022000.pinctrl:8"},
		{"orange-pi-3-lts", "pin 3", "300b000.pinctrl:122"},
		{"orange-pi-5", "pin 8", "gpio4:3"},
		{"orange-pi-5", "pin 12", "gpio0:29"},
		{"rock-5b", "pin 40", "gpio3:11"},
		{"rock-5b", "GPIO4_C4", "gpio4:20"},
		{"qemu-virt", "GPIO3", "9030000.pl061:3"},
		{"qemu-virt", "BUTTON1", "BUTTON1"},
		{"raspberry-pi-4", "other:4", "other:4"},
	} {
		if got, err := mustProfile(t, c.board).address(c.line); err != nil || got != c.want {
			t.Errorf("%s: %q is %q, %v; want %q", c.board, c.line, got, err, c.want)
		}
	}
}

func TestWhatIsNoLineIsRefused(t *testing.T) {
	for _, c := range []struct{ board, line, part string }{
		{"raspberry-pi-4", "pin 1", "3.3 V"}, {"raspberry-pi-4", "pin 2", "5 V"}, {"raspberry-pi-4", "pin 39", "ground"},
		{"raspberry-pi-4", "pin 0", "pin 1 to pin 40"}, {"raspberry-pi-4", "pin 41", "pin 1 to pin 40"},
		{"raspberry-pi-1-rev2", "pin 27", "pin 1 to pin 26"}, {"raspberry-pi-4", "pin -1", "pin 1 to pin 40"},
		{"raspberry-pi-4", "pin eleven", `"pin 11" is an example`}, {"rock-5b", "pin 22", "analogue"},
		{"raspberry-pi-zero", "GPIO28", `no line "GPIO28"; "GPIO2" is one`}, {"raspberry-pi-5", "GPIO017", `no line "GPIO017"`},
		{"orange-pi-zero-3", "PH99", `no line "PH99"; "PH5" is one`}, {"rock-5b", "GPIO9_B3", `no line "GPIO9_B3"`},
		{"raspberry-pi-cm3", "pin 11", "label:offset"}, {"qemu-virt", "pin 11", "label:offset"},
	} {
		if got, err := mustProfile(t, c.board).address(c.line); err == nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%s: %q is %q, %v; want %s in an error", c.board, c.line, got, err, c.part)
		}
	}
	if _, err := unknownBoard("toaster").address("pin 11"); err == nil || !strings.Contains(err.Error(), `"toaster"`) {
		t.Errorf("a board without a table: %v", err)
	}
}

func TestRecognise(t *testing.T) {
	for compatible, want := range map[string]string{
		"raspberrypi,4-model-b brcm,bcm2711":                "raspberry-pi-4",
		"raspberrypi,model-zero-2-w brcm,bcm2837":           "raspberry-pi-zero-2",
		"raspberrypi,model-b-rev2 brcm,bcm2835":             "raspberry-pi-1-rev2",
		"raspberrypi,5-model-b brcm,bcm2712":                "raspberry-pi-5",
		"xunlong,orangepi-zero2w allwinner,sun50i-h618":     "orange-pi-zero-2w",
		"xunlong,orangepi-3-lts allwinner,sun50i-h6":        "orange-pi-3-lts",
		"radxa,rock-5b rockchip,rk3588":                     "rock-5b",
		"linux,dummy-virt":                                  "qemu-virt",
		"rockchip,rk3588s-orangepi-5 rockchip,rk3588":       "orange-pi-5",
		"acme,board-of-tomorrow brcm,bcm9999 raspberrypi,6": "",
	} {
		p, ok := recognise(strings.Fields(compatible))
		if p.name != want || ok != (want != "") {
			t.Errorf("%s is %q, want %q", compatible, p.name, want)
		}
	}
}

// No two boards have a name, or what they are recognised by, in common.
func TestProfilesAreApart(t *testing.T) {
	seen := map[string]string{}
	for _, p := range profiles() {
		for _, s := range append(p.compatible, p.name) {
			if seen[s] != "" {
				t.Errorf("%q is %s and %s", s, seen[s], p.name)
			}
			seen[s] = p.name
		}
		for name := range p.unfit {
			if !p.isLine(name) && len(p.header) != 27 { // the first boards have a part of it
				t.Errorf("%s: %s is no line of it", p.name, name)
			}
		}
	}
}

// Attack by wire: a line that moves by itself opens the door at each power cut.
func TestRelaysOnLinesThatMoveByThemselvesAreRefused(t *testing.T) {
	for _, c := range []struct{ board, line, card, part string }{
		{"raspberry-pi-4", "pin 27", "", "EEPROM"}, {"raspberry-pi-4", "pinctrl-bcm2711:1", "", "EEPROM"},
		{"raspberry-pi-zero", "GPIO14", "", "console"}, {"raspberry-pi-5", "pin 3", "", "I2C"},
		{"raspberry-pi-3", "GPIO18", "wm8960soundcard", "wm8960soundcard"}, {"raspberry-pi-3", "GPIO18", "Device", ""},
		{"orange-pi-zero-2w", "pin 35", "wm8960soundcard", "wm8960soundcard"}, {"rock-5b", "pin 40", "wm8960soundcard", "wm8960soundcard"},
		{"raspberry-pi-4", "GPIO17", "wm8960soundcard", ""}, {"rock-5b", "pin 8", "", "console"},
		{"orange-pi-zero-2w", "pin 10", "", "console"}, {"orange-pi-zero-3", "pin 10", "", ""},
	} {
		cfg := Config{Model: c.board, Doors: []DoorConfig{{Name: "front", Relay: c.line}}, Sound: SoundConfig{Card: c.card}}
		faults := cfg.Check()
		if c.part == "" && len(faults) > 0 || c.part != "" && (len(faults) != 1 || !strings.Contains(faults[0].Text, c.part)) {
			t.Errorf("%s, %s, card %q: %v, want %q", c.board, c.line, c.card, faults, c.part)
		}
		cfg.Doors = nil // what is refused is the relay; a button may be there, but for the lines of the sound
		cfg.Buttons = []ButtonConfig{{Name: "front", Line: c.line}}
		hasSound := c.card != "" && c.part == c.card
		if faults := cfg.Check(); (len(faults) != 0) != hasSound {
			t.Errorf("a button at %s: %v", c.line, faults)
		}
		if c.part == "" {
			continue
		}
		hw := &linux{profile: mustProfile(t, c.board), card: c.card}
		if hasSound {
			if _, err := hw.Input(InputLine{Name: "front", Line: c.line}); err == nil || !strings.Contains(err.Error(), c.part) {
				t.Errorf("%s, %s: opened as an input, %v", c.board, c.line, err)
			}
		}
		if _, err := hw.Output(OutputLine{Name: "front", Line: c.line}); err == nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%s, %s: opened, %v", c.board, c.line, err)
		}
	}
}

// One line for two uses, by whatever names.
func TestOneLineIsOneLineByAllItsNames(t *testing.T) {
	for board, lines := range map[string][2]string{
		"raspberry-pi-4":    {"pin 11", "pinctrl-bcm2711:17"},
		"raspberry-pi-5":    {"GPIO17", "pin 11"},
		"orange-pi-zero-2w": {"PH2", "300b000.pinctrl:226"},
	} {
		cfg := Config{Model: board, Buttons: []ButtonConfig{{Name: "a", Line: lines[0]}, {Name: "b", Line: lines[1]}}}
		if faults := cfg.Check(); len(faults) != 1 || faults[0].Path != "button.1.line" || !strings.HasSuffix(faults[0].Text, `is the line of button "a" already`) {
			t.Errorf("%s: %v", board, faults)
		}
	}
}

func TestLinesThatABoardHasNotAreRefusedByCheck(t *testing.T) {
	cfg := Config{Model: "raspberry-pi-4", Buttons: []ButtonConfig{{Name: "a", Line: "pin 1"}}}
	if faults := cfg.Check(); len(faults) != 1 || !strings.Contains(faults[0].Text, "3.3 V") {
		t.Errorf("%v", faults)
	}
	cfg.Buttons[0].Line = "17"
	if faults := cfg.Check(); len(faults) != 1 || !strings.Contains(faults[0].Text, `"pin 17" is a pin of the header, "GPIO4" a line`) {
		t.Errorf("a bare number: %v", faults)
	}
	cfg.Buttons[0].Line = "pin 1"
	cfg.Model = "raspbery-pi-4"
	if faults := cfg.Check(); len(faults) != 1 || !strings.Contains(faults[0].Want, "raspberry-pi-zero-2") {
		t.Errorf("an unknown board: %v", faults)
	}
}

func FuzzAddress(f *testing.F) {
	for _, s := range []string{"pin 11", "GPIO17", "PL8", "GPIO1_A3", "gpio4:3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		for _, p := range profiles() {
			address, err := p.address(line)
			if err != nil {
				continue
			}
			if again, err := p.address(address); err != nil || again != address {
				t.Errorf("%s: %q is %q, which is %q, %v", p.name, line, address, again, err)
			}
		}
	})
}
