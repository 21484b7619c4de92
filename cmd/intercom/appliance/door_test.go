package appliance_test

import (
	"testing"
	"time"

	"intercom/cmd/intercom/station"
	"intercom/ua/uatest"
)

// Five wrong codes lock all codes out, and nobody in.
func TestTheExitButtonWhileLockedOut(t *testing.T) {
	const exit = threePhones + `
[[input]]
name = "inside"
use = "exit"
door = "front"
`
	story(t, config(t, exit), nil, func(s *street) {
		phones, invites := s.ring()
		invites[0].Reply(200, sound())
		phones[0].WantRequest("ACK")
		wantCancelled(t, phones[1], invites[1])
		wantCancelled(t, phones[2], invites[2])
		call := invites[0].Within()
		for range 5 {
			typeKeys(call, "55501#")
			s.pass(time.Second) // no thumb types them all at once
		}
		typeCode(call)
		s.pass(100 * time.Millisecond)
		never[station.Open](s, "a code opened the door during the lock-out")
		call.Request("BYE")
		phones[0].WantResponse(200)
		s.pass(time.Second)
		s.wantLight("locked-out")
		if err := s.door.Hold("inside", 300*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		s.pass(500 * time.Millisecond)
		s.wantDoor(true)
		s.pass(3 * time.Second)
		s.wantDoor(false)
		s.wantLight("locked-out")
	})
}

// Two residents talk with the visitor, and each types the code, key by key in turns: the door opens for both, and its relay is
// closed once, for as long as the later one asked for.
func TestBothResidentsOpenAtOnce(t *testing.T) {
	story(t, config(t, threePhones+"[station]\nallow_incoming = [\"*\"]\nsecond_call = \"join\"\n"), nil, func(s *street) {
		rung, caller := s.talkWithTwo()
		residents := []*uatest.Dialog{rung, caller}
		for _, key := range "73914#" {
			for _, d := range residents {
				typeKeys(d, string(key))
			}
			s.pass(300 * time.Millisecond)
		}
		s.pass(100 * time.Millisecond)
		s.wantDoor(true)
		if n := count[station.Open](s); n != 2 {
			t.Errorf("let in %d times, want once for each", n)
		}
		caller.Peer.WantRequest("BYE").Reply(200)
		rung.Peer.WantRequest("BYE").Reply(200)
		s.wantDoor(false)
		if n := count[station.DoorOpened](s); n != 1 {
			t.Errorf("the relay closed %d times", n)
		}
		s.wantLight("ready")
	})
}
