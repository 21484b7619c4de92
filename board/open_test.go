package board

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intercom/hw/gpioline"
)

func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestDetect(t *testing.T) {
	orange := tree(t, map[string]string{"proc/device-tree/model": "OrangePi Zero 2W\x00"})
	pc := tree(t, nil)
	for _, c := range []struct{ root, config, want, fault string }{
		{orange, "auto", "OrangePi Zero 2W", ""},
		{orange, "", "OrangePi Zero 2W", ""},
		{orange, "linux", "OrangePi Zero 2W", ""},
		{pc, "linux", "Linux", ""},
		{pc, "auto", "", `model = "sim"`},
		{pc, "sim", "", `model = "auto"`},
	} {
		hw, err := detect(Config{Model: c.config}, c.root)
		switch {
		case c.fault != "":
			if err == nil || !strings.Contains(err.Error(), c.fault) {
				t.Errorf("model %q: error %v, want %s in it", c.config, err, c.fault)
			}
		case err != nil:
			t.Errorf("model %q: %v", c.config, err)
		case hw.Model() != c.want:
			t.Errorf("model %q is %q, want %q", c.config, hw.Model(), c.want)
		}
	}
}

func TestRaspberryPiIsKnownByItsChip(t *testing.T) {
	for label, others := range map[string][]string{
		"pinctrl-rp1":     {"gpio-brcmstb@107d508500", "gpio-brcmstb@107d508520"},
		"pinctrl-bcm2711": {"raspberrypi-exp-gpio"},
		"pinctrl-bcm2835": {"brcmvirt-gpio", "raspberrypi-exp-gpio"},
	} {
		var chips []gpioline.Chip
		for _, l := range append(others, label) {
			chips = append(chips, gpioline.Chip{Label: l})
		}
		h, err := raspberryPi(chips, nil)
		if err != nil {
			t.Error(err)
			continue
		}
		if got, err := h.address("GPIO17"); err != nil || got != label+":17" {
			t.Errorf("%s: GPIO17 is %s, %v", label, got, err)
		}
	}
	denied := errors.New("permission denied")
	if _, err := raspberryPi(nil, denied); !errors.Is(err, denied) {
		t.Errorf("without a chip: %v", err)
	}
}

func TestHeaderPins(t *testing.T) {
	h := &header{"chip", raspberryPiPins()}
	for line, want := range map[string]string{
		"pin 3": "chip:2", "pin 11": "chip:17", "pin 12": "chip:18", "pin 27": "chip:0", "pin 40": "chip:21", "pin 37": "chip:26",
		"GPIO0": "chip:0", "GPIO27": "chip:27",
		"GPIO28": "GPIO28", "GPIO": "GPIO", "3.3 V!": "3.3 V!", "other:4": "other:4", "BT_ON": "BT_ON",
	} {
		if got, err := h.address(line); err != nil || got != want {
			t.Errorf("%q is %q, %v; want %q", line, got, err, want)
		}
	}
	for line, part := range map[string]string{
		"pin 1": "3.3 V", "pin 2": "5 V", "pin 39": "ground", "pin 0": "pin 1 to pin 40", "pin 41": "pin 1 to pin 40",
		"pin -1": "pin 1 to pin 40", "pin eleven": `"pin 11" is an example`,
	} {
		if got, err := h.address(line); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q is %q, %v; want %s in an error", line, got, err, part)
		}
	}
}

// All 28 lines are on the header, each once, and the rest of its 40 pins is power.
func TestHeaderIsComplete(t *testing.T) {
	pins := raspberryPiPins()
	seen := map[string]int{}
	for _, p := range pins[1:] {
		seen[p]++
	}
	if len(pins) != 41 || len(seen) != 28+3 || seen["ground"] != 8 || seen["5 V"] != 2 || seen["3.3 V"] != 2 {
		t.Errorf("%d pins: %v", len(pins)-1, seen)
	}
}

func TestPinsWithoutATableAreRefused(t *testing.T) {
	l := &linux{model: "OrangePi Zero 2W"}
	if _, err := l.address("pin 11"); err == nil || !strings.Contains(err.Error(), "label:offset") {
		t.Errorf("pin 11: %v", err)
	}
	if got, err := l.address("PI1"); err != nil || got != "PI1" {
		t.Errorf("PI1 is %q, %v", got, err)
	}
}

func TestKeptOutputsAreWarnedOf(t *testing.T) {
	const file = "sys/module/pinctrl_bcm2835/parameters/persist_gpio_outputs"
	for text, want := range map[string]bool{"Y\n": true, "N\n": false} {
		var log bytes.Buffer
		warnOfKeptOutputs(tree(t, map[string]string{file: text}), slog.New(slog.NewTextHandler(&log, nil)))
		if got := strings.Contains(log.String(), "strict_gpiod"); got != want {
			t.Errorf("setting %q: warned %v, log %q", text, got, log.String())
		}
	}
}

func TestCheckFindsEverything(t *testing.T) {
	cfg := Config{
		Model: "toaster",
		Buttons: []ButtonConfig{
			{Name: "front", Line: "GPIO17", Pull: "sideways", Debounce: time.Millisecond, ShortestPress: time.Hour},
			{Name: "front"},
		},
		Doors: []DoorConfig{{Relay: "GPIO17"}, {Name: "front", Relay: "GPIO22", Kind: "tristable", PreDelay: time.Minute, Interlock: []string{"front", "cellar"}}},
		Inputs: []InputConfig{
			{Name: "front", Line: "GPIO1", Use: "contact", Door: "cellar", Normally: "ajar"},
			{Name: "exit", Line: "GPIO2", Use: "exit", Pull: "sideways", Debounce: time.Minute},
			{Name: "exit", Line: "GPIO2"},
		},
		LED:   LEDConfig{Line: "GPIO22"},
		Sound: SoundConfig{Card: "wav"},
	}
	var got []string
	for _, f := range cfg.Check() {
		got = append(got, f.Path)
		if f.Text == "" || f.Want == "" || !strings.Contains(f.Error(), f.Path) {
			t.Errorf("fault %+v says too little", f)
		}
	}
	want := "board.model button.0.pull button.0.debounce button.0.shortest_press button.1.name button.1.line " +
		"door.0.name door.0.relay door.1.kind door.1.pre_delay door.1.interlock.0 door.1.interlock.1 input.0.name input.0.normally input.0.door input.1.pull input.1.debounce input.1.door " +
		"input.2.name input.2.line input.2.use led.line sound.card"
	if strings.Join(got, " ") != want {
		t.Errorf("faults at\n%s, want\n%s", strings.Join(got, " "), want)
	}
}

func TestDefaultsAreGood(t *testing.T) {
	if faults := Default().Check(); len(faults) != 0 {
		t.Errorf("faults: %v", faults)
	}
	if faults := (Config{Sound: SoundConfig{Card: "null", Speaker: "x.wav", Microphone: "y.wav"}}).Check(); len(faults) != 2 {
		t.Errorf("files for a card that has none: %v", faults)
	}
}

func TestOpenCardOfItsOwnKinds(t *testing.T) {
	if s, err := OpenCard(SoundConfig{Card: "none"}, nil, nil); s != nil || err != nil {
		t.Errorf("none: %v, %v", s, err)
	}
	s, err := OpenCard(SoundConfig{Card: "null"}, nil, nil)
	if err != nil || s.Rate() != nullRate {
		t.Errorf("null: %v, %v", s, err)
	}
	if s, err := OpenCard(SoundConfig{Card: "no such card"}, nil, nil); s != nil || err == nil {
		t.Errorf("no such card: %v, %v", s, err)
	}
}

func TestKindsHaveNames(t *testing.T) {
	for k := ButtonDown; k <= Mended; k++ {
		if strings.HasPrefix(k.String(), "Kind") || k.String() == "" {
			t.Errorf("kind %d is called %q", int(k), k)
		}
	}
	if Kind(99).String() != "Kind(99)" {
		t.Errorf("an unknown kind is called %q", Kind(99))
	}
}
