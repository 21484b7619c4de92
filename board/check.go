package board

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"intercom/hw/mixer"
	"intercom/hw/relay"
)

// ConfigFault is one value that cannot be. Path is its place in the file, with the index of a repeated table counted from
// 0 ("button.0.pull").
type ConfigFault struct {
	Path string
	Text string // what is wrong
	Want string // what would be right
}

func (f ConfigFault) Error() string { return fmt.Sprintf("%s: %s; %s", f.Path, f.Text, f.Want) }

// Check finds everything that cannot be in a Config. Whether the lines and the card exist shows when the board is opened.
func (c Config) Check() []ConfigFault {
	k := checker{lines: map[string]string{}}
	k.oneOf("board.model", c.Model, append([]string{""}, Models()...)...)
	k.profile, _ = profileOf(c.Model)
	if c.Model == "linux" {
		k.profile = unknownBoard(c.Model)
	}
	k.card = c.Sound.Card
	for i, b := range c.Buttons {
		k.button(fmt.Sprintf("button.%d.", i), b, c.Model == "sim")
	}
	for i, d := range c.Doors {
		k.door(fmt.Sprintf("door.%d.", i), d, c.Doors, c.Model == "sim")
	}
	for i, in := range c.Inputs {
		k.input(fmt.Sprintf("input.%d.", i), in, c.Doors, c.Model == "sim")
	}
	k.line("led.line", "the light", c.LED.Line, true)
	if c.LED.ActiveLow && strings.HasPrefix(c.LED.Line, kernelLED) {
		k.fault("led.active_low", "leave it away", "the kernel knows itself which way %q shines", c.LED.Line)
	}
	k.sound(c)
	return k.faults
}

type checker struct {
	faults []ConfigFault
	names  []string          // of buttons, doors and inputs, each behind its kind
	lines  map[string]string // whose, by address as far as the board is known

	profile profile // of the board that is named; else it is not known before the board is opened
	card    string
}

func (k *checker) fault(path, want, text string, a ...any) {
	k.faults = append(k.faults, ConfigFault{Path: path, Text: fmt.Sprintf(text, a...), Want: want})
}

func (k *checker) button(path string, b ButtonConfig, sim bool) {
	k.name(path, "button ", b.Name)
	k.line(path+"line", fmt.Sprintf("button %q", b.Name), b.Line, sim)
	k.oneOf(path+"pull", b.Pull, "", "up", "down", "off", "keep")
	k.between(path+"debounce", b.Debounce, 5*time.Millisecond, time.Second)
	k.between(path+"shortest_press", b.ShortestPress, time.Millisecond, 5*time.Second)
}

func (k *checker) door(path string, d DoorConfig, all []DoorConfig, sim bool) {
	k.name(path, "door ", d.Name)
	k.line(path+"relay", fmt.Sprintf("door %q", d.Name), d.Relay, sim)
	if address, err := k.profile.address(d.Relay); err == nil {
		if why := k.profile.notForRelays(address); why != "" {
			k.fault(path+"relay", "take another line", "%q is no line for a relay: %s", d.Relay, why)
		}
	}
	k.oneOf(path+"kind", d.Kind, "", Monostable, Bistable)
	k.between(path+"pre_delay", d.PreDelay, 0, relay.MaxDelay)
	k.interlock(path+"interlock.", d, all)
}

// name refuses two of a kind with one name.
func (k *checker) name(path, kind, name string) {
	switch {
	case name == "":
		k.fault(path+"name", "give it one of its own", "it has no name")
	case slices.Contains(k.names, kind+name):
		k.fault(path+"name", "give each its own", "%q is the name of another %stoo", name, kind)
	}
	k.names = append(k.names, kind+name)
}

// otherThan refuses a name that something of another kind has: the log, and a script, know an input or a button by its name
// alone.
func (k *checker) otherThan(path, kind, name string) {
	if name != "" && slices.Contains(k.names, kind+name) {
		k.fault(path+"name", "give each its own", "%q is the name of a %stoo", name, kind)
	}
}

// line refuses two uses of one line. A simulated board needs none.
func (k *checker) line(path, use, line string, mayBeEmpty bool) {
	if line == "" {
		if !mayBeEmpty {
			k.fault(path, `"GPIO17", "pin 11" and "pinctrl-bcm2835:17" are examples`, "it has no line")
		}
		return
	}
	address, err := line, error(nil)
	if k.profile.name != "" {
		address, err = k.profile.address(line)
	}
	whose, taken := k.lines[address]
	switch {
	case err != nil:
		k.fault(path, "take a line of this board", "%s", strings.TrimPrefix(err.Error(), "board: "))
		return
	case taken:
		k.fault(path, "take another: a line has one use", "%q is the line of %s already", line, whose)
	case k.profile.hasSound(address, k.card) != "":
		k.fault(path, "take another line", "%q is not free: %s", line, k.profile.hasSound(address, k.card))
	}
	k.lines[address] = use
}

func (k *checker) oneOf(path, got string, allowed ...string) {
	if !slices.Contains(allowed, got) {
		quoted := strings.Join(allowed[1:], `", "`)
		k.fault(path, `one of "`+quoted+`" would do`, "%q is unknown", got)
	}
}

// between refuses a duration out of its bounds; none at all is the default.
func (k *checker) between(path string, got, low, high time.Duration) {
	if got != 0 && (got < low || got > high) {
		k.fault(path, fmt.Sprintf("%v to %v would do", low, high), "%v is out of bounds", got)
	}
}

func (k *checker) sound(c Config) {
	s := c.Sound
	k.oneOf("sound.mixer_profile", s.MixerProfile, append([]string{"", mixer.Auto, mixer.None}, mixer.Profiles()...)...)
	if s.Card == "wav" {
		if c.Model != "sim" {
			k.fault("sound.card", `"default", "null", "none" or a card's name would do`, `"wav" is for board.model = "sim" only`)
		}
		return
	}
	if s.Microphone != "" {
		k.fault("sound.microphone", `leave it away, or set card = "wav"`, "only card \"wav\" hears a file, not %q", s.Card)
	}
	if s.Speaker != "" {
		k.fault("sound.speaker", `leave it away, or set card = "wav"`, "only card \"wav\" records into a file, not %q", s.Card)
	}
}
