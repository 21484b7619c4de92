package station

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// schedules looks at [[schedule]] and at the holidays.
func (k *checker) schedules(c Config) {
	for i, s := range c.Schedules {
		k.schedule(fmt.Sprintf("schedule.%d.", i), s, c.Schedules[:i])
	}
	for i, text := range c.Holidays {
		if _, err := parseHoliday(text); err != nil {
			k.fault(fmt.Sprintf("station.holidays.%d", i), `write "12-25" for every year or "2026-04-03" for one`, "%v", err)
		}
	}
}

func (k *checker) schedule(path string, s Schedule, above []Schedule) {
	if s.Name == "" {
		k.fault(path+"name", `write name = "night"`, "the schedule has no name")
	}
	if _, err := parseDays(s.Days); err != nil {
		k.fault(path+"days", `write days as "mon" or "mon-fri": `+strings.Join(weekdays(), ", "), "%v", err)
	}
	for _, t := range []struct{ key, text string }{{"from", s.From}, {"to", s.To}} {
		if n, err := timeOfDay(t.text); err != nil || t.key == "from" && n == dayMinutes {
			k.fault(path+t.key, `write a time of day from "00:00" to "23:59"; to = "24:00" is midnight`, "%q is no time of day", t.text)
		}
	}
	if ways := []string{holidaysIgnored, holidaysNever, holidaysAlso, holidaysOnly}; !slices.Contains(ways, s.Holidays) {
		k.fault(path+"holidays", `write "ignore", "never", "also" or "only"`, "%q says nothing about holidays", s.Holidays)
	}
	k.parts(path, s, above)
}

// parts looks whether two tables of one schedule are on at once: they were not meant to be, so one of them is not what it
// was meant to be.
func (k *checker) parts(path string, s Schedule, above []Schedule) {
	for _, other := range above {
		if other.Name != s.Name {
			continue
		}
		if day, both := overlap(s, other); both {
			k.fault(path+"from", "let one end where the other begins", "two tables of the schedule %q overlap on %s", s.Name, day)
			return
		}
	}
}

func overlap(a, b Schedule) (time.Weekday, bool) {
	w, errA := a.parse()
	v, errB := b.parse()
	if errA != nil || errB != nil {
		return 0, false
	}
	if day, both := w.overlaps(v); both {
		return day, true
	}
	return v.overlaps(w)
}

// knows looks at a place that names a schedule; an empty name is none.
func (k *checker) knows(path, name string, all []Schedule) {
	if name == "" || slices.ContainsFunc(all, func(s Schedule) bool { return s.Name == name }) {
		return
	}
	k.fault(path, schedulesWanted(all), "there is no schedule %q", name)
}

func schedulesWanted(all []Schedule) string {
	var names []string
	for _, s := range all {
		if name := fmt.Sprintf("%q", s.Name); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if names == nil {
		return "write a [[schedule]] of this name"
	}
	return "the schedules are " + strings.Join(names, ", ")
}
