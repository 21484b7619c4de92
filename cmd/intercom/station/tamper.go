package station

import (
	"log/slog"
	"time"
)

// tampered reports whether doors stay shut because somebody has opened the housing: while it is open, and for a time after.
func (s *Station) tampered() bool { return s.housingOpen || s.now.Before(s.tamperUntil) }

// tamper takes what the contact of the housing says. Whatever holds a door open lets go of it.
func (s *Station) tamper(in Input, open bool) {
	switch {
	case open == s.housingOpen:
	case open:
		s.housingOpen, s.tamperUntil = true, time.Time{}
		s.warn("the housing was opened: no door opens", slog.String("input", in.Name))
		s.do(Record{Kind: Tampered, Input: in.Name}, Tone{DoorAlarm})
		s.shutAll()
		s.remember()
	default:
		s.housingOpen, s.tamperUntil = false, s.now.Add(s.cfg.TamperBlock)
		s.note("the housing is closed: doors open again later", slog.Duration("next", s.cfg.TamperBlock))
		s.remember()
	}
}

// shutAll takes back what has been let go, and what was to follow.
func (s *Station) shutAll() {
	for _, d := range s.cfg.Doors {
		w := s.doorway(d.Name)
		w.held, w.next, w.dark, w.letGo = false, time.Time{}, time.Time{}, time.Time{}
		s.do(Shut{d.Name})
	}
}

// tamperEnds is due when doors open again.
func (s *Station) tamperEnds() {
	s.note("doors open again")
	s.do(Record{Kind: TamperOver})
	s.remember()
}
