package appliance_test

import (
	"testing"
	"time"
)

// The nights on which the clocks in Berlin are set, at 01:00 UTC, and an office that is held open by the time of day.
func TestTheNightsOnWhichTheClocksAreSet(t *testing.T) {
	for _, c := range []struct {
		name, from, to string
		began          time.Time
		open           []bool // at once, and after each further minute
	}{
		{"forward over the beginning", "02:30", "03:01", time.Date(2026, 3, 29, 0, 59, 30, 0, time.UTC), []bool{false, true, false}},
		{"back during it", "02:59", "03:01", time.Date(2026, 10, 25, 0, 58, 30, 0, time.UTC), []bool{false, true, true, true}},
		{"back after its end", "01:00", "02:59", time.Date(2026, 10, 25, 0, 58, 30, 0, time.UTC), []bool{true, false, false, false}},
	} {
		t.Run(c.name, func(t *testing.T) {
			office := config(t, `
[[door]]
name = "office"
kind = "bistable"
open_during = "late"
[[schedule]]
name = "late"
from = "`+c.from+`"
to = "`+c.to+`"
[station]
time_zone = "Europe/Berlin"
`)
			storyAt(t, c.began, office, nil, func(s *street) {
				s.pass(time.Second)
				for i, want := range c.open {
					if got := s.door.DoorIsOpen("office"); got != want {
						t.Fatalf("after %d minutes: open %v, want %v", i, got, want)
					}
					s.pass(time.Minute)
				}
				s.wantDoor(false)
			})
		})
	}
}

// A light burns for minutes on a relay of its own; the call that has switched it ends before.
func TestTheLightOfTheStairsBurnsForMinutes(t *testing.T) {
	stairs := config(t, threePhones+`
[[door]]
name = "stairs"
kind = "bistable"
light = true
pulse = "3m"
[[key]]
keys = "*2"
does = "light"
light = "stairs"
`)
	story(t, stairs, nil, func(s *street) {
		phones, invites := s.ring()
		invites[0].Reply(200, sound())
		phones[0].WantRequest("ACK")
		wantCancelled(t, phones[1], invites[1])
		wantCancelled(t, phones[2], invites[2])
		call := invites[0].Within()
		typeKeys(call, "*2")
		s.pass(100 * time.Millisecond)
		call.Request("BYE")
		phones[0].WantResponse(200)
		for range 2 {
			s.pass(80 * time.Second)
			if !s.door.DoorIsOpen("stairs") {
				t.Fatal("the light has gone out too soon")
			}
		}
		s.pass(30 * time.Second)
		if s.door.DoorIsOpen("stairs") {
			t.Error("the light burns for ever")
		}
		if err := s.station.Open("stairs", "anna"); err != nil {
			t.Error(err)
		}
		now, err := s.station.Status()
		if err != nil || !now.Doors[1].Light || !s.door.DoorIsOpen("stairs") {
			t.Errorf("switched on by a program: %+v, %v", now.Doors, err)
		}
		s.wantDoor(false)
	})
}
