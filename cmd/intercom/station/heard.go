package station

import "slices"

// hears makes what the visitor hears a function of the state: tones that go on, and the sound of which calls. It is told
// when it changes.
func (s *Station) hears() {
	if slices.ContainsFunc(s.out, func(a Action) bool { _, ok := a.(Tone); return ok }) {
		s.tone = "" // whatever was playing has given way
	}
	if want := s.toneWanted(); want != s.tone {
		s.tone = want
		if want == "" {
			s.do(StopTone{})
		} else {
			s.do(Tone{want})
		}
	}
	if want := s.volumeWanted(); want != s.volume {
		s.volume = want
		s.do(Volume{want})
	}
	if s.visit == nil {
		return
	}
	for _, c := range s.visit.calls {
		if want := s.mixWanted(c); want.Heard != c.mix.Heard || want.Hears != c.mix.Hears {
			c.mix = want
			s.do(want)
		}
	}
}

// toneWanted is the tone that goes on at the door, empty for none.
func (s *Station) toneWanted() string {
	v := s.visit
	switch {
	case v == nil, v.talking(), v.has(answering), v.hunt != nil && v.quiet, s.quiet():
		return ""
	case v.has(offered):
		return Alert
	case s.alone() != nil && s.alone().early:
		return "" // the other side has its own to say
	case v.has(alerting), v.has(confirming):
		return Ringback
	}
	return ""
}

// volumeWanted is what the house has chosen for this visit.
func (s *Station) volumeWanted() float64 {
	if s.visit == nil {
		return 0
	}
	return s.visit.volume
}

// alone is the only call of the visit; nil if there are several.
func (s *Station) alone() *call {
	if len(s.visit.calls) != 1 {
		return nil
	}
	return s.visit.calls[0]
}

// mixWanted is what a call has of the door's sound. Until it is answered, and confirmed where that is asked for, it hears
// nothing of the visitor; and the visitor hears an announcement only where a single telephone is called. The music of who holds
// is for the visitor alone: others would have to talk over it.
func (s *Station) mixWanted(c *call) Mix {
	m := Mix{Call: c.id}
	switch {
	case c.phase == answered:
		m.Heard, m.Hears = !c.held || s.alone() == c, !s.visit.muted
	case c.phase <= alerting && c.early && s.alone() == c:
		m.Heard = true
	}
	return m
}

// quiet reports whether it is the time at which nothing rings at the door.
func (s *Station) quiet() bool { return s.cfg.Quiet != "" && s.scheduled(s.cfg.Quiet) }
