package board

import (
	"fmt"
	"time"

	"intercom/hw/button"
	"intercom/hw/contact"

	"periph.io/x/conn/v3/gpio"
)

// The uses of an input.
const (
	UseContact = "contact" // a door's reed switch: on while the door is open
	UseExit    = "exit"    // a button inside that opens a door: on while it is pressed
	UseTamper  = "tamper"  // a switch of the housing: on while it is open
)

// InputConfig is one input beside the call buttons.
type InputConfig struct {
	// Name is what the rest of the configuration calls the input.
	Name string `toml:"name"`

	// Line is the input's line.
	Line string `toml:"line"`

	// Use is "contact", "exit" or "tamper".
	Use string `toml:"use"`

	// Door is the door that a contact or an exit button belongs to.
	Door string `toml:"door"`

	// Normally is the contact while nothing is the matter (the door is shut, nobody presses, the housing is closed): "open" or
	// "closed". Empty means "open" for an exit button and "closed" for the others, so that a cut wire shows.
	Normally string `toml:"normally"`

	// ActiveLow is true for a contact between the line and ground, false (the default) for one between the line and 3.3 V.
	ActiveLow bool `toml:"active_low"`

	// Pull is the resistor in the chip, as a button's.
	Pull string `toml:"pull"`

	// Debounce is how long the contact must be steady to count: 5ms to 10s, 50ms by default.
	Debounce time.Duration `toml:"debounce"`
}

// normallyClosed says whether the contact is closed while nothing is the matter.
func (c InputConfig) normallyClosed() bool {
	if c.Normally == "" {
		return c.Use != UseExit
	}
	return c.Normally == "closed"
}

// Input is one input beside the call buttons.
type Input struct {
	Name string
	*contact.Contact
}

// openInput begins to watch an input. An exit button that is pressed at the start counts as not pressed until somebody lets
// go of it: a wire that chafed through must not open the door after each power cut.
func (b *Board) openInput(c InputConfig) error {
	closed := gpio.Level(c.normallyClosed())
	pin, err := b.hw.Input(InputLine{Use: "input " + c.Name, Name: c.Name, Line: c.Line, ActiveLow: c.ActiveLow,
		Pull: pull(c.Pull, c.ActiveLow), Rest: closed})
	if err != nil {
		return err
	}
	w := contact.Watch(pin, contact.Options{
		Stable:  orDefault(c.Debounce, DefaultDebounce),
		Mute:    c.Use == UseExit,
		Stuck:   stuckAfter(c.Use),
		OnAt:    !closed,
		OnEvent: func(e contact.Event) { b.inputChanged(c.Name, e) },
		OnFault: func(err error) { b.fault(c.Name, err) },
	})
	b.inputs = append(b.inputs, &Input{c.Name, w})
	return nil
}

// stuckAfter is for exit buttons: doors and housings may stand open.
func stuckAfter(use string) time.Duration {
	if use == UseExit {
		return button.StuckAfter
	}
	return 0
}

func (b *Board) inputChanged(name string, e contact.Event) {
	kind := InputOff
	switch {
	case e.Stuck:
		kind = ButtonStuck
	case e.On:
		kind = InputOn
	}
	b.events.emit(Event{At: e.At, Kind: kind, Name: name})
}

// pull is the resistor in the chip of a contact to ground (active low) or to 3.3 V.
func pull(written string, activeLow bool) gpio.Pull {
	switch {
	case written == "up", written == "" && activeLow:
		return gpio.PullUp
	case written == "down", written == "":
		return gpio.PullDown
	case written == "off":
		return gpio.Float
	}
	return gpio.PullNoChange
}

func (k *checker) input(path string, c InputConfig, doors []DoorConfig, sim bool) {
	k.name(path, "input ", c.Name)
	k.otherThan(path, "button ", c.Name)
	k.line(path+"line", fmt.Sprintf("input %q", c.Name), c.Line, sim)
	if c.Use == "" {
		k.fault(path+"use", `"contact", "exit" or "tamper"`, "it has no use")
	} else {
		k.oneOf(path+"use", c.Use, "", UseContact, UseExit, UseTamper)
	}
	k.oneOf(path+"normally", c.Normally, "", "open", "closed")
	k.oneOf(path+"pull", c.Pull, "", "up", "down", "off", "keep")
	k.between(path+"debounce", c.Debounce, 5*time.Millisecond, 10*time.Second)
	k.doorOf(path+"door", c, doors)
}

// doorOf refuses a door that there is not. A contact and an exit button are of no use without one.
func (k *checker) doorOf(path string, c InputConfig, doors []DoorConfig) {
	for _, d := range doors {
		if d.Name == c.Door && c.Door != "" {
			return
		}
	}
	switch {
	case c.Door != "":
		k.fault(path, "name one of [[door]]"+quotedDoors(doors), "there is no door %q", c.Door)
	case c.Use == UseContact, c.Use == UseExit:
		k.fault(path, "name one of [[door]]"+quotedDoors(doors), "an input for %q needs its door", c.Use)
	}
}

// quotedDoors is `: "front", "gate"`, empty without a door.
func quotedDoors(doors []DoorConfig) string {
	s := ""
	for i, d := range doors {
		sep := ", "
		if i == 0 {
			sep = ": "
		}
		s += fmt.Sprintf("%s%q", sep, d.Name)
	}
	return s
}
