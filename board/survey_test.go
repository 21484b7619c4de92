package board

import (
	"strings"
	"testing"

	"intercom/hw/gpioline"
)

func TestLookingAroundWithoutABoard(t *testing.T) {
	root := tree(t, map[string]string{
		"sys/class/leds/ACT/brightness":                              "0",
		"sys/module/pinctrl_bcm2835/parameters/persist_gpio_outputs": "Y\n",
	})
	cfg := Config{Model: "linux", Doors: []DoorConfig{{Name: "front", Relay: "nowhere:27"}}, LED: LEDConfig{Line: "led:ACT"},
		Buttons: []ButtonConfig{{Name: "bell", Line: "nowhere:17"}}, Inputs: []InputConfig{{Name: "exit", Line: "pin 3"}}}
	s := LookAround(cfg, root)
	if s.KeepsOutputs != "Y" || len(s.LEDs) != 1 || len(s.Wired) != 4 {
		t.Fatalf("%+v", s)
	}
	for i, want := range []string{"no line is", "", "no line is", "pin 3"} {
		if err := s.Wired[i].Err; (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", s.Wired[i].Use, err, want)
		}
	}
	cfg.LED.Line = "led:PWR"
	if err := LookAround(cfg, root).Wired[1].Err; err == nil || !strings.Contains(err.Error(), "ACT") {
		t.Errorf("a light that is not there: %v", err)
	}
}

func TestLocatingOnAPi(t *testing.T) {
	p, ok := profileOf("raspberry-pi-zero-2")
	if !ok {
		t.Fatal("no profile")
	}
	lines := make([]gpioline.Line, 54)
	lines[27] = gpioline.Line{Used: true, Consumer: "intercom door front"}
	s := Survey{Chips: []Chip{{Label: bcm2835, Lines: lines}}}
	for _, c := range []struct {
		w     Wired
		card  string
		ours  bool
		fault string
	}{
		{Wired{Use: "door front", Line: "pin 13"}, "", true, ""},
		{Wired{Use: "door back", Line: "GPIO27"}, "", false, ""},
		{Wired{Use: "door front", Line: "GPIO14"}, "", false, "serial console"},
		{Wired{Use: "button bell", Line: "GPIO14"}, "", false, ""},
		{Wired{Use: "door front", Line: "GPIO19"}, "wm8960", false, "sound of a HAT"},
	} {
		s.locate(&c.w, &linux{profile: p}, c.card)
		if c.fault != "" {
			if c.w.Err == nil || !strings.Contains(c.w.Err.Error(), c.fault) {
				t.Errorf("%s at %s: %v, want %q", c.w.Use, c.w.Line, c.w.Err, c.fault)
			}
		} else if c.w.Err != nil || c.w.Ours() != c.ours {
			t.Errorf("%s at %s: %v, ours: %v", c.w.Use, c.w.Line, c.w.Err, c.w.Ours())
		}
	}
	if pins := headerPins(p); len(pins) != 40 || pins[10].Text != "GPIO17" || pins[10].Line != bcm2835+":17" || pins[5].Line != "" {
		t.Errorf("%+v", pins)
	}
}
