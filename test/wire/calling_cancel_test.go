package wire

import (
	"testing"
	"time"
)

func TestCancelling(t *testing.T) { // RFC 3261 §9.1; the judge compares each CANCEL and ACK with its INVITE
	t.Parallel()
	outward(t, "while it rings: CANCEL, 200, 487, ACK", func(s *stage, p *phone, a *peer, uri string) {
		p.dial(uri)
		invite := a.WantRequest("INVITE")
		invite.Reply(100)
		invite.Reply(180)
		p.want("ringing")
		p.says("hangup")
		a.WantRequest("CANCEL").Reply(200)
		invite.Reply(487)
		a.WantRequest("ACK")
		if e := p.want("ended"); e.By != "local" {
			s.Errorf("told %s", e.line)
		}
		a.WantSilence(time.Second)
	})
	outward(t, "200 wins the race: ACK and BYE", func(s *stage, p *phone, a *peer, uri string) {
		p.dial(uri)
		invite := a.WantRequest("INVITE")
		invite.Reply(180)
		p.want("ringing")
		p.says("hangup")
		cancel := a.WantRequest("CANCEL")
		invite.Reply(200, a.sdp())
		cancel.Reply(200)
		a.WantRequest("ACK")
		a.WantRequest("BYE").Reply(200)
		if e := p.want("ended"); e.By != "local" {
			s.Errorf("told %s", e.line)
		}
		invite.Reply(200, a.sdp()) // once more, as its ACK was late
		if m := a.Receive(s.patience); m == nil || m.Method != "ACK" {
			s.Errorf("want the ACK again, got\n%v", m)
		}
		a.WantSilence(time.Second)
	})
	play(t, "481 to the CANCEL, 200 to the INVITE", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.Reply(180)
		p.want("ringing")
		p.says("hangup")
		a.WantRequest("CANCEL").Reply(481)
		invite.As("late").Reply(200, a.sdp())
		a.WantRequest("ACK")
		a.WantRequest("BYE").Reply(200)
		p.want("ended")
	})
	play(t, "hung up before any reply, and 200 comes first: ACK and BYE, no CANCEL", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		p.says("hangup")
		p.status()
		invite.Reply(200, a.sdp())
		a.WantRequest("ACK")
		a.WantRequest("BYE").Reply(200)
	})
	play(t, "hung up before any reply, and 486 comes first", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		p.says("hangup")
		p.status()
		invite.Reply(486)
		a.WantRequest("ACK")
		a.WantSilence(time.Second)
	})
	play(t, "486 crosses the CANCEL", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.Reply(183, a.sdp())
		p.want("early")
		p.says("hangup")
		cancel := a.WantRequest("CANCEL")
		invite.Reply(486)
		a.WantRequest("ACK")
		cancel.Reply(200)
		p.want("ended")
	})
	play(t, "the CANCEL is lost: repeated", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.Reply(180)
		p.want("ringing")
		p.says("hangup")
		a.Receive(s.patience)
		a.Receive(s.patience)
		a.WantRequest("CANCEL").Reply(200)
		invite.Reply(487)
		a.WantRequest("ACK")
		p.want("ended")
		s.wantSent("CANCEL", 0, 0.5, 1.5)
	})
	play(t, "200 to the CANCEL, and nothing to the INVITE: over after 32 s", func(s *stage) {
		s.slow()
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.Reply(180)
		p.want("ringing")
		p.says("hangup")
		a.WantRequest("CANCEL").Reply(200)
		a.hush(34 * time.Second)
		p.status()
		a.WantSilence(time.Second)
	})
	play(t, "two forks ring, 200 of both cross the CANCEL: ACK and BYE for both", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.As("one").Reply(180)
		p.want("ringing")
		invite.As("two").Reply(180)
		p.says("hangup")
		cancel := a.WantRequest("CANCEL")
		invite.As("one").Reply(200, a.sdp())
		invite.As("two").Reply(200, a.sdp())
		cancel.Reply(200)
		tags := map[string]int{}
		for range 4 {
			m := a.Receive(s.patience)
			if m == nil {
				s.Fatal("want ACK and BYE for both")
			}
			to, _ := m.To()
			tags[m.Method+to.Tag()]++
			if m.Method == "BYE" {
				m.Reply(200)
			}
		}
		if tags["ACKone"] != 1 || tags["ACKtwo"] != 1 || tags["BYEone"] != 1 || tags["BYEtwo"] != 1 {
			s.Errorf("got %v", tags)
		}
		p.want("ended")
	})
	play(t, "hung up while a password is asked for: no second INVITE", func(s *stage) {
		p, a := s.phone("-password", password), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.Reply(180)
		p.want("ringing")
		p.says("hangup")
		a.WantRequest("CANCEL").Reply(200)
		invite.Reply(407, proxied(challenge("n1")))
		a.WantRequest("ACK")
		p.want("ended")
		a.WantSilence(time.Second)
	})
}

func TestForks(t *testing.T) { // RFC 3261 §12.1, §13.2.2.4
	t.Parallel()
	play(t, "180 tag A, 183 tag B with SDP, 200 tag B", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.As("A").Reply(180)
		p.want("ringing")
		invite.As("B").Reply(183, a.sdp())
		p.want("early")
		invite.As("B").Reply(200, a.sdp())
		a.WantRequest("ACK")
		p.want("answered")
		p.says("hangup")
		bye := a.WantRequest("BYE")
		if to, _ := bye.To(); to.Tag() != "B" {
			s.Errorf("hung up with\n%s", bye)
		}
		bye.Reply(200)
		p.wantEnded(0, "local")
	})
	play(t, "183 tag A with SDP, 183 tag B with other SDP, 200 tag C (baresip#2819)", func(s *stage) {
		p, a, b := s.phone(), s.peer(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.As("A").Reply(183, a.sdp())
		p.want("early")
		invite.As("B").Reply(183, b.sdp())
		invite.As("C").Reply(200, b.sdp("m=audio PORT RTP/AVP 0"))
		a.WantRequest("ACK")
		for e := p.next(s.patience); e.Event != "answered"; e = p.next(s.patience) {
			if e.Event != "early" {
				s.Fatalf("told %q", e.line)
			}
		}
		p.hangsUp(a)
	})
	outward(t, "two 2xx: both ACKed, one BYEd (baresip#2114)", func(s *stage, p *phone, a *peer, uri string) {
		p.dial(uri)
		invite := a.WantRequest("INVITE")
		invite.As("one").Reply(180)
		p.want("ringing")
		invite.As("one").Reply(200, a.sdp())
		a.WantRequest("ACK")
		p.want("answered")
		invite.As("two").Reply(200, a.sdp())
		a.WantRequest("ACK")
		bye := a.WantRequest("BYE")
		if to, _ := bye.To(); to.Tag() != "two" {
			s.Errorf("want the second hung up, got\n%s", bye)
		}
		bye.Reply(200)
		invite.As("one").Reply(180) // far too late
		p.wantNoEvent(time.Second)
		p.hangsUp(a)
	})
	play(t, "the second 200 has a body that is no session, and its BYE is not answered at first", func(s *stage) {
		p, a := s.phone(), s.peer()
		invite := p.reaches(a)
		invite.As("two").Reply(200, "body: x")
		a.WantRequest("ACK")
		a.Receive(s.patience)
		a.WantRequest("BYE").Reply(481)
		p.wantNoEvent(time.Second)
		p.hangsUp(a)
	})
}
