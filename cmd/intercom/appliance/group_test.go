package appliance_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"intercom/cmd/intercom/station"
	"intercom/ua/uatest"
)

// threePhones is a second button that rings three telephones of the house at once.
const threePhones = `
[[button]]
name = "family"
call = ["group:family"]
display_name = "Family"
alert_info = "<urn:alert:source:external>"
[[group]]
name = "family"
[[group.step]]
call = ["sip:hall@10.0.0.2:5060", "sip:kitchen@10.0.0.2:5070", "sip:attic@10.0.0.2:5080"]
`

// ring presses the button of the family and returns the telephones with their INVITEs.
func (s *street) ring() (phones [3]*uatest.Peer, invites [3]*uatest.Message) {
	s.t.Helper()
	for i, port := range []uint16{5060, 5070, 5080} {
		phones[i] = s.scripted(port)
	}
	s.press("family")
	for i, p := range phones {
		invites[i] = p.WantRequest("INVITE")
		invites[i].Reply(180)
	}
	s.pass(time.Second)
	s.wantLight("ringing")
	return phones, invites
}

// wantCancelled wants the ringing of a telephone to end because another one was lifted.
func wantCancelled(t *testing.T, p *uatest.Peer, invite *uatest.Message) {
	t.Helper()
	cancel := p.WantRequest("CANCEL")
	if got, want := cancel.Get("Reason"), `SIP;cause=200;text="Call completed elsewhere"`; strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
		t.Errorf("Reason: %s, want %s", got, want)
	}
	cancel.Reply(200)
	invite.Reply(487)
	p.WantRequest("ACK")
}

func TestAGroupRings(t *testing.T) {
	story(t, config(t, threePhones), nil, func(s *street) {
		phones, invites := s.ring()
		if from, err := invites[1].From(); err != nil || from.Display != "Family" || invites[1].Get("Alert-Info") != "<urn:alert:source:external>" {
			t.Errorf("From: %s, Alert-Info: %s", invites[1].Get("From"), invites[1].Get("Alert-Info"))
		}
		invites[1].Reply(200, sound())
		phones[1].WantRequest("ACK")
		wantCancelled(t, phones[0], invites[0])
		wantCancelled(t, phones[2], invites[2])
		s.wantLight("in-call")
		s.wantOneOpening(invites[1].Within())
	})
}

func TestBothResidentsPickUpAtOnce(t *testing.T) {
	story(t, config(t, threePhones), nil, func(s *street) {
		phones, invites := s.ring()
		invites[0].Reply(200, sound())
		invites[2].Reply(200, sound())
		phones[0].WantRequest("ACK")
		wantCancelled(t, phones[1], invites[1])
		// One of the two is in the call; whoever came second is sent home.
		bye := sentHome(t, phones[2])
		if !strings.Contains(bye.Get("Reason"), "Call completed elsewhere") {
			t.Errorf("Reason: %q", bye.Get("Reason"))
		}
		if status := typeCode(invites[2].Within()); status != 481 && status != 0 {
			t.Errorf("a key of the one who came second was answered %d", status)
		}
		never[station.Open](s, "the one who came second opened the door")
		typeCode(invites[0].Within())
		s.pass(100 * time.Millisecond)
		s.wantDoor(true)
		phones[0].WantRequest("BYE").Reply(200)
	})
}

// sentHome answers what a telephone is told until the BYE comes.
func sentHome(t *testing.T, p *uatest.Peer) *uatest.Message {
	t.Helper()
	for range 5 {
		m := p.Receive(5 * time.Second)
		switch {
		case m == nil:
			t.Fatal("the telephone that came second is left in a dead call")
		case m.Method == "CANCEL":
			m.Reply(481)
		case m.Method == "BYE":
			m.Reply(200)
			return m
		}
	}
	t.Fatal("no BYE")
	return nil
}

func TestAVoicemailTakesNoVisitor(t *testing.T) {
	story(t, config(t, threePhones+"confirm = true\n"), nil, func(s *street) {
		phones, invites := s.ring()
		invites[0].Reply(200, sound()) // the voicemail
		phones[0].WantRequest("ACK")
		s.pass(2 * time.Second)
		s.wantLight("ringing")
		typeKeys(invites[0].Within(), "2580#")
		invites[1].Reply(200, sound())
		phones[1].WantRequest("ACK")
		s.pass(time.Second)
		s.wantLight("ringing")
		never[station.Open](s, "who has not pressed 1 opened the door")
		resident := invites[1].Within()
		typeKeys(resident, "1")
		wantCancelled(t, phones[2], invites[2])
		phones[0].WantRequest("BYE").Reply(200)
		s.wantLight("in-call")
		typeCode(resident)
		s.pass(100 * time.Millisecond)
		s.wantDoor(true)
		phones[1].WantRequest("BYE").Reply(200)
	})
}

func TestSecondButtonWhileRinging(t *testing.T) {
	story(t, config(t, threePhones), nil, func(s *street) {
		phones, invites := s.ring()
		s.press("bell") // calls sip:house@10.0.0.2, the hall
		s.pass(5 * time.Second)
		s.wantLight("ringing")
		if n := count[station.Dial](s); n != 3 {
			t.Errorf("%d telephones were called, want the three of the first button", n)
		}
		invites[0].Reply(200, sound())
		phones[0].WantRequest("ACK")
		wantCancelled(t, phones[1], invites[1])
		wantCancelled(t, phones[2], invites[2])
		s.wantOneOpening(invites[0].Within())
	})
}

func TestIncomingCallWhileDialling(t *testing.T) {
	story(t, config(t, threePhones+"[station]\nallow_incoming = [\"*\"]\n"), nil, func(s *street) {
		phones, invites := s.ring()
		call := phones[0].Call(netip.AddrPortFrom(doorAddr, 5060), "door")
		call.Request("INVITE", sound())
		call.Want(486)
		s.wantLight("ringing")
		invites[1].Reply(200, sound())
		phones[1].WantRequest("ACK")
		wantCancelled(t, phones[2], invites[2])
		s.wantLight("in-call")
	})
}

// talkWithTwo has two residents talk with the visitor: one was rung, and the other, who was too, has called the door.
func (s *street) talkWithTwo() (rung, caller *uatest.Dialog) {
	s.t.Helper()
	phones, invites := s.ring()
	invites[1].Reply(200, sound())
	phones[1].WantRequest("ACK")
	wantCancelled(s.t, phones[0], invites[0])
	wantCancelled(s.t, phones[2], invites[2])
	caller = phones[0].Call(netip.AddrPortFrom(doorAddr, 5060), "door")
	caller.Request("INVITE", sound())
	caller.Want(200)
	caller.Ack()
	s.pass(time.Second)
	return invites[1].Within(), caller
}

func TestAResidentJoinsTheConversation(t *testing.T) {
	story(t, config(t, threePhones+"[station]\nallow_incoming = [\"*\"]\nsecond_call = \"join\"\n"), nil, func(s *street) {
		rung, caller := s.talkWithTwo()
		rung.Request("BYE")
		rung.Peer.WantResponse(200)
		s.pass(time.Second)
		s.wantLight("in-call")
		typeCode(caller)
		s.pass(100 * time.Millisecond)
		s.wantDoor(true)
		caller.Peer.WantRequest("BYE").Reply(200)
	})
}

// A resident who is not rung, or not where it rings, calls the door and has the visitor.
func TestAResidentTakesTheVisitOver(t *testing.T) {
	story(t, config(t, threePhones+"[station]\nallow_incoming = [\"*\"]\nsecond_call = \"join\"\n"), nil, func(s *street) {
		phones, invites := s.ring()
		garden := s.scripted(5090)
		call := garden.Call(netip.AddrPortFrom(doorAddr, 5060), "door")
		call.Request("INVITE", sound())
		call.Want(200)
		call.Ack()
		for i, p := range phones {
			wantCancelled(t, p, invites[i])
		}
		s.pass(time.Second)
		s.wantLight("in-call")
		typeCode(call)
		s.pass(100 * time.Millisecond)
		s.wantDoor(true)
		garden.WantRequest("BYE").Reply(200)
	})
}

func TestTheRegistrarIsLostInMidCall(t *testing.T) {
	const pbx = threePhones + `
[[account]]
name = "pbx"
aor = "sip:door@10.0.0.3"
registrar = "sip:10.0.0.3"
expires = "30s"
[station]
silence_limit = "0s" # the telephones of this story have no sound
`
	story(t, config(t, pbx), nil, func(s *street) {
		registrarAddr := netip.MustParseAddr("10.0.0.3")
		conn, err := s.net.Host(registrarAddr).Listen(netip.AddrPortFrom(registrarAddr, 5060))
		if err != nil {
			t.Fatal(err)
		}
		registrar := &uatest.Registrar{}
		registrar.Serve(conn)
		defer registrar.Close()
		s.pass(10 * time.Second)
		s.wantLight("ready")
		phones, invites := s.ring()
		invites[0].Reply(200, sound())
		phones[0].WantRequest("ACK")
		wantCancelled(t, phones[1], invites[1])
		wantCancelled(t, phones[2], invites[2])
		s.net.Cut(doorAddr, registrarAddr)
		s.pass(90 * time.Second)
		s.wantLight("in-call")
		typeCode(invites[0].Within())
		s.pass(100 * time.Millisecond)
		s.wantDoor(true)
		phones[0].WantRequest("BYE").Reply(200)
		s.pass(5 * time.Second)
		s.wantLight("not-registered")
		s.net.Heal(doorAddr, registrarAddr)
		s.pass(2 * time.Minute)
		s.wantLight("ready")
	})
}

// A resident who puts the visitor on hold is still the one who has answered.
func TestTheCodeWhileHeld(t *testing.T) {
	story(t, config(t, threePhones), nil, func(s *street) {
		phones, invites := s.ring()
		invites[0].Reply(200, sound())
		phones[0].WantRequest("ACK")
		wantCancelled(t, phones[1], invites[1])
		wantCancelled(t, phones[2], invites[2])
		call := invites[0].Within()
		call.Request("INVITE", uatest.SDP(netip.AddrPortFrom(houseAddr, 4000), "m=audio 4000 RTP/AVP 8 101", "a=rtpmap:101 telephone-event/8000", "a=inactive"))
		if held := call.Want(200); !strings.Contains(string(held.Body), "a=inactive") {
			t.Errorf("held by\n%s", held.Body)
		}
		call.Ack()
		s.pass(time.Minute) // silence on hold is no telephone that has vanished
		s.wantLight("in-call")
		s.wantOneOpening(call)
	})
}
