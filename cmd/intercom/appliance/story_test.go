package appliance_test

import (
	"testing"
	"time"

	"intercom/cmd/intercom/phone"
	"intercom/cmd/intercom/station"
	"intercom/test/memnet"
	"intercom/ua"
)

// The house answers after 2 s and types the right code 3 s later.
func knowsTheCode() *phone.Options {
	return &phone.Options{AnswerAfter: 2 * time.Second, Digits: "73914#", DigitsAfter: 3 * time.Second}
}

func TestAVisit(t *testing.T) {
	story(t, config(t, ""), knowsTheCode(), func(s *street) {
		s.pass(time.Second)
		s.wantLight("ready")
		s.press("bell")
		s.pass(time.Second)
		s.wantLight("ringing")
		s.pass(2 * time.Second)
		s.wantLight("in-call")
		s.wantDoor(false)
		s.pass(3 * time.Second)
		s.wantDoor(true)
		s.wantLight("door-open")
		s.pass(3 * time.Second)
		s.wantDoor(false)
		s.pass(3 * time.Second) // 5 s after the opening the call is over
		s.wantLight("ready")
		if n := count[station.Open](s); n != 1 {
			t.Errorf("the door was opened %d times, want once", n)
		}
		if len(s.ended) != 1 || s.ended[0].Media.Received < 350 || s.ended[0].Media.Lost != 0 {
			t.Errorf("figures of the call: %+v", s.ended)
		}
	})
}

func TestTheDoorStaysShut(t *testing.T) {
	for name, house := range map[string]*phone.Options{
		"wrong code":     {AnswerAfter: time.Second, Digits: "73915#", DigitsAfter: time.Second},
		"half a code":    {AnswerAfter: time.Second, Digits: "7391", DigitsAfter: time.Second},
		"no code":        {AnswerAfter: time.Second},
		"nobody answers": {AnswerAfter: 10 * time.Minute},
		"no telephone":   nil,
	} {
		t.Run(name, func(t *testing.T) {
			story(t, config(t, "[station]\ncall_limit = \"30s\"\n"), house, func(s *street) {
				s.press("bell")
				s.pass(2 * time.Minute)
				s.wantLight("ready")
				never[station.Open](s, "the door was opened")
				never[station.DoorOpened](s, "the relay closed")
			})
		})
	}
}

func TestLossOnTheWayDelaysTheDoorButDoesNotStopIt(t *testing.T) {
	story(t, config(t, ""), knowsTheCode(), func(s *street) {
		s.net.SetLink(doorAddr, houseAddr, memnet.Link{Loss: 0.2, Delay: 20 * time.Millisecond, Jitter: 20 * time.Millisecond, Reorder: 0.05})
		s.press("bell")
		s.pass(2 * time.Minute)
		if n := count[station.Open](s); n != 1 {
			t.Errorf("the door was opened %d times, want once", n)
		}
		s.wantDoor(false)
		s.wantLight("ready")
	})
}

func TestThePeerVanishesInMidCall(t *testing.T) {
	story(t, config(t, ""), &phone.Options{AnswerAfter: time.Second}, func(s *street) {
		s.press("bell")
		s.pass(5 * time.Second)
		s.wantLight("in-call")
		s.net.Cut(doorAddr, houseAddr)
		s.pass(15 * time.Second)
		s.wantLight("in-call")
		s.pass(10 * time.Second)
		s.wantLight("ready")
		never[station.Open](s, "the door was opened")
	})
}

func TestStoppingInMidPulsePutsTheRelayToRest(t *testing.T) {
	story(t, config(t, ""), knowsTheCode(), func(s *street) {
		s.press("bell")
		s.pass(6500 * time.Millisecond)
		s.wantDoor(true)
		// The end of the story checks that closing the board leaves the relay at rest.
	})
}

func TestPressingAgainHangsUp(t *testing.T) {
	story(t, config(t, ""), &phone.Options{AnswerAfter: time.Minute}, func(s *street) {
		s.press("bell")
		s.pass(5 * time.Second)
		s.wantLight("ringing")
		s.press("bell")
		s.pass(time.Second)
		s.wantLight("ready")
		if n := count[ua.Ended](s); n != 1 {
			t.Errorf("the house's telephone stopped ringing %d times, want once", n)
		}
		never[ua.Answered](s, "the house answered")
	})
}

// Two minutes are the limit of a call, whoever still talks.
func TestTheCallLimitEndsTheCall(t *testing.T) {
	story(t, config(t, ""), &phone.Options{AnswerAfter: time.Second}, func(s *street) {
		s.press("bell")
		s.pass(2*time.Minute - 5*time.Second)
		s.wantLight("in-call")
		s.pass(10 * time.Second)
		s.wantLight("ready")
	})
}
