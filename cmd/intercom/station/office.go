package station

import (
	"log/slog"
	"time"
)

// officeHours is how often it is looked at whether a door is to be held open by the time of day.
const officeHours = 30 * time.Second

// keepOffice holds the doors open whose schedule is on, and lets the others go. After a restart a door is held again only if its
// schedule is on then, the clock is set, and nobody has opened the housing: that is all asked anew.
func (s *Station) keepOffice() {
	s.officeAt = time.Time{}
	for _, d := range s.cfg.Doors {
		if d.OpenDuring != "" {
			s.officeAt = s.now.Add(officeHours)
		}
		s.keep(d, d.OpenDuring != "" && s.scheduled(d.OpenDuring) && !s.tampered())
	}
}

func (s *Station) keep(d Door, open bool) {
	w := s.doorway(d.Name)
	if w.held == open && !w.unsure {
		return
	}
	w.held, w.unsure = open, false
	if open {
		s.note("held open by its schedule", slog.String("door", d.Name))
		s.do(Record{Kind: Opened, Door: d.Name, Way: BySchedule}, Hold{d.Name})
		return
	}
	s.note("no longer held open", slog.String("door", d.Name))
	s.do(Record{Kind: HasShut, Door: d.Name, Way: BySchedule}, Shut{d.Name})
}
