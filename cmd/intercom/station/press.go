package station

import (
	"log/slog"
	"slices"
)

// press is a finger on a button. Between calls it rings the house; while the station is called it answers; in the
// button's own call it hangs up, if it may. Another button's call is left alone: one visitor does not cut off another.
func (s *Station) press(name string) {
	if s.deaf(name) {
		return
	}
	s.pressed[name] = s.now
	switch c := s.call; {
	case c == nil:
		s.ringHouse(name)
	case c.phase == offered:
		c.button = name
		s.answer()
	case c.button != "" && c.button != name:
		s.note("pressed while another button's call is up", slog.String("button", name), c.attr())
	case s.cfg.PressAgainHangsUp:
		s.hangUp("pressed again: hung up")
	}
}

// deaf reports whether a press does not count: too soon after the last that did, or of a button that we do not have.
func (s *Station) deaf(name string) bool {
	if s.button(name) == nil {
		return true
	}
	last, ok := s.pressed[name]
	return ok && s.now.Sub(last) < s.cfg.ButtonLock
}

func (s *Station) button(name string) *Button {
	i := slices.IndexFunc(s.cfg.Buttons, func(b Button) bool { return b.Name == name })
	if i < 0 {
		return nil
	}
	return &s.cfg.Buttons[i]
}

func (s *Station) ringHouse(name string) {
	b := s.button(name)
	s.note("pressed", slog.String("button", name))
	s.call = &call{button: name, account: b.Account, targets: b.Call, mayOpen: true}
	s.dialNext()
}
