package board

import (
	"log/slog"
	"time"

	"intercom/hw/led"
	"intercom/hw/mixer"
)

// Config says which board this is and what is wired to it. Zero values of the fields mean the default that is named with
// each. A line of the header is written as its kernel name ("GPIO17"), as a pin of the header ("pin 11") or as chip label
// and offset ("pinctrl-bcm2835:17").
type Config struct {
	// Model is "auto" (the default: the board is recognised by its device tree), the name of a board ("raspberry-pi-4"; Models
	// lists them), "linux" (any board, without a table of its header) or "sim" (no hardware).
	Model string `toml:"model"`

	Buttons []ButtonConfig `toml:"button"`
	Doors   []DoorConfig   `toml:"door"`
	Inputs  []InputConfig  `toml:"input"`
	LED     LEDConfig      `toml:"led"`
	Sound   SoundConfig    `toml:"sound"`

	// Log gets what a caretaker would read. Nil discards it.
	Log *slog.Logger `toml:"-"`

	// OnRelay is told how the relay of a door does, the first of Doors being 0: before it leaves its rest, every SignEvery as long as
	// what brings it back is alive, and when it is at rest again. Several goroutines call it; it must not block nor use the board.
	OnRelay func(door int, s RelayState) `toml:"-" json:"-"`
}

// ButtonConfig is one call button.
type ButtonConfig struct {
	// Name is what the rest of the configuration calls the button.
	Name string `toml:"name"`

	// Line is the input that the button is wired to.
	Line string `toml:"line"`

	// ActiveLow is true for a button between the line and ground, false (the default) for one between the line and 3.3 V.
	ActiveLow bool `toml:"active_low"`

	// Pull is the resistor in the chip: "up", "down", "off", or "keep" for what the kernel has set. The default follows
	// ActiveLow: up for a button to ground, else down.
	Pull string `toml:"pull"`

	// Debounce is how long the contact must be steady to count: 5ms to 1s, 50ms by default.
	Debounce time.Duration `toml:"debounce"`

	// ShortestPress is the shortest press that counts, up to 5s, 80ms by default.
	ShortestPress time.Duration `toml:"shortest_press"`
}

// DoorConfig is one door opener.
type DoorConfig struct {
	// Name is what the rest of the configuration calls the door.
	Name string `toml:"name"`

	// Relay is the output that drives the opener's relay.
	Relay string `toml:"relay"`

	// ActiveLow is true for a relay board that switches on at a low level. The default is false.
	ActiveLow bool `toml:"active_low"`

	// Kind is "monostable" (the default: the relay closes for a while and is never closed for longer than 30 s) or "bistable": it can
	// also be held, until it is closed again or the program ends. Both rest when the program starts.
	Kind string `toml:"kind"`

	// PreDelay is how long the relay waits before it closes: up to 10s, 0s by default. Closing the door calls it off.
	PreDelay time.Duration `toml:"pre_delay"`

	// Interlock lists doors that must be at rest for this one to open, and the other way round. None by default.
	Interlock []string `toml:"interlock"`
}

// LEDConfig is the status light.
type LEDConfig struct {
	// Line is the output that drives the light, or an LED that the kernel has a driver for: "led:ACT" is the one on a Raspberry
	// Pi. Empty, the default, means that there is none.
	Line string `toml:"line"`

	// ActiveLow is true for a light that shines at a low level. The default is false.
	ActiveLow bool `toml:"active_low"`
}

// SoundConfig is the sound card: microphone and loudspeaker.
type SoundConfig struct {
	// Card is "default", a part of the card's name or ALSA id ("Device", "wm8960soundcard"), "null" for a card that hears
	// silence, or "none". A simulated board also has "wav". Empty means "default".
	Card string `toml:"card"`

	// MixerProfile is whose volumes and switches the card gets: "auto" (which empty means too) those of the kind of card that it
	// is, "none" those that it has, or one of mixer.Profiles.
	MixerProfile string `toml:"mixer_profile"`

	// Mixer sets single controls by the kernel's names, before those of the profile: "80%", "-6dB", "12", "on", the name of a choice.
	Mixer map[string]string `toml:"mixer"`

	// Microphone is the WAV file that card "wav" hears. Empty means silence.
	Microphone string `toml:"microphone"`

	// Speaker is the WAV file into which card "wav" records its loudspeaker. Empty means that nothing is recorded.
	Speaker string `toml:"speaker"`
}

// The kinds of a door's relay.
const (
	Monostable = "monostable"
	Bistable   = "bistable"
)

// Defaults of the zero values in Config.
const (
	DefaultDebounce      = 50 * time.Millisecond
	DefaultShortestPress = 80 * time.Millisecond
)

// Default is a board that is recognised by itself, with nothing wired to it but the sound card.
func Default() Config {
	return Config{Model: "auto", Sound: SoundConfig{Card: "default", MixerProfile: mixer.Auto}}
}

// Patterns lists the names that Light knows.
func Patterns() []string { return led.Names() }

func orDefault[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}

func (c Config) logger() *slog.Logger {
	if c.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return c.Log
}
