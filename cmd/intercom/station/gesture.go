package station

import "time"

const (
	// longPress is how long a button must be held for a long press.
	longPress = time.Second
	// doublePress is how soon after its release a button must be pressed again for a double press.
	doublePress = 400 * time.Millisecond
)

// A finger is a press of which it is not known yet what it means. There are none at buttons that mean one thing only: those
// are heard at once.
type finger struct {
	held  bool
	until time.Time // its meaning is decided then
}

// down is the beginning of a press.
func (s *Station) down(name string) {
	b := s.button(name)
	if b == nil {
		return
	}
	f, pending := s.fingers[name]
	switch {
	case pending && f.held:
		return // the release was lost, or is to come
	case pending:
		delete(s.fingers, name)
		s.press(b, b.DoublePress)
	case s.deaf(name):
	case len(b.LongPress) > 0:
		s.fingers[name] = &finger{held: true, until: s.now.Add(longPress)}
	case len(b.DoublePress) > 0:
		s.fingers[name] = &finger{held: true, until: s.now.Add(longPress)}
	default:
		s.press(b, b.Call)
	}
}

// up is the end of a press. A short one is known to be no double press a moment later.
func (s *Station) up(name string) {
	f, pending := s.fingers[name]
	if !pending || !f.held {
		return
	}
	f.held = false
	if b := s.button(name); b != nil && len(b.DoublePress) > 0 {
		f.until = s.now.Add(doublePress)
		return
	}
	s.decide(name, f)
}

// decide gives a press its meaning.
func (s *Station) decide(name string, f *finger) {
	delete(s.fingers, name)
	b := s.button(name)
	switch {
	case b == nil: // other rules have come meanwhile
	case f.held && len(b.LongPress) > 0:
		s.press(b, b.LongPress)
	default:
		s.press(b, b.Call)
	}
}
