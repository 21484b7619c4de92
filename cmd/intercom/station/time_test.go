package station

import (
	"testing"
	"time"
)

// nightShift is a house whose bell rings the porter from 22 to 6 o'clock and the family else, at a place where clocks are set
// forward and back.
func nightShift(t *testing.T) Config {
	return family(func(c *Config) {
		c.Location = place(t, "Europe/Berlin")
		c.Schedules = []Schedule{
			{Name: "night", From: "22:00", To: "06:00", Holidays: holidaysIgnored},
			{Name: "day", From: "06:00", To: "22:00", Holidays: holidaysIgnored},
		}
		c.Groups = []Group{
			{Name: "family", Schedule: "day", Steps: []Step{{Call: []string{"sip:11@fritz.box"}}}},
			{Name: "porter", Schedule: "night", Steps: []Step{{Call: []string{"sip:20@fritz.box"}}}},
		}
		c.Buttons[0].Call = []string{"group:family", "group:porter"}
	})
}

// TestDSTNight rings every ten minutes through the nights in which the clocks are set: the porter each time, until it is six
// o'clock by them.
func TestDSTNight(t *testing.T) {
	for _, night := range []struct {
		name  string
		start time.Time // 22:00 by the clocks
		hours time.Duration
	}{
		{"set forward", time.Date(2026, 3, 28, 21, 0, 0, 0, time.UTC), 7},
		{"set back", time.Date(2026, 10, 24, 20, 0, 0, 0, time.UTC), 9},
		{"any other", time.Date(2026, 11, 20, 21, 0, 0, 0, time.UTC), 8},
	} {
		t.Run(night.name, func(t *testing.T) {
			st := tell(t, nightShift(t))
			st.now = night.start
			end := night.start.Add(night.hours * time.Hour)
			for ; st.now.Before(end.Add(time.Hour)); st.pass(10 * time.Minute) {
				want := "sip:20@fritz.box"
				if !st.now.Before(end) {
					want = "sip:11@fritz.box"
				}
				st.press("bell")
				if got := st.targets(); got[len(got)-1] != want {
					t.Fatalf("at %v the bell calls %s", st.now.In(st.s.calendar.place), got[len(got)-1])
				}
				st.ended(st.dialled(), 486)
			}
		})
	}
}

// A conversation and a search go on for their time, whatever the clocks show meanwhile.
func TestTheNightOfTheClocksLengthensNoCall(t *testing.T) {
	st := tell(t, nightShift(t))
	st.now = time.Date(2026, 10, 25, 0, 59, 0, 0, time.UTC) // 02:59, a minute before it is 02:00 again
	id := st.talk()
	st.out = nil
	st.pass(2*time.Minute - time.Second)
	st.wantsLight(LightInCall)
	st.pass(time.Second)
	st.wants(Hangup{Call: id})
}

// A board without a battery hears of the time when the network is up: until then everybody rings, from then on whoever's turn it
// is. The clock set meanwhile neither lengthens nor doubles anything.
func TestClockJump(t *testing.T) {
	st := tell(t, nightShift(t))
	st.now = time.Unix(5, 0)
	st.press("bell")
	st.wantTargets("11")
	st.ended("out-1", 486)
	st.wantTargets("11", "20") // nobody knows whose turn it is
	st.ended("out-2", 486)
	st.now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	st.press("bell")
	st.wantTargets("11", "20", "11")

	// Set back by an hour in mid-call: the call still has the rest of its time to go.
	st.answered("out-3")
	st.pass(time.Minute)
	st.now = st.now.Add(-time.Hour)
	st.is(Tick{})
	st.out = nil
	st.pass(time.Minute - time.Second)
	st.wantsLight(LightInCall)
	st.pass(time.Second)
	st.wants(Hangup{Call: "out-3"})
}
