package station

import (
	"log/slog"
	"strings"
)

// A Key is something that the house can do in a call with the keys of its telephone.
type Key struct {
	// Keys are what is typed: a star, then digits.
	Keys string `toml:"keys"`
	// Does says what for: "prolong", "mute", "louder", "softer", "hang-up", or "light" for the
	// relay of Light.
	Does string `toml:"does"`
	// Light is the name of a [[door]] with light = true.
	Light string `toml:"light"`
}

// What a Key does.
const (
	KeyProlongs = "prolong" // the time that the call may take begins anew
	KeyMutes    = "mute"    // the house no longer hears the door, or hears it again
	KeyLouder   = "louder"  // the house, at the door
	KeySofter   = "softer"
	KeyHangsUp  = "hang-up"
	KeyLights   = "light"

	volumeStep = 4.0 // dB
	volumeMost = 12.0
)

func keyActions() []string {
	return []string{KeyProlongs, KeyMutes, KeyLouder, KeySofter, KeyHangsUp, KeyLights}
}

// key takes one key from the other end of a call: of who has not said yet that he is a person, of the menu, or of a code.
func (s *Station) key(e Digit) {
	c := s.current(e.Call)
	switch {
	case c == nil:
	case c.phase == confirming:
		s.confirmed(c, e.Digit)
	case c.phase == answered && s.menu(c, e.Digit):
		c.attempt.clear()
	default:
		s.digit(e)
	}
}

// menu follows what is typed after a star, and reports whether it was one of the menu's rows of keys to its end. What is
// not is left to the codes.
func (s *Station) menu(c *call, key byte) bool {
	switch {
	case key == '*':
		c.keys = "*"
		return false
	case c.keys == "":
		return false
	}
	c.keys += string(key)
	begun := false
	for _, k := range s.cfg.Keys {
		if k.Keys == c.keys {
			c.keys = ""
			s.obey(c, k)
			return true
		}
		begun = begun || strings.HasPrefix(k.Keys, c.keys)
	}
	if !begun {
		c.keys = ""
	}
	return false
}

func (s *Station) obey(c *call, k Key) {
	s.note("a key of the menu", slog.String("action", k.Does), slog.String("peer", c.peer), c.attr())
	v := s.visit
	switch k.Does {
	case KeyProlongs:
		s.prolong()
	case KeyMutes:
		v.muted = !v.muted
	case KeyLouder:
		v.volume = min(v.volume+volumeStep, volumeMost)
	case KeySofter:
		v.volume = max(v.volume-volumeStep, -volumeMost)
	case KeyHangsUp:
		s.hangUp("hung up by key")
	case KeyLights:
		s.switchLight(k.Light)
	}
}

// switchLight pulls the relay of a light. That of a door stays as it is: no door opens without a code.
func (s *Station) switchLight(name string) {
	if d := s.doorNamed(name); d != nil && d.Light {
		s.pull(*d)
	}
}
