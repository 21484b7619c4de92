package station

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Schedule is a part of the week. Several tables of one name are one schedule: it is on while any of them is.
type Schedule struct {
	// Name is what other tables call it.
	Name string `toml:"name"`
	// Days lists the days on which it begins: "mon", "tue", … or a row of them, "mon-fri". Empty: every day.
	Days []string `toml:"days"`
	// From and To are times of day, "22:00". A To that is not after From lies on the next day. "00:00" and "24:00" by
	// default.
	From string `toml:"from"`
	To   string `toml:"to"`
	// Holidays says what becomes of it on the days of Config.Holidays: "ignore" takes them as the weekdays that they are,
	// "never" leaves them out, "also" adds them to Days, "only" leaves all others out. "ignore" by default.
	Holidays string `toml:"holidays"`
}

// DefaultSchedule is a schedule that is always on.
func DefaultSchedule() Schedule {
	return Schedule{From: "00:00", To: "24:00", Holidays: holidaysIgnored}
}

// What a schedule makes of holidays.
const (
	holidaysIgnored = "ignore"
	holidaysNever   = "never"
	holidaysAlso    = "also"
	holidaysOnly    = "only"
)

// dayMinutes is how many minutes a day has whose clock is not set.
const dayMinutes = 24 * 60

// window is a Schedule as it is reckoned with.
type window struct {
	days     [7]bool // by time.Weekday
	from, to int     // minutes of the day; to is after from, and beyond dayMinutes where it lies on the next day
	holidays string
}

// parse makes a window of a schedule that Check finds no fault with.
func (s Schedule) parse() (w window, err error) {
	w.holidays = s.Holidays
	if w.days, err = parseDays(s.Days); err != nil {
		return w, err
	}
	if w.from, err = timeOfDay(s.From); err != nil {
		return w, err
	}
	if w.to, err = timeOfDay(s.To); err != nil {
		return w, err
	}
	if w.from == dayMinutes {
		return w, fmt.Errorf("%q is no beginning", s.From)
	}
	if w.to <= w.from {
		w.to += dayMinutes
	}
	return w, nil
}

// starts reports whether the window begins on a day.
func (w window) starts(day time.Weekday, holiday bool) bool {
	switch {
	case w.holidays == holidaysNever && holiday:
		return false
	case w.holidays == holidaysOnly && !holiday:
		return false
	case w.holidays == holidaysAlso && holiday:
		return true
	}
	return w.days[day]
}

// overlaps reports whether there is a week in which both windows are on at once, and the day on which the later of them
// begins.
func (w window) overlaps(other window) (time.Weekday, bool) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		for _, holiday := range []bool{false, true} {
			if !w.starts(day, holiday) {
				continue
			}
			if other.starts(day, holiday) && w.from < other.to && other.from < w.to {
				return day, true
			}
			next := (day + 1) % 7
			follows := other.starts(next, false) || other.starts(next, true)
			if follows && other.from+dayMinutes < w.to {
				return next, true
			}
		}
	}
	return 0, false
}

func weekdays() []string { return []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} }

// parseDays takes "mon" and "fri-mon"; a row may go over the end of the week.
func parseDays(list []string) (days [7]bool, err error) {
	for _, text := range list {
		first, last, row := strings.Cut(text, "-")
		if !row {
			last = first
		}
		from, to := slices.Index(weekdays(), first), slices.Index(weekdays(), last)
		if from < 0 || to < 0 {
			return days, fmt.Errorf("%q is no day", text)
		}
		for d := from; ; d = (d + 1) % 7 {
			days[d] = true
			if d == to {
				break
			}
		}
	}
	if len(list) == 0 {
		days = [7]bool{true, true, true, true, true, true, true}
	}
	return days, nil
}

// timeOfDay reads "08:30" as minutes since midnight; "24:00" is the end of the day.
func timeOfDay(text string) (int, error) {
	h, m, ok := strings.Cut(text, ":")
	hour, errH := strconv.ParseUint(h, 10, 8)
	minute, errM := strconv.ParseUint(m, 10, 8)
	if !ok || len(h) != 2 || len(m) != 2 || errH != nil || errM != nil || minute > 59 || hour*60+minute > dayMinutes {
		return 0, fmt.Errorf("%q is no time of day", text)
	}
	return int(hour*60 + minute), nil
}

// A holiday is a day of one year, or of every year where the year is 0.
type holiday struct {
	year  int
	month time.Month
	day   int
}

// parseHoliday reads "12-25" and "2026-04-03".
func parseHoliday(text string) (holiday, error) {
	year := 0
	t, err := time.Parse(time.DateOnly, text)
	if err == nil {
		year = t.Year()
	} else if t, err = time.Parse(time.DateOnly, "2000-"+text); err != nil {
		return holiday{}, fmt.Errorf("%q is no date", text)
	}
	return holiday{year, t.Month(), t.Day()}, nil
}
