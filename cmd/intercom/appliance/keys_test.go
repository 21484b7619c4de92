package appliance_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"intercom/cmd/intercom/phone"
	"intercom/cmd/intercom/station"
	"intercom/ua/uatest"
)

func TestTheCodeByInfo(t *testing.T) {
	house := knowsTheCode()
	house.DTMF = phone.Info
	story(t, config(t, ""), house, func(s *street) {
		s.press("bell")
		s.pass(6*time.Second + 500*time.Millisecond)
		s.wantDoor(true)
		s.pass(time.Minute)
		s.wantDoor(false)
		if n := count[station.Open](s); n != 1 {
			t.Errorf("the door was opened %d times, want once", n)
		}
	})
}

// scripted is a telephone in the house that says what it should not.
func (s *street) scripted(port uint16) *uatest.Peer {
	s.t.Helper()
	addr := netip.AddrPortFrom(houseAddr, port)
	conn, err := s.net.Host(houseAddr).Listen(addr)
	if err != nil {
		s.t.Fatal(err)
	}
	return uatest.NewPeer(s.t, conn, addr)
}

// typeCode sends the right code by INFO and returns the status of the last answer, 0 for none.
func typeCode(d *uatest.Dialog) (status int) { return typeKeys(d, "73914#") }

// typeKeys sends keys by INFO and returns the status of the last answer, 0 for none.
func typeKeys(d *uatest.Dialog, keys string) (status int) {
	for _, key := range keys {
		d.Request("INFO", "Content-Type: application/dtmf-relay", fmt.Sprintf("body: Signal=%c\r\nDuration=100\r\n", key))
		if m := d.Peer.Receive(time.Second); m != nil {
			status = m.Status
		}
	}
	return status
}

// Whoever knows the code and half of a call, or all of a call that is not up, opens nothing.
func TestTheCodeByInfoFromTheWrongCall(t *testing.T) {
	story(t, config(t, ""), nil, func(s *street) {
		p := s.scripted(5060)
		s.press("bell")
		invite := p.WantRequest("INVITE")
		invite.Reply(183, uatest.SDP(netip.AddrPortFrom(houseAddr, 4000)))
		call := invite.Within()
		if status := typeCode(call); status != 403 {
			t.Errorf("before the answer: %d, want 403", status)
		}
		invite.Reply(200, uatest.SDP(netip.AddrPortFrom(houseAddr, 4000)))
		p.WantRequest("ACK")
		half := *call
		half.Remote += "x"
		if status := typeCode(&half); status != 481 && status != 0 {
			t.Errorf("with a tag that is wrong: %d", status)
		}
		old := *call
		old.Seq = 1
		if status := typeCode(&old); status != 500 {
			t.Errorf("with numbers that are used up: %d, want 500", status)
		}
		call.Request("BYE")
		p.WantResponse(200)
		if status := typeCode(call); status != 481 && status != 0 {
			t.Errorf("after the end: %d", status)
		}
		s.pass(time.Minute)
		never[station.Digit](s, "a key was heard")
		never[station.Open](s, "the door was opened")
	})
}
