package configs

import (
	"strings"
	"testing"
)

const lit = good + "[led]\nline = \"GPIO22\"\nactive_low = true\n"

// A configuration that is broken somewhere else can still blink.
func TestTheLightOfABrokenConfiguration(t *testing.T) {
	for name, text := range map[string]string{
		"a value":           strings.Replace(lit, `"3s"`, `"3h"`, 1),
		"a broken line":     strings.Replace(lit, `"20s"`, `"20s`, 1),
		"an unknown key":    strings.Replace(lit, "ring_time", "ring_tme", 1),
		"a missing account": lit[:strings.Index(lit, "[[account]]")] + lit[strings.Index(lit, "[led]"):],
		"a comment":         strings.Replace(lit, `"3s"`, "\"3h\" # the relay of the relay board\n# relay = \"GPIO22\"", 1),
	} {
		f := Files{Path: "x.toml", Text: []byte(text)}
		if _, faults := f.Check(); len(faults) == 0 {
			t.Errorf("%s: no fault", name)
		}
		b, ok := f.Light()
		if !ok || b.LED.Line != "GPIO22" || !b.LED.ActiveLow || b.Sound.Card != "none" || len(b.Doors)+len(b.Buttons)+len(b.Inputs) > 0 {
			t.Errorf("%s: %+v, %v, want the light and nothing else", name, b, ok)
		}
	}
}

// Attack: the light is wired, by one word or several, where a door's relay is. A light that blinks there opens the door.
func TestALightThatCouldBeADoor(t *testing.T) {
	onRelay := strings.Replace(lit, "GPIO22", "GPIO27", 1)
	for name, text := range map[string]string{
		"the same line":               onRelay,
		"by another name":             strings.Replace(lit, "GPIO22", "pin 13", 1),
		"by chip and number":          strings.Replace(lit, "GPIO22", "pinctrl-bcm2835:27", 1),
		"with a nought":               strings.Replace(lit, "GPIO22", "GPIO027", 1),
		"in other letters":            strings.Replace(lit, "GPIO22", "gpio27", 1),
		"the relay's line is broken":  strings.Replace(onRelay, `relay = "GPIO27"`, `relay = "GPIO27`, 1),
		"the relay has no quotes":     strings.Replace(onRelay, `relay = "GPIO27"`, `relay = GPIO27`, 1),
		"the relay is mistyped":       strings.Replace(onRelay, "relay", "rleay", 1),
		"the relay has another word":  strings.Replace(onRelay, "relay", "output", 1),
		"the relay is a number":       strings.Replace(onRelay, `"GPIO27"`, "27", 1),
		"the relay has no equals":     strings.Replace(onRelay, `relay = `, `relay `, 1),
		"the door is mistyped":        strings.Replace(onRelay, "[[door]]", "[[dor]]", 1),
		"the door has one bracket":    strings.Replace(onRelay, "[[door]]", "[[door]", 1),
		"the door is another table":   strings.Replace(onRelay, "[[door]]", "[[button]]", 1),
		"a second relay in one table": strings.Replace(lit, "pulse", "relay = \"GPIO22\"\npulse", 1),
		"nothing can be read":         "\x00",
		"the light is broken":         strings.Replace(lit, `line = "GPIO22"`, `line = "GPIO22`, 1),
		"the light is a number":       strings.Replace(lit, `"GPIO22"`, "22", 1),
		"no light":                    good,
		"an empty file":               "",
		"a board that there is not":   lit + "[board]\nmodel = \"pi\"\n",
	} {
		if b, ok := (Files{Path: "x.toml", Text: []byte(text)}).Light(); ok {
			t.Errorf("%s: it would blink on %q", name, b.LED.Line)
		}
	}
	f := Files{Path: "x.toml", Text: []byte(lit), Secrets: []byte("[[door]]\nname = \"side\"\nrelay = \"GPIO22\"\n")}
	if b, ok := f.Light(); ok {
		t.Errorf("a relay among the secrets: it would blink on %q", b.LED.Line)
	}
}

// Whatever a file holds: where the light is taken, no line that speaks of a relay speaks of the light's.
func FuzzLight(f *testing.F) {
	f.Add([]byte(lit))
	f.Add([]byte(strings.Replace(lit, "GPIO22", "GPIO27", 1)))
	f.Add([]byte("[led]\nline = \"a1\"\n[[door]]\nrelay = \"a2\" # relay\n"))
	f.Add([]byte("door = [{relay = \"a1\"}]\n[led]\nline = \"a2\"\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		b, ok := (Files{Path: "x.toml", Text: text}).Light()
		if !ok || b.Model == "sim" {
			return
		}
		if len(b.Doors) > 0 || b.LED.Line == "" {
			t.Fatalf("%+v", b)
		}
		for line := range strings.Lines(string(text)) {
			key, value, pair := strings.Cut(line, "=")
			if pair && strings.TrimSpace(key) == "relay" && strings.Trim(strings.TrimSpace(value), `"`) == b.LED.Line {
				t.Fatalf("the light is on a relay's line: %q", line)
			}
		}
	})
}
