package interop

import (
	"testing"
	"time"
)

// Phones that do what others rarely do: SIPp plays them, and takes nothing but the answer that is owed.

func TestPhoneCalls(t *testing.T) {
	stories := []struct {
		scenario string
		tell     func(*phone, *sipp)
	}{
		{"uas-reliable", func(p *phone, peer *sipp) {
			p.want("early call=out-1 codec=PCMA")
			p.want("answered call=out-1")
			p.says("hangup")
		}},
		{"uas-busy-with-changes", func(p *phone, peer *sipp) {
			p.want("answered call=out-1")
			p.says("hold")
			p.want("held call=out-1 by=local")
			p.says("hangup")
		}},
		{"uas-glare", func(p *phone, peer *sipp) {
			p.want("answered call=out-1")
			p.says("hold")
			p.want("held call=out-1 by=local")
			p.says("hangup")
		}},
		{"uas-forked-answers", func(p *phone, peer *sipp) {
			p.want("answered call=out-1")
			eventually(p.t, "a BYE for the second answer", longest, func() bool { return peer.count("BYE sip:kitchen@") == 1 })
			p.says("status")
			p.want("status")
			p.wantNo("ended")
			p.says("hangup")
		}},
	}
	for _, story := range stories {
		t.Run(story.scenario, func(t *testing.T) {
			withPeers(t, func(t testing.TB) {
				p, peer := startPhone(t, phoneSetup{}), callee(t, story.scenario)
				p.says("dial %s", peer.uri())
				story.tell(p, peer)
				p.want("ended call=out-1 status=0 by=local")
				peer.wantPlayed(longest)
			})
		})
	}
}

// A phone that has moved to where it is ends the call: it is asked a few times at most.
func TestPhoneIsNotSentInCircles(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		p, peer := startPhone(t, phoneSetup{}), callee(t, "uas-redirect-loop")
		p.says("dial %s", peer.uri())
		p.want("ended call=out-1 by=remote")
		if n := peer.count("INVITE sip:"); n > 5 {
			t.Errorf("%d INVITE to a phone that has moved to where it is", n)
		}
	})
}

func TestPhoneIsCalled(t *testing.T) {
	for _, scenario := range []string{"uac-late-offer", "uac-changes", "uac-impatient-timer"} {
		t.Run(scenario, func(t *testing.T) {
			withPeers(t, func(t testing.TB) {
				p := startPhone(t, phoneSetup{args: []string{"-auto"}})
				peer := caller(p, scenario, 1)
				p.want("answered call=in-1")
				peer.wantPlayed(longest)
				p.want("ended call=in-1 status=0 by=remote")
			})
		})
	}
}

func TestPhoneRepeatsItsAnswer(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		p := startPhone(t, phoneSetup{args: []string{"-auto"}})
		peer := caller(p, "uac-slow-ack", 1)
		peer.wantPlayed(longest)
		p.want("ended call=in-1 status=0 by=remote")
		// RFC 3261 §13.3.1.4: after T1, and then after twice that. One 200 more is for the BYE.
		if n := peer.count("SIP/2.0 200"); n != 4 {
			t.Errorf("%d responses 200, want 3 to the INVITE whose ACK came after 2 s and 1 to the BYE", n)
		}
	})
}

func TestCallersGiveUp(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		p := startPhone(t, phoneSetup{})
		peer := caller(p, "uac-cancel", 20)
		peer.wantPlayed(longest)
		for range 20 {
			p.want("ended status=487 by=remote")
		}
	})
}

func TestTwoHundredCalls(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		p := startPhone(t, phoneSetup{args: []string{"-auto"}})
		peer := caller(p, "uac-call", 200, "-r", "200")
		peer.wantPlayed(60 * time.Second)
		for range 200 {
			p.want("ended status=0 by=remote")
		}
		p.says("dial %s", p.uri()) // and it still has a line for its own
		p.want("answered call=out-1")
	})
}

func TestManyQuestions(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		p := startPhone(t, phoneSetup{})
		peer := caller(p, "uac-options", 3000, "-r", "1000", "-l", "200")
		peer.wantPlayed(30 * time.Second)
		if n := peer.count("SIP/2.0 200"); n < 3000 {
			t.Errorf("%d answers to 3000 questions", n)
		}
	})
}
