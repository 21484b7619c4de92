package appliance_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"intercom/cmd/intercom/station"
	"intercom/ua/sip"
	"intercom/ua/uatest"
)

var hall, kitchen uint16 = 5060, 5070

func sound() string { return uatest.SDP(netip.AddrPortFrom(houseAddr, 4000)) }

// answers has a telephone take the door's call.
func answers(p *uatest.Peer) *uatest.Dialog {
	invite := p.WantRequest("INVITE")
	invite.Reply(200, sound())
	p.WantRequest("ACK")
	return invite.Within()
}

// sends has a telephone send the visitor to the kitchen.
func sends(call *uatest.Dialog) {
	call.Request("REFER", fmt.Sprintf("Refer-To: <sip:kitchen@%s:%d>", houseAddr, kitchen))
	call.Want(202)
	call.Peer.WantRequest("NOTIFY").Reply(200)
}

// wantNews waits for how the transfer went.
func wantNews(t *testing.T, p *uatest.Peer, status string) {
	t.Helper()
	m := p.WantRequest("NOTIFY")
	if !strings.HasPrefix(string(m.Body), "SIP/2.0 "+status) {
		t.Errorf("want news of %s, got\n%s", status, m)
	}
	m.Reply(200)
}

// takes has a telephone take the place of another one.
func (s *street) takes(p *uatest.Peer, from *uatest.Dialog) *uatest.Dialog {
	s.t.Helper()
	local, _ := sip.ParseAddress(from.Local)
	remote, _ := sip.ParseAddress(from.Remote)
	call := p.Call(netip.AddrPortFrom(doorAddr, 5060), "door")
	call.Request("INVITE", sound(), fmt.Sprintf("Replaces: %s;to-tag=%s;from-tag=%s", from.CallID, remote.Tag(), local.Tag()))
	return call
}

// wantOneOpening types the code and wants it to open the door, once, after which the call ends.
func (s *street) wantOneOpening(call *uatest.Dialog) {
	s.t.Helper()
	if status := typeCode(call); status != 200 {
		s.t.Fatalf("the code was answered %d", status)
	}
	s.pass(100 * time.Millisecond)
	s.wantDoor(true)
	call.Peer.WantRequest("BYE").Reply(200)
	s.pass(time.Second)
	s.wantLight("ready")
	if opened, answered := count[station.Open](s), count[station.Answered](s); opened != 1 || answered != 1 {
		s.t.Errorf("opened %d times in %d calls, want once in one", opened, answered)
	}
}

func TestTheHouseSendsTheVisitorToTheKitchen(t *testing.T) {
	story(t, config(t, ""), nil, func(s *street) {
		p, q := s.scripted(hall), s.scripted(kitchen)
		s.press("bell")
		call := answers(p)
		sends(call)
		moved := answers(q)
		wantNews(t, p, "200")
		p.WantRequest("BYE").Reply(200)
		s.wantLight("in-call")
		if status := typeCode(call); status != 481 {
			t.Errorf("the code in the call that is over: %d, want 481", status)
		}
		never[station.Open](s, "the door was opened")
		s.wantOneOpening(moved)
	})
}

func TestTheHallHangsUpBeforeTheKitchenAnswers(t *testing.T) {
	story(t, config(t, ""), nil, func(s *street) {
		p, q := s.scripted(hall), s.scripted(kitchen)
		s.press("bell")
		call := answers(p)
		sends(call)
		call.Request("BYE")
		call.Want(200)
		s.pass(time.Second)
		s.wantLight("in-call")
		moved := answers(q)
		wantNews(t, p, "200")
		s.wantOneOpening(moved)
	})
}

func TestTheKitchenIsBusy(t *testing.T) {
	for name, hangsUp := range map[string]bool{"and the hall goes on": false, "and the hall has hung up": true} {
		t.Run(name, func(t *testing.T) {
			story(t, config(t, ""), nil, func(s *street) {
				p, q := s.scripted(hall), s.scripted(kitchen)
				s.press("bell")
				call := answers(p)
				sends(call)
				if hangsUp {
					call.Request("BYE")
					call.Want(200)
				}
				q.WantRequest("INVITE").Reply(486)
				wantNews(t, p, "486")
				s.pass(time.Second)
				if hangsUp {
					s.wantLight("ready")
					return
				}
				s.wantOneOpening(call)
			})
		})
	}
}

func TestTheVisitorLeavesWhileTheKitchenRings(t *testing.T) {
	story(t, config(t, ""), nil, func(s *street) {
		p, q := s.scripted(hall), s.scripted(kitchen)
		s.press("bell")
		sends(answers(p))
		ringing := q.WantRequest("INVITE")
		ringing.Reply(180)
		wantNews(t, p, "180")
		s.pass(5 * time.Second)
		s.press("bell")
		p.WantRequest("BYE").Reply(200)
		q.WantRequest("CANCEL").Reply(200)
		ringing.Reply(487)
		wantNews(t, p, "487")
		s.pass(time.Second)
		s.wantLight("ready")
	})
}

func TestTheKitchenTakesTheCall(t *testing.T) { // RFC 3891
	story(t, config(t, ""), nil, func(s *street) {
		p, q := s.scripted(hall), s.scripted(kitchen)
		s.press("bell")
		taken := s.takes(q, answers(p))
		taken.Want(200)
		p.WantRequest("BYE").Reply(200)
		taken.Ack()
		s.pass(time.Second)
		s.wantLight("in-call")
		s.wantOneOpening(taken)
	})
}

func TestTheKitchenTakesTheCallThatRingsInTheHall(t *testing.T) {
	story(t, config(t, ""), nil, func(s *street) {
		p, q := s.scripted(hall), s.scripted(kitchen)
		s.press("bell")
		ringing := p.WantRequest("INVITE")
		ringing.Reply(180)
		s.pass(time.Second)
		taken := s.takes(q, ringing.Within())
		taken.Want(200)
		p.WantRequest("CANCEL").Reply(200)
		ringing.Reply(487)
		taken.Ack()
		s.pass(time.Second)
		s.wantLight("in-call")
		s.wantOneOpening(taken)
	})
}

func TestTheKitchenTakesTheCallAndSaysNothing(t *testing.T) {
	story(t, config(t, ""), nil, func(s *street) {
		p, q := s.scripted(hall), s.scripted(kitchen)
		s.press("bell")
		taken := s.takes(q, answers(p))
		taken.Want(200)
		p.WantRequest("BYE").Reply(200) // and no ACK follows
		s.pass(2 * time.Minute)
		s.wantLight("ready")
		never[station.Open](s, "the door was opened")
	})
}

// The kitchen's telephone says nothing from the first moment: the rules must hear of the silence of the one that the visitor
// talks to now, under the name that they know the call by.
func TestTheKitchenVanishes(t *testing.T) {
	story(t, config(t, ""), nil, func(s *street) {
		p, q := s.scripted(hall), s.scripted(kitchen)
		s.press("bell")
		sends(answers(p))
		answers(q)
		wantNews(t, p, "200")
		p.WantRequest("BYE").Reply(200)
		s.pass(15 * time.Second)
		s.wantLight("in-call")
		s.pass(10 * time.Second)
		s.wantLight("ready")
		q.WantRequest("BYE").Reply(200)
		never[station.Open](s, "the door was opened")
	})
}

// The hall types the first half of the code, the kitchen the second.
func TestTwoTelephonesMakeNoCode(t *testing.T) {
	story(t, config(t, ""), nil, func(s *street) {
		p, q := s.scripted(hall), s.scripted(kitchen)
		s.press("bell")
		call := answers(p)
		typeKeys(call, "739")
		sends(call)
		moved := answers(q)
		wantNews(t, p, "200")
		p.WantRequest("BYE").Reply(200)
		typeKeys(moved, "14#")
		s.pass(time.Second)
		never[station.Open](s, "halves of two telephones opened the door")
		s.wantOneOpening(moved)
	})
}

// Who hands the visitor on puts the receiver down, and the kitchen takes its time.
func TestTheHallIsSilentWhileTheKitchenRings(t *testing.T) {
	story(t, config(t, ""), nil, func(s *street) {
		p, q := s.scripted(hall), s.scripted(kitchen)
		s.press("bell")
		call := answers(p)
		sends(call)
		invite := q.WantRequest("INVITE")
		invite.Reply(180)
		wantNews(t, p, "180")
		s.pass(25 * time.Second)
		s.wantLight("in-call")
		invite.Reply(200, sound())
		q.WantRequest("ACK")
		wantNews(t, p, "200")
		p.WantRequest("BYE").Reply(200)
		s.wantOneOpening(invite.Within())
	})
}
