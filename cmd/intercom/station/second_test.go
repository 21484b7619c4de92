package station

import (
	"testing"
	"time"
)

func TestASecondCallWaits(t *testing.T) {
	cfg := house()
	cfg.SecondCall = SecondWaits
	st := tell(t, cfg)
	id := st.talk()
	st.calls("in-1", household, true)
	st.calls("in-2", household, true)
	st.calls("in-3", stranger, true)
	st.wants(Ring{"in-1"}, Ring{"in-2"}, Reject{"in-3", 403})
	st.wantsLight(LightInCall)
	st.ended(id, 200)
	st.wants(Ring{"in-1"}, Tone{Alert}, Light{LightRinging})
	st.ended("in-2", 487)
	st.press("office")
	st.wants(Answer{"in-1"})
	st.answered("in-1")
	st.ended("in-1", 200)
	st.wantsLight(LightReady)
	st.talk()
	st.calls("in-4", household, true)
	st.out = nil
	st.pass(longestInLine) // the call limit is as long
	st.wants(Reject{"in-4", 480})
}

func TestTheLineHasAnEnd(t *testing.T) {
	cfg := house()
	cfg.SecondCall = SecondWaits
	st := tell(t, cfg)
	st.talk()
	for _, id := range []CallID{"in-1", "in-2", "in-3", "in-4", "in-5"} {
		st.calls(id, household, true)
	}
	st.wants(Ring{"in-4"}, Reject{"in-5", 486})
}

func TestASecondCallJoins(t *testing.T) {
	cfg := house()
	cfg.SecondCall = SecondJoins
	st := tell(t, cfg)
	st.press("bell")
	st.answered("out-1")
	st.calls("in-1", stranger, true)
	st.wants(Reject{"in-1", 403})
	st.calls("in-2", household, true)
	st.wants(Answer{"in-2"})
	st.answered("in-2")
	st.wants(Tone{Joined}, Mix{Call: "in-2", Heard: true, Hears: true})
	st.ended("out-1", 200)
	st.wantsLight(LightInCall)
	st.is(Silent{"in-2", 20 * time.Second})
	st.wants(Hangup{Call: "in-2"}, Tone{CallEnded}, Light{LightReady})
}

// Who calls the door while its bell rings takes the visitor over, as if his own telephone had been lifted.
func TestASecondCallTakesTheVisitOver(t *testing.T) {
	cfg := house()
	cfg.SecondCall = SecondJoins
	st := tell(t, cfg)
	st.press("bell")
	st.ringing("out-1")
	st.calls("in-1", stranger, true)
	st.wants(Reject{"in-1", 403})
	st.calls("in-2", household, true)
	st.wants(Record{Kind: Called, Peer: household, Call: "in-2"}, Answer{"in-2"})
	st.types("in-2", frontCode+"#") // not confirmed yet
	if n := len(of[Hangup](st.out)) + len(of[Open](st.out)); n > 0 {
		t.Fatalf("before the call is confirmed: %v", st.out)
	}
	st.answered("in-2")
	st.wants(Record{Kind: WasTaken, Button: "bell", Peer: household, Call: "in-2"}, Hangup{Call: "out-1", Elsewhere: true})
	st.wantsLight(LightInCall)
	st.answered("out-1") // lifted in that moment
	st.wants(Hangup{Call: "out-1", Elsewhere: true})
	st.types("in-2", frontCode+"#")
	if opened := st.opened(); len(opened) != 1 {
		t.Errorf("opened %v", opened)
	}
}

func TestWhoTakesOverWhileMuchHappens(t *testing.T) {
	refuse := func(st *story) {
		for _, id := range []CallID{"out-1", "out-2", "out-3"} {
			st.ended(id, 486)
		}
	}
	for _, c := range []struct {
		name string
		then func(*story)
		want []Action
	}{
		{"and hangs up at once", func(st *story) {
			st.ended("in-1", 487)
		}, []Action{StopTone{}, Tone{Ringback}}},
		{"and the house answers meanwhile", func(st *story) {
			st.answered("out-1")
			st.answered("in-1")
		}, []Action{Light{LightInCall}, Tone{Joined}}},
		{"while all others refuse", func(st *story) {
			refuse(st)
			st.answered("in-1")
		}, []Action{Record{Kind: WasTaken, Button: "bell", Peer: household, Call: "in-1"}, Mix{Call: "in-1", Heard: true, Hears: true}}},
		{"and hangs up when all others have refused", func(st *story) {
			refuse(st)
			st.ended("in-1", 487)
		}, []Action{Record{Kind: Unanswered, Button: "bell"}, Tone{NoAnswer}, Light{LightNoAnswer}}},
		{"and never confirms, and nobody answers", func(st *story) {
			st.pass(2 * time.Minute)
		}, []Action{Hangup{Call: "in-1"}, Record{Kind: Unanswered, Button: "bell"}, Tone{NoAnswer}}},
		{"while the ring limit passes", func(st *story) {
			st.pass(31 * time.Second)
			st.answered("in-1")
		}, []Action{Record{Kind: WasTaken, Button: "bell", Peer: household, Call: "in-1"}}},
		{"and the button is pressed again", func(st *story) {
			st.pass(5 * time.Second)
			st.press("bell")
		}, []Action{Hangup{Call: "out-1"}, Hangup{Call: "in-1"}, Light{LightReady}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := house()
			cfg.SecondCall, cfg.RingLimit = SecondJoins, 31*time.Second
			cfg.Buttons[0].Otherwise = []string{"sip:15@fritz.box"}
			st := tell(t, cfg)
			st.press("bell")
			st.ringing("out-1")
			st.calls("in-1", household, true)
			c.then(st)
			st.wants(c.want...)
		})
	}
}

// A station that rings itself has nobody at the door yet whom one could talk to.
func TestNobodyJoinsACallThatNobodyHasAnswered(t *testing.T) {
	cfg := house()
	cfg.SecondCall = SecondJoins
	st := tell(t, cfg)
	st.calls("in-1", household, true)
	st.calls("in-2", household, true)
	st.wants(Ring{"in-1"}, Reject{"in-2", 486})
	st.press("bell")
	st.calls("in-3", household, true)
	st.wants(Answer{"in-1"}, Answer{"in-3"})
	st.answered("in-3")
	st.answered("in-1")
	st.wants(Tone{Joined})
}

// A telephone that holds sends the music of its PBX: nobody else is to talk over that.
func TestWhoHoldsIsNotHeardByTheOthers(t *testing.T) {
	cfg := house()
	cfg.SecondCall = SecondJoins
	st := tell(t, cfg)
	id := st.talk()
	st.out = nil
	st.is(OnHold{id, true})
	if n := len(of[Mix](st.out)); n > 0 {
		t.Errorf("the only telephone holds, and its music is not for the visitor: %v", st.out)
	}
	st.calls("in-1", household, true)
	st.answered("in-1")
	st.wants(Mix{Call: id, Heard: false, Hears: true}, Mix{Call: "in-1", Heard: true, Hears: true})
	st.is(OnHold{id, false})
	st.wants(Mix{Call: id, Heard: true, Hears: true})
	st.is(OnHold{"in-1", true})
	st.wants(Mix{Call: "in-1", Heard: false, Hears: true})
	st.is(Moved{"in-1"})
	st.wants(Mix{Call: "in-1", Heard: true, Hears: true})
	st.is(OnHold{id, true})
	st.ended("in-1", 200)
	st.wants(Mix{Call: id, Heard: true, Hears: true})
	st.is(OnHold{"nobody", true})
}

func TestTheLimitEndsAConversationOfSeveral(t *testing.T) {
	cfg := house()
	cfg.SecondCall = SecondJoins
	st := tell(t, cfg)
	id := st.talk()
	st.pass(100 * time.Second)
	st.calls("in-1", household, true)
	st.answered("in-1")
	st.pass(20 * time.Second)
	st.wants(Hangup{Call: id}, Hangup{Call: "in-1"}, Light{LightReady})
}

func TestTheStationIsNotDisturbed(t *testing.T) {
	cfg := house()
	cfg.Location = time.UTC
	cfg.Schedules = []Schedule{
		{Name: "noon", From: "12:00", To: "13:00", Holidays: holidaysIgnored},
		{Name: "night", From: "22:00", To: "06:00", Holidays: holidaysIgnored},
	}
	cfg.DoNotDisturb = "night"
	cfg.Redirects = []Diversion{{Schedule: "noon", To: "sip:20@fritz.box"}}
	st := tell(t, cfg)
	st.calls("in-1", household, true)
	st.calls("in-2", stranger, true)
	st.wants(Redirect{"in-1", "sip:20@fritz.box"}, Reject{"in-2", 403})
	st.now = st.now.Add(11 * time.Hour)
	st.calls("in-3", household, true)
	st.wants(Reject{"in-3", 480})
	st.now = st.now.Add(12 * time.Hour)
	st.calls("in-4", household, true)
	st.wants(Ring{"in-4"})
}

func TestCallersWhoAskForItAreAnsweredAtOnce(t *testing.T) {
	for _, c := range []struct {
		name                    string
		from                    string
		headers, trusted, taken bool
	}{
		{"allowed", household, true, true, true},
		{"the house does not want it", household, false, true, false},
		{"not allowed", stranger, true, true, false},
		{"not vouched for", household, true, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := house()
			cfg.AutoAnswerHeaders = c.headers
			st := tell(t, cfg)
			st.is(Incoming{Call: "in-1", From: c.from, Trusted: c.trusted, AtOnce: true})
			if taken := len(of[Answer](st.out)) == 1; taken != c.taken {
				t.Fatalf("answered: %v", taken)
			}
			if c.taken {
				st.answered("in-1")
				st.wants(Tone{Listening})
			}
		})
	}
}

func TestListeningIsSilentOnlyIfTheConfigurationSaysSo(t *testing.T) {
	cfg := house()
	cfg.AutoAnswer, cfg.SilentListening = true, true
	st := tell(t, cfg)
	st.calls("in-1", household, true)
	st.answered("in-1")
	st.pass(100 * time.Second)
	if st.heard(Listening) != 0 {
		t.Error("a tone is heard")
	}
}
