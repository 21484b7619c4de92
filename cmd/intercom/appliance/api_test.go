package appliance_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"intercom/cmd/intercom/appliance"
	"intercom/cmd/intercom/phone"
	"intercom/cmd/intercom/station"
)

func TestAProgramOpensADoor(t *testing.T) {
	story(t, config(t, ""), nil, func(s *street) {
		if err := s.station.Open("front", "anna"); err != nil {
			t.Fatal(err)
		}
		s.pass(100 * time.Millisecond)
		s.wantDoor(true)
		s.pass(3 * time.Second)
		s.wantDoor(false)
		now, err := s.station.Status()
		if err != nil || now.Counts[station.Opened] != 1 || now.Doors[0].Pulled {
			t.Errorf("%+v, %v", now, err)
		}
	})
}

// Attack: a program asks for a door that must stay shut, for whatever reason.
func TestAProgramOpensNoDoorThatStaysShut(t *testing.T) {
	lid := "[[input]]\nname = \"lid\"\nuse = \"tamper\"\nnormally = \"open\"\n"
	gate := "[[door]]\nname = \"gate\"\ninterlock = [\"front\"]\n"
	for name, c := range map[string]struct {
		more, door string
		before     func(*street) error
		want       string
	}{
		"no such door":      {"", "back", nil, `there is no door "back"; there are: front`},
		"the housing open":  {lid, "front", func(s *street) error { return s.door.Press("lid") }, "the housing was opened"},
		"another door open": {gate, "gate", func(s *street) error { return s.station.Open("front", "anna") }, "front"},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, config(t, c.more), nil, func(s *street) {
				s.pass(time.Second)
				if c.before != nil {
					if err := c.before(s); err != nil {
						t.Fatal(err)
					}
				}
				s.pass(time.Second)
				if err := s.station.Open(c.door, "anna"); err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%v, want %q", err, c.want)
				}
				s.pass(100 * time.Millisecond)
				if s.door.DoorIsOpen(c.door) {
					t.Error("the door is open")
				}
			})
		})
	}
}

func TestAProgramCallsTheHouse(t *testing.T) {
	story(t, config(t, ""), &phone.Options{}, func(s *street) {
		if err := s.station.HangUp("anna"); err == nil {
			t.Error("hung up where there is no call")
		}
		for _, target := range []string{"", "house", "sip:", "sip:house@10.0.0.2\r\nBye: x"} {
			if err := s.station.Call(target, "anna"); err == nil {
				t.Errorf("called %q", target)
			}
		}
		if err := s.station.Call("sip:house@10.0.0.2", "anna"); err != nil {
			t.Fatal(err)
		}
		s.pass(3 * time.Second)
		s.wantLight("in-call")
		if err := s.station.Call("sip:house@10.0.0.2", "anna"); err == nil {
			t.Error("called beside a call")
		}
		now, err := s.station.Status()
		if err != nil || len(now.Calls) != 1 || now.Calls[0].State != "answered" || now.Figures[now.Calls[0].Call].Received == 0 {
			t.Errorf("%+v, %v", now, err)
		}
		if err := s.station.HangUp("anna"); err != nil {
			t.Error(err)
		}
		s.pass(time.Second)
		s.wantLight("ready")
	})
}

// A program asks when the station has gone.
func TestAStationThatHasStoppedSaysSo(t *testing.T) {
	story(t, config(t, ""), nil, func(s *street) {
		if err := s.station.Press("bell"); err != nil {
			t.Error(err)
		}
		if err := s.station.Press("knocker"); err == nil {
			t.Error("pressed a button that there is not")
		}
		s.stop()
		s.pass(time.Minute)
		if err := s.station.Open("front", "anna"); !errors.Is(err, appliance.ErrNotRunning) {
			t.Errorf("%v", err)
		}
		if _, err := s.station.Status(); !errors.Is(err, appliance.ErrNotRunning) {
			t.Errorf("%v", err)
		}
		s.wantDoor(false)
	})
}
