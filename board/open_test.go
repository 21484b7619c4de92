package board

import (
	"bytes"
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
	orange := tree(t, map[string]string{"proc/device-tree/model": "A board of mine\x00"})
	pc := tree(t, nil)
	for _, c := range []struct{ root, config, want, fault string }{
		{orange, "auto", "A board of mine", ""},
		{orange, "", "A board of mine", ""},
		{orange, "linux", "A board of mine", ""},
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

// A Raspberry Pi that came after this program has the chip that it shows.
func TestARaspberryPiWithoutAProfileIsKnownByItsChip(t *testing.T) {
	for label, others := range map[string][]string{
		"pinctrl-rp1":     {"gpio-brcmstb@107d508500", "gpio-brcmstb@107d508520"},
		"pinctrl-bcm2711": {"raspberrypi-exp-gpio"},
		"pinctrl-bcm2835": {"brcmvirt-gpio", "raspberrypi-exp-gpio"},
	} {
		var chips []gpioline.Chip
		for _, l := range append(others, label) {
			chips = append(chips, gpioline.Chip{Label: l})
		}
		p, ok := anyRaspberryPi(chips)
		if got, err := p.address("GPIO17"); !ok || err != nil || got != label+":17" {
			t.Errorf("%s: GPIO17 is %s, %v", label, got, err)
		}
	}
	if _, ok := anyRaspberryPi(nil); ok {
		t.Error("without a chip there is a header")
	}
}

// warned is what the log says of relays on a Raspberry Pi with these files.
func warned(t *testing.T, files map[string]string, doors ...DoorConfig) string {
	t.Helper()
	var log bytes.Buffer
	p, _ := profileOf("raspberry-pi-3")
	warnOfRelays(tree(t, files), &linux{profile: p, log: slog.New(slog.NewTextHandler(&log, nil))}, doors)
	return log.String()
}

func TestKeptOutputsAreWarnedOf(t *testing.T) {
	const kept = "sys/module/pinctrl_bcm2835/parameters/persist_gpio_outputs"
	doors := []DoorConfig{{Name: "front", Relay: "pin 13"}, {Name: "gate", Relay: "GPIO5", ActiveLow: true}, {Name: "yard", Relay: "expander:3"}}
	for _, c := range []struct {
		files map[string]string
		want  string
	}{
		{map[string]string{kept: "Y\n"}, `lines="dtparam=strict_gpiod; gpio=27=op,dl; gpio=5=op,dh"`},
		{map[string]string{kept: "Y\n", "boot/firmware/config.txt": "gpio=27=op,dl\n"}, `lines="dtparam=strict_gpiod; gpio=5=op,dh"`},
		{map[string]string{"sys/module/pinctrl_rp1/parameters/persist_gpio_outputs": "Y\n"}, "strict_gpiod"},
		{map[string]string{kept: "N\n"}, ""},
		{nil, ""},
	} {
		if got := warned(t, c.files, doors...); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%v: log %q, want %q in it", c.files, got, c.want)
		}
	}
}

// A relay that closes when it is high, on a line that is pulled up while the computer starts, opens the door after each power
// cut.
func TestARelayThatThePullClosesIsWarnedOf(t *testing.T) {
	for _, c := range []struct {
		door   DoorConfig
		config string
		want   string
	}{
		{DoorConfig{Name: "front", Relay: "GPIO5"}, "", "line=\"gpio=5=op,dl\""},
		{DoorConfig{Name: "front", Relay: "pin 29"}, "", "relay=GPIO5"},
		{DoorConfig{Name: "front", Relay: "GPIO5"}, "[all]\ngpio=5=op,dl\n", ""},
		{DoorConfig{Name: "front", Relay: "GPIO5"}, "#gpio=5=op,dl\r\n", "relay=GPIO5"},
		{DoorConfig{Name: "front", Relay: "GPIO5", ActiveLow: true}, "", ""},
		{DoorConfig{Name: "front", Relay: "GPIO17"}, "", ""},
	} {
		files := map[string]string{"boot/config.txt": c.config}
		if got := warned(t, files, c.door); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%+v: log %q, want %q in it", c.door, got, c.want)
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
