package station

import "time"

// A calendar knows which schedules are on.
type calendar struct {
	place    *time.Location
	windows  map[string][]window
	holidays map[holiday]bool
}

// newCalendar leaves out what Check refuses: such a schedule is never on.
func newCalendar(cfg Config) calendar {
	c := calendar{place: cfg.Location, windows: map[string][]window{}, holidays: map[holiday]bool{}}
	if c.place == nil {
		c.place = time.Local
	}
	for _, s := range cfg.Schedules {
		if w, err := s.parse(); err == nil {
			c.windows[s.Name] = append(c.windows[s.Name], w)
		}
	}
	for _, text := range cfg.Holidays {
		if h, err := parseHoliday(text); err == nil {
			c.holidays[h] = true
		}
	}
	return c
}

// clockIsSet tells the time of day from that of a board which has no battery and has not heard of the time yet.
func clockIsSet(now time.Time) bool { return now.Year() >= 2025 }

// active reports whether a schedule is on. None is while the clock is not set, so that nothing opens by a time that nobody
// knows.
func (c calendar) active(name string, now time.Time) bool {
	if !clockIsSet(now) {
		return false
	}
	here := now.In(c.place)
	for _, w := range c.windows[name] {
		for day := -1; day <= 1; day++ {
			if c.within(w, here, day) {
				return true
			}
		}
	}
	return false
}

// within reports whether now lies in the window that begins so many days after today.
func (c calendar) within(w window, now time.Time, days int) bool {
	year, month, day := now.Date()
	// Noon is on the same day in every zone's summer and winter.
	start := time.Date(year, month, day+days, 12, 0, 0, 0, time.UTC)
	if !w.starts(start.Weekday(), c.holiday(start)) {
		return false
	}
	return !now.Before(c.at(start, w.from)) && now.Before(c.at(start, w.to))
}

func (c calendar) holiday(t time.Time) bool {
	year, month, day := t.Date()
	return c.holidays[holiday{year, month, day}] || c.holidays[holiday{0, month, day}]
}

// at is when the clocks first show a time, in minutes after the midnight that a date begins with. Where the clocks are set
// back it comes twice and the first counts, so that of two windows that meet there one ends as the other begins. Where
// they are set forward over it, it comes when they are.
func (c calendar) at(date time.Time, minutes int) time.Time {
	year, month, day := date.Date()
	shown := time.Date(year, month, day, 0, minutes, 0, 0, time.UTC) // what the clocks show, as if they were in UTC
	_, before := shown.Add(-24 * time.Hour).In(c.place).Zone()
	_, after := shown.Add(24 * time.Hour).In(c.place).Zone()
	earlier := shown.Add(-time.Duration(max(before, after)) * time.Second).In(c.place)
	later := shown.Add(-time.Duration(min(before, after)) * time.Second).In(c.place)
	switch {
	case shows(earlier, shown):
		return earlier
	case shows(later, shown):
		return later
	}
	set, _ := later.ZoneBounds()
	return set
}

// shows reports whether the clocks read the same at t as at a time in UTC.
func shows(t, shown time.Time) bool {
	_, offset := t.Zone()
	return t.Add(time.Duration(offset) * time.Second).Equal(shown)
}

// scheduled reports whether a schedule is on, by the clock on the wall.
func (s *Station) scheduled(name string) bool { return s.calendar.active(name, s.clock.given) }

// rings is scheduled for those who are called: without a schedule always, and by any while the clock is not set, since a
// bell that rings at the wrong time is better than one that does not.
func (s *Station) rings(schedule string) bool {
	return schedule == "" || !clockIsSet(s.clock.given) || s.scheduled(schedule)
}
