package appliance_test

import (
	"testing"
	"time"

	"intercom/cmd/intercom/phone"
	"intercom/cmd/intercom/station"
	"intercom/ua"
)

const door = "sip:door@10.0.0.1"

const allowTheHouse = `
[station]
allow_incoming = ["sip:house@10.0.0.2"]
`

// Types the right code as soon as a call is up.
func eager() *phone.Options { return &phone.Options{Digits: "73914#", DigitsAfter: time.Second} }

func TestTheHouseCallsAndAButtonAnswers(t *testing.T) {
	story(t, config(t, allowTheHouse), eager(), func(s *street) {
		s.house.Dial(door)
		s.pass(2 * time.Second)
		s.wantLight("ringing")
		never[ua.Answered](s, "the door answered by itself")
		s.press("bell")
		s.pass(time.Second)
		s.wantLight("in-call")
		s.pass(2 * time.Second)
		s.wantDoor(true)
		s.pass(10 * time.Second)
		s.wantDoor(false)
		s.wantLight("ready")
	})
}

func TestTheHouseCallsAndTheStationAnswersWithABeep(t *testing.T) {
	story(t, config(t, allowTheHouse+"auto_answer = true\n"), &phone.Options{}, func(s *street) {
		s.house.Dial(door)
		s.pass(time.Second)
		s.wantLight("in-call")
		if n := count[station.Tone](s); n != 1 {
			t.Errorf("%d tones, want the one that says that somebody listens", n)
		}
		never[station.Open](s, "the door was opened")
	})
}

// Whoever is not allowed hears nothing, sees nothing and opens nothing.
func TestCallersWhoAreNotAllowed(t *testing.T) {
	for name, more := range map[string]string{
		"nobody is":        "",
		"somebody else is": "[station]\nallow_incoming = [\"sip:office@10.0.0.2\"]\nauto_answer = true\n",
	} {
		t.Run(name, func(t *testing.T) {
			story(t, config(t, more), eager(), func(s *street) {
				s.house.Dial(door)
				s.pass(time.Minute)
				never[ua.Answered](s, "the call was answered")
				never[station.Open](s, "the door was opened")
				s.wantLight("ready")
			})
		})
	}
}

// An address that is neither allowed nor a server's gets no answer at all, whatever name it gives.
func TestStrangersAreNotHeard(t *testing.T) {
	c := config(t, "[station]\nallow_incoming = [\"*\"]\nauto_answer = true\n")
	c.SIP.Allow = nil
	story(t, c, eager(), func(s *street) {
		s.house.Dial(door)
		s.pass(time.Minute)
		never[station.Incoming](s, "the rules heard of the call")
		never[ua.Ringing](s, "the stranger was told that the station rings")
		never[ua.Answered](s, "the call was answered")
		s.wantDoor(false)
	})
}
