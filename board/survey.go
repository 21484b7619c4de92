package board

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"intercom/hw/gpioline"
	"intercom/hw/soundcard"
)

// Chip is one GPIO chip of this computer with its lines.
type Chip = gpioline.Chip

// Line is one line of a Chip, and Place is where one is.
type (
	Line  = gpioline.Line
	Place = gpioline.Place
)

// SoundFormat is one way in which a card takes or gives samples.
type SoundFormat = soundcard.Format

// Survey is this computer's lines as they are found without taking any.
type Survey struct {
	Model    string // by its maker; "" where no device tree tells
	ModelErr error  // why this is no board for the configuration
	Chips    []Chip
	ChipsErr error // of the chips that cannot be opened
	Wired    []Wired
	LEDs     []string    // lights that the kernel has drivers for
	Header   []HeaderPin // by pin number; empty if the header is not known

	// KeepsOutputs: "Y" if the kernel leaves an output as it is when the program that drives it dies, "N" if it does not, ""
	// where it has no such setting.
	KeepsOutputs string
}

// Wired is a line that the configuration names.
type Wired struct {
	Use       string // "door front", as the kernel names who has taken the line
	Line      string // as in the configuration
	Output    bool
	ActiveLow bool
	At        gpioline.Place
	LED       string // in place of At: the kernel's name of a light of the board
	Err       error  // why there is no such line
}

// HeaderPin is one pin of the header.
type HeaderPin struct {
	Pin  int
	Text string // "GPIO17", "ground"
	Line string // "pinctrl-bcm2835:17"; empty if it is no line
}

// LookAround finds out what the lines of a Config are on this computer, whose file tree begins at root.
func LookAround(cfg Config, root string) Survey {
	s := Survey{KeepsOutputs: keepsOutputs(root)}
	s.Model, _ = deviceTreeModel(root)
	s.Chips, s.ChipsErr = gpioline.Chips()
	cfg.Log = nil
	l, err := detect(cfg, root)
	if s.ModelErr = err; err != nil {
		l = &linux{model: s.Model}
	}
	s.Wired = wired(cfg)
	s.LEDs = kernelLEDs(root)
	for i := range s.Wired {
		s.locate(&s.Wired[i], l, cfg.Sound.Card)
	}
	s.Header = headerPins(l.profile)
	return s
}

// locate finds one line.
func (s Survey) locate(w *Wired, l *linux, card string) {
	if name, ok := strings.CutPrefix(w.Line, kernelLED); ok && w.Use == "led" {
		if w.LED = name; !slices.Contains(s.LEDs, name) {
			w.Err = fmt.Errorf("board: this computer has no light %q; it has: %s", name, orDefault(strings.Join(s.LEDs, ", "), "none"))
		}
		return
	}
	address, err := l.address(w.Line)
	if err == nil {
		w.At, err = gpioline.Find(address, s.Chips)
	}
	if err == nil {
		err = l.refuses(w.Line, address, card, strings.HasPrefix(w.Use, "door "))
	}
	w.Err = err
}

// kernelLEDs lists the lights that the kernel has drivers for.
func kernelLEDs(root string) []string {
	found, _ := os.ReadDir(filepath.Join(root, "sys/class/leds")) // without the directory there are none
	var names []string
	for _, f := range found {
		names = append(names, f.Name())
	}
	return names
}

// wired lists the lines of a configuration, what drives something first.
func wired(cfg Config) []Wired {
	var all []Wired
	for _, d := range cfg.Doors {
		all = append(all, Wired{Use: "door " + d.Name, Line: d.Relay, Output: true, ActiveLow: d.ActiveLow})
	}
	if cfg.LED.Line != "" {
		all = append(all, Wired{Use: "led", Line: cfg.LED.Line, Output: true, ActiveLow: cfg.LED.ActiveLow})
	}
	for _, b := range cfg.Buttons {
		all = append(all, Wired{Use: "button " + b.Name, Line: b.Line, ActiveLow: b.ActiveLow})
	}
	for _, i := range cfg.Inputs {
		all = append(all, Wired{Use: "input " + i.Name, Line: i.Line, ActiveLow: i.ActiveLow})
	}
	return all
}

// Ours tells whether the line is taken by a station that runs with this configuration.
func (w Wired) Ours() bool { return w.At.Consumer == cut(consumer(w.Use)) }

// cut is what the kernel keeps of a consumer's name.
func cut(name string) string { return name[:min(len(name), 31)] }

func headerPins(b profile) []HeaderPin {
	var all []HeaderPin
	for n, text := range b.header {
		if text == "" {
			continue
		}
		p := HeaderPin{Pin: n, Text: text}
		if b.isLine(text) {
			p.Line, _ = b.address(text)
		}
		all = append(all, p)
	}
	return all
}

// keepsOutputs is the kernel's setting of what becomes of an output whose program has died.
func keepsOutputs(root string) string {
	kept := ""
	for _, driver := range []string{"pinctrl_bcm2835", "pinctrl_rp1"} {
		text, err := os.ReadFile(filepath.Join(root, "sys/module", driver, "parameters/persist_gpio_outputs"))
		if setting := strings.TrimSpace(string(text)); err == nil && kept != "Y" {
			kept = setting
		}
	}
	return kept
}

// ChooseCard tells which of the cards that Cards has found a SoundConfig means.
func ChooseCard(c SoundConfig, all []SoundInfo) (microphone, loudspeaker SoundInfo, err error) {
	return soundcard.Choose(c.Card, all)
}

// MixerControls asks a card, by its ALSA id, how its mixer is set.
func MixerControls(id string) (all []MixerControl, err error) {
	card, err := OpenMixer(id)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, card.Close()) }()
	return card.Controls()
}
