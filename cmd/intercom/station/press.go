package station

import (
	"log/slog"
	"slices"
)

// press is a finger on a button. Between visits it rings the house; while the station is called it answers; in the
// button's own visit it hangs up or prolongs, as the house wants it. Another button's visit is left alone: one visitor does
// not cut off another.
func (s *Station) press(b *Button, targets []string) {
	s.pressed[b.Name] = s.now
	v := s.visit
	switch {
	case v == nil:
		s.ringHouse(b, targets)
	case v.in(offered) != nil:
		v.button = b.Name
		s.answer(v.in(offered))
	case v.button != "" && v.button != b.Name:
		s.note("pressed while another button's call is up", slog.String("button", b.Name))
	case s.cfg.PressAgain == PressAgainHangsUp:
		s.hangUp("pressed again: hung up")
	case s.cfg.PressAgain == PressAgainExtends:
		s.note("pressed again: the time begins anew", slog.String("button", b.Name))
		s.pressedOn()
	}
}

// pressedOn gives the visit more time.
func (s *Station) pressedOn() {
	switch {
	case s.visit.talking():
		s.prolong()
	case s.visit.hunt != nil:
		s.extend()
	}
}

// deaf reports whether a press does not count: too soon after the last that did.
func (s *Station) deaf(name string) bool {
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

func (s *Station) ringHouse(b *Button, targets []string) {
	s.note("pressed", slog.String("button", b.Name))
	s.do(Record{Kind: Rang, Button: b.Name})
	s.visit = &visit{button: b.Name, account: b.Account, from: *b, quiet: b.Quiet, fallback: b.Otherwise}
	if !b.Quiet && !s.quiet() {
		s.do(Tone{PleaseWait})
	}
	s.look(targets)
}
