package station

import (
	"strings"
	"testing"
	"time"
)

func place(t *testing.T, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Skipf("this system knows nothing of %s: %v", name, err)
	}
	return l
}

func TestSchedules(t *testing.T) {
	night := Schedule{From: "22:00", To: "06:00"}
	for _, c := range []struct {
		name, zone string
		schedule   Schedule
		on, off    []string // RFC 3339
	}{
		{
			"a whole day", "Europe/Berlin", Schedule{Days: []string{"sat"}},
			[]string{"2026-11-21T00:00:00+01:00", "2026-11-21T23:59:59+01:00"},
			[]string{"2026-11-20T23:59:59+01:00", "2026-11-22T00:00:00+01:00"},
		}, {
			"office hours", "Europe/Berlin", Schedule{Days: []string{"mon-thu", "sat"}, From: "08:30", To: "12:00"},
			[]string{"2026-11-23T08:30:00+01:00", "2026-11-26T11:59:59+01:00", "2026-11-28T10:00:00+01:00", "2026-11-23T07:30:00Z"},
			[]string{"2026-11-23T08:29:59+01:00", "2026-11-23T12:00:00+01:00", "2026-11-27T10:00:00+01:00", "2026-11-23T12:00:00Z"},
		}, {
			"a row over the end of the week", "Europe/Berlin", Schedule{Days: []string{"fri-mon"}},
			[]string{"2026-11-20T12:00:00Z", "2026-11-22T12:00:00Z", "2026-11-23T12:00:00Z"},
			[]string{"2026-11-19T12:00:00Z", "2026-11-24T12:00:00Z"},
		}, {
			"a night that begins on a Friday", "Europe/Berlin", Schedule{Days: []string{"fri"}, From: "22:00", To: "06:00"},
			[]string{"2026-11-20T22:00:00+01:00", "2026-11-21T05:59:59+01:00"},
			[]string{"2026-11-20T05:00:00+01:00", "2026-11-21T06:00:00+01:00", "2026-11-21T22:00:00+01:00"},
		}, {
			"the night in which the clocks are set forward", "Europe/Berlin", night,
			[]string{"2026-03-28T22:00:00+01:00", "2026-03-29T01:59:59+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T05:59:59+02:00"},
			[]string{"2026-03-28T21:59:59+01:00", "2026-03-29T06:00:00+02:00"},
		}, {
			"the night in which the clocks are set back", "Europe/Berlin", night,
			[]string{"2026-10-24T22:00:00+02:00", "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "2026-10-25T05:59:59+01:00"},
			[]string{"2026-10-24T21:59:59+02:00", "2026-10-25T06:00:00+01:00"},
		}, {
			"a beginning that the clocks leave out", "Europe/Berlin", Schedule{From: "02:30", To: "04:00"},
			[]string{"2026-03-29T03:00:00+02:00", "2026-03-29T03:59:59+02:00"},
			[]string{"2026-03-29T01:59:59+01:00", "2026-03-29T04:00:00+02:00"},
		}, {
			"all of it left out", "Europe/Berlin", Schedule{From: "02:10", To: "02:50"},
			[]string{"2026-03-28T02:30:00+01:00", "2026-03-30T02:30:00+02:00"},
			[]string{"2026-03-29T01:59:59+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T03:30:00+02:00"},
		}, {
			"a beginning that comes twice: the first counts, and it does not end in between", "Europe/Berlin", Schedule{From: "02:30", To: "04:00"},
			[]string{"2026-10-25T02:30:00+02:00", "2026-10-25T02:10:00+01:00", "2026-10-25T02:40:00+01:00", "2026-10-25T03:59:59+01:00"},
			[]string{"2026-10-25T02:29:59+02:00", "2026-10-25T04:00:00+01:00"},
		}, {
			"an end that comes twice: the first counts", "Europe/Berlin", Schedule{From: "01:00", To: "02:30"},
			[]string{"2026-10-25T01:00:00+02:00", "2026-10-25T02:29:59+02:00"},
			[]string{"2026-10-25T02:30:00+02:00", "2026-10-25T02:10:00+01:00", "2026-10-25T02:29:59+01:00"},
		}, {
			"a zone of half hours", "Asia/Kolkata", night,
			[]string{"2026-11-20T16:30:00Z", "2026-11-21T00:29:59Z"},
			[]string{"2026-11-20T16:29:59Z", "2026-11-21T00:30:00Z"},
		}, {
			"summer time of half an hour, set forward", "Australia/Lord_Howe", Schedule{From: "02:10", To: "03:00"},
			[]string{"2026-10-04T02:30:00+11:00", "2026-10-04T02:59:59+11:00"},
			[]string{"2026-10-04T01:59:59+10:30", "2026-10-04T03:00:00+11:00"},
		}, {
			"summer time of half an hour, set back", "Australia/Lord_Howe", Schedule{From: "01:45", To: "03:00"},
			[]string{"2026-04-05T01:45:00+11:00", "2026-04-05T01:40:00+10:30", "2026-04-05T02:59:59+10:30"},
			[]string{"2026-04-05T01:44:59+11:00", "2026-04-05T03:00:00+10:30"},
		}, {
			"clocks that are set forward at midnight", "Asia/Beirut", Schedule{Days: []string{"sun"}},
			[]string{"2026-03-29T01:00:00+03:00", "2026-03-29T23:59:59+03:00"},
			[]string{"2026-03-28T23:59:59+02:00", "2026-03-30T00:00:00+03:00"},
		}, {
			"a leap day", "Europe/Berlin", Schedule{Holidays: "only"},
			[]string{"2028-02-29T00:00:00+01:00", "2028-02-29T23:59:59+01:00"},
			[]string{"2028-02-28T23:59:59+01:00", "2028-03-01T00:00:00+01:00", "2027-03-01T12:00:00+01:00", "2027-02-28T12:00:00+01:00"},
		}, {
			"the night after a leap day", "Europe/Berlin", Schedule{Holidays: "only", From: "22:00", To: "06:00"},
			[]string{"2028-03-01T05:59:59+01:00"},
			[]string{"2028-03-01T06:00:00+01:00", "2028-02-29T05:00:00+01:00"},
		}, {
			"not on holidays", "Europe/Berlin", Schedule{Holidays: "never", From: "08:00", To: "18:00"},
			[]string{"2026-12-24T09:00:00+01:00", "2027-04-03T09:00:00+02:00"},
			[]string{"2026-12-25T09:00:00+01:00", "2031-12-25T09:00:00+01:00", "2026-04-03T09:00:00+02:00"},
		}, {
			"Sundays and holidays", "Europe/Berlin", Schedule{Days: []string{"sun"}, Holidays: "also"},
			[]string{"2026-12-25T09:00:00+01:00", "2026-12-27T09:00:00+01:00"},
			[]string{"2026-12-24T09:00:00+01:00"},
		}, {
			"holidays are days as any others", "Europe/Berlin", Schedule{Days: []string{"fri"}, Holidays: "ignore"},
			[]string{"2026-12-25T09:00:00+01:00"},
			[]string{"2026-12-24T09:00:00+01:00"},
		}, {
			"a clock that is not set", "UTC", Schedule{},
			[]string{"2026-01-01T00:00:00Z"},
			[]string{"1970-01-01T00:00:10Z", "2024-12-31T23:59:59Z"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := DefaultSchedule()
			s.Name, s.Days = "it", c.schedule.Days
			if c.schedule.From != "" {
				s.From, s.To = c.schedule.From, c.schedule.To
			}
			if c.schedule.Holidays != "" {
				s.Holidays = c.schedule.Holidays
			}
			cal := newCalendar(Config{
				Schedules: []Schedule{s}, Location: place(t, c.zone), Holidays: []string{"12-25", "02-29", "2026-04-03"},
			})
			look := func(times []string, want bool) {
				for _, text := range times {
					at, err := time.Parse(time.RFC3339, text)
					if err != nil {
						t.Fatal(err)
					}
					if got := cal.active("it", at); got != want {
						t.Errorf("%s: on is %v", text, got)
					}
				}
			}
			look(c.on, true)
			look(c.off, false)
			if cal.active("another", time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)) {
				t.Error("a schedule that nobody wrote is on")
			}
		})
	}
}

// Two schedules of which one ends when the other begins are never on or off together, through a whole year of every
// minute around the changes of the clocks.
func TestSchedulesThatMeetShareNoMinute(t *testing.T) {
	for _, zone := range []string{"Europe/Berlin", "Australia/Lord_Howe", "Asia/Beirut", "America/Havana"} {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			var all []Schedule
			for _, s := range []Schedule{{Name: "day", From: "00:30", To: "02:15"}, {Name: "night", From: "02:15", To: "00:30"}} {
				s.Holidays = holidaysIgnored
				all = append(all, s)
			}
			cal := newCalendar(Config{Schedules: all, Location: place(t, zone)})
			end := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
			for at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); at.Before(end); at = at.Add(15 * time.Minute) {
				if day, night := cal.active("day", at), cal.active("night", at); day == night {
					t.Fatalf("%v: day is %v, night is %v", at.In(cal.place), day, night)
				}
			}
		})
	}
}

func TestBadSchedulesAreRefused(t *testing.T) {
	with := func(all ...Schedule) Config {
		c := house()
		c.Schedules = all
		return c
	}
	made := func(change func(*Schedule)) Schedule {
		s := DefaultSchedule()
		s.Name = "office"
		change(&s)
		return s
	}
	for _, c := range []struct {
		name, path, text string
		cfg              Config
	}{
		{"no name", "schedule.0.name", "no name", with(made(func(s *Schedule) { s.Name = "" }))},
		{"no day", "schedule.0.days", `"someday" is no day`, with(made(func(s *Schedule) { s.Days = []string{"someday"} }))},
		{"no row", "schedule.0.days", `"mon-" is no day`, with(made(func(s *Schedule) { s.Days = []string{"mon-"} }))},
		{"no hour", "schedule.0.from", `"8:00" is no time of day`, with(made(func(s *Schedule) { s.From = "8:00" }))},
		{"an hour too many", "schedule.0.to", `"24:01" is no time of day`, with(made(func(s *Schedule) { s.To = "24:01" }))},
		{"a sign", "schedule.0.to", `"+1:00" is no time of day`, with(made(func(s *Schedule) { s.To = "+1:00" }))},
		{"no beginning", "schedule.0.from", `"24:00" is no time of day`, with(made(func(s *Schedule) { s.From = "24:00" }))},
		{"no way with holidays", "schedule.0.holidays", `"always" says nothing`, with(made(func(s *Schedule) { s.Holidays = "always" }))},
		{
			"overlapping", "schedule.1.from", `two tables of the schedule "office" overlap on Friday`,
			with(made(func(s *Schedule) { s.Days = []string{"mon-fri"} }), made(func(s *Schedule) { s.Days = []string{"fri-sat"} })),
		}, {
			"overlapping over midnight", "schedule.1.from", "overlap on Sunday",
			with(made(func(s *Schedule) { s.Days, s.From, s.To = []string{"sun"}, "05:00", "07:00" }),
				made(func(s *Schedule) { s.Days, s.From, s.To = []string{"sat"}, "22:00", "06:00" })),
		}, {
			"overlapping on holidays alone", "schedule.1.from", "overlap on Sunday",
			with(made(func(s *Schedule) { s.Days, s.Holidays = []string{"mon"}, "also" }), made(func(s *Schedule) { s.Days = []string{"sun"} })),
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			faults := c.cfg.Check()
			if len(faults) != 1 || faults[0].Path != c.path || !strings.Contains(faults[0].Text, c.text) {
				t.Errorf("found %v", faults)
			}
		})
	}
	good := with(
		made(func(s *Schedule) { s.Days, s.From, s.To = []string{"mon-thu"}, "08:00", "12:00" }),
		made(func(s *Schedule) { s.Days, s.From, s.To = []string{"mon-thu"}, "12:00", "08:00" }),
		made(func(s *Schedule) { s.Days, s.Holidays = []string{"sat"}, "never" }),
		made(func(s *Schedule) { s.Days, s.Holidays = []string{"sat"}, "only" }),
	)
	good.Holidays = []string{"12-25", "02-29", "2028-02-29"}
	if faults := good.Check(); len(faults) != 0 {
		t.Errorf("refused what is good: %v", faults)
	}
	bad := house()
	bad.Holidays = []string{"2027-02-29", "25.12.", "13-01", ""}
	if faults := bad.Check(); len(faults) != len(bad.Holidays) {
		t.Errorf("found %v in %q", faults, bad.Holidays)
	}
}

func FuzzSchedule(f *testing.F) {
	f.Add("mon-fri", "08:00", "17:00", "never", int64(1800000000))
	f.Add("sun", "22:00", "06:00", "also", int64(1774746000))
	f.Fuzz(func(t *testing.T, days, from, to, holidays string, at int64) {
		s := Schedule{Name: "it", Days: strings.Split(days, ","), From: from, To: to, Holidays: holidays}
		cfg := house()
		cfg.Schedules = []Schedule{s}
		good := len(cfg.Check()) == 0
		w, err := s.parse()
		if good && (err != nil || w.to <= w.from || w.to-w.from > dayMinutes) {
			t.Fatalf("Check passes %+v, which is %+v, %v", s, w, err)
		}
		newCalendar(cfg).active("it", time.Unix(at, 0))
	})
}
