package station

import (
	"testing"
	"time"
)

func TestVisit(t *testing.T) {
	st := tell(t, house())
	st.wantsLight(LightReady)

	st.press("bell")
	st.wants(Dial{Call: "out-1", Account: "box", Target: "sip:11@fritz.box", DisplayName: "Front door"}, Light{LightCalling})
	st.ringing("out-1")
	st.wants(Tone{Ringback}, Light{LightRinging})
	st.pass(4 * time.Second)
	st.answered("out-1")
	st.wants(StopTone{}, Light{LightInCall})

	st.types("out-1", frontCode)
	st.wants(Open{Door: "front", For: 3 * time.Second}, Tone{DoorOpen})
	st.is(DoorOpened{"front"})
	st.wants(Light{LightDoorOpen})
	st.pass(3 * time.Second)
	st.is(DoorClosed{"front"})
	st.wants(Light{LightInCall})
	st.wantsNothing()
	st.pass(1400 * time.Millisecond)
	st.wantsNothing()
	st.pass(200 * time.Millisecond)
	st.wants(Hangup{Call: "out-1"}, Tone{CallEnded}, Light{LightReady})
	if d := st.s.Deadline(); !d.IsZero() {
		t.Errorf("waits for %v with nothing to wait for", d)
	}
	st.saysNoCode()
}

func TestAnOtherSideThatVanishesEndsTheCall(t *testing.T) {
	st := tell(t, house())
	st.press("bell")
	st.is(Silent{"out-1", time.Minute}) // nobody has answered: nobody need be heard
	st.answered("out-1")
	st.is(Silent{"out-1", 19 * time.Second})
	st.is(Silent{"out-7", time.Minute})
	st.wantsLight(LightInCall)
	st.out = nil
	st.is(Silent{"out-1", 20 * time.Second})
	st.wants(Hangup{Call: "out-1"}, Tone{CallEnded}, Light{LightReady})
	st.types("out-1", frontCode)
	st.wantsNothing()
}

func TestWithoutASilenceLimitTheCallLimitEndsTheCall(t *testing.T) {
	cfg := house()
	cfg.SilenceLimit = 0
	st := tell(t, cfg)
	st.press("bell")
	st.answered("out-1")
	st.is(Silent{"out-1", time.Minute})
	st.wantsLight(LightInCall)
}

func TestTargetsAreTriedInOrder(t *testing.T) {
	for _, why := range []struct {
		name string
		miss func(*story, CallID)
	}{
		{"busy", func(st *story, c CallID) { st.ended(c, 486) }},
		{"refused", func(st *story, c CallID) { st.ringing(c); st.ended(c, 603) }},
		{"unreachable", func(st *story, c CallID) { st.is(Ended{Call: c, Reason: "no route to host"}) }},
	} {
		t.Run(why.name+": the next at once", func(t *testing.T) {
			st := tell(t, house())
			st.press("bell")
			began := st.now
			why.miss(st, "out-1")
			st.wants(Dial{Call: "out-2", Account: "box", Target: "sip:12@fritz.box", DisplayName: "Front door"})
			if st.now != began {
				t.Errorf("it took %v", st.now.Sub(began))
			}
			why.miss(st, "out-2")
			st.wants(Tone{NoAnswer}, Light{LightNoAnswer})
			st.pass(noAnswerShown)
			st.wants(Light{LightReady})
		})
	}
	t.Run("not lifted: each rings its time", func(t *testing.T) {
		st := tell(t, house())
		st.press("bell")
		st.ringing("out-1")
		st.pass(30*time.Second - 1)
		if n := len(of[Hangup](st.all)); n != 0 {
			t.Fatal("gave up before the ring time")
		}
		st.pass(1)
		st.wants(Hangup{Call: "out-1"}, Dial{Call: "out-2", Account: "box", Target: "sip:12@fritz.box", DisplayName: "Front door"}, StopTone{}, Light{LightCalling})
		st.ended("out-1", 487) // the CANCEL has done its work
		st.wantsNothing()
		st.pass(30 * time.Second)
		st.wants(Hangup{Call: "out-2"}, Tone{NoAnswer}, Light{LightNoAnswer})
	})
}

func TestButtonWithoutTargetsSaysSo(t *testing.T) {
	cfg := house()
	cfg.Buttons[0].Call = nil
	st := tell(t, cfg)
	st.press("bell")
	st.wants(Tone{NoAnswer}, Light{LightNoAnswer})
}

func TestPressAgain(t *testing.T) {
	t.Run("within the lock it is not heard", func(t *testing.T) {
		st := tell(t, house())
		st.press("bell")
		st.wants(Dial{Call: "out-1", Account: "box", Target: "sip:11@fritz.box", DisplayName: "Front door"})
		st.pass(3*time.Second - 1)
		st.press("bell")
		st.wantsNothing()
	})
	t.Run("after it the call is hung up", func(t *testing.T) {
		st := tell(t, house())
		st.press("bell")
		st.ringing("out-1")
		st.pass(3 * time.Second)
		st.press("bell")
		st.wants(Hangup{Call: "out-1"}, StopTone{}, Light{LightReady})
		st.press("bell") // the hanging up was a press too
		st.wantsNothing()
	})
	t.Run("or left alone, if the house wants it so", func(t *testing.T) {
		cfg := house()
		cfg.PressAgain = PressAgainNothing
		st := tell(t, cfg)
		st.talk()
		st.out = nil
		st.pass(10 * time.Second)
		st.press("bell")
		st.wantsNothing()
		st.wantsLight(LightInCall)
	})
	t.Run("another button does not cut the call off", func(t *testing.T) {
		st := tell(t, house())
		st.press("bell")
		st.ringing("out-1")
		st.out = nil
		st.pass(5 * time.Second)
		st.press("office")
		st.wantsNothing()
		st.answered("out-1")
		st.wants(StopTone{})
		st.press("office")
		st.wantsNothing()
	})
	t.Run("another button rings as soon as the call is over", func(t *testing.T) {
		st := tell(t, house())
		st.ended(st.talk(), 200)
		st.press("office")
		st.wants(Dial{Call: "out-2", Target: "sip:20@fritz.box", DisplayName: "Front door"})
	})
}

func TestCallLimit(t *testing.T) {
	st := tell(t, house())
	id := st.talk()
	st.out = nil
	st.pass(110*time.Second - 1)
	st.wantsNothing()
	st.pass(1)
	st.wants(Tone{LimitWarning})
	st.pass(10 * time.Second)
	st.wants(Hangup{Call: id}, Light{LightReady})
}

func TestShortCallLimitHasNoWarning(t *testing.T) {
	cfg := house()
	cfg.CallLimit = 10 * time.Second
	st := tell(t, cfg)
	id := st.talk()
	st.out = nil
	st.pass(10 * time.Second)
	if st.heard(LimitWarning) > 0 {
		t.Error("warned of the end as the call began")
	}
	st.wants(Hangup{Call: id})
}

func TestCallStaysUpAfterOpeningIfTheHouseWantsItSo(t *testing.T) {
	cfg := house()
	cfg.HangUpAfterOpening = 0
	st := tell(t, cfg)
	st.types(st.talk(), frontCode)
	st.pass(time.Minute)
	if n := len(of[Hangup](st.all)); n != 0 {
		t.Error("hung up")
	}
	st.wantsLight(LightInCall)
}

func TestEarlySoundReplacesTheRingback(t *testing.T) {
	st := tell(t, house())
	st.press("bell")
	st.ringing("out-1")
	st.wants(Tone{Ringback})
	st.is(Early{"out-1"})
	st.wants(StopTone{})

	st.ended("out-1", 486)
	st.out = nil
	st.is(Early{"out-2"})
	st.ringing("out-2")
	if st.heard(Ringback) > 0 {
		t.Error("plays over the other side's own sound")
	}
	st.wants(Light{LightRinging})

	st.pass(30 * time.Second)
	st.pass(3 * time.Second)
	st.talk()
	st.wants(Tone{Ringback})
}

func TestEarlySoundOfOneTargetDoesNotSilenceTheNext(t *testing.T) {
	st := tell(t, house())
	st.press("bell")
	st.is(Early{"out-1"})
	st.ended("out-1", 486)
	st.ringing("out-2")
	st.wants(Tone{Ringback})
}

func TestAnswerThatComesTooLateIsHungUp(t *testing.T) {
	st := tell(t, house())
	st.press("bell")
	st.pass(30 * time.Second)
	st.wants(Hangup{Call: "out-1"})
	st.answered("out-1")
	st.wants(Hangup{Call: "out-1"})
	st.answered("out-2")
	st.wants(Light{LightInCall})
}

func TestTheHouseHangsUp(t *testing.T) {
	st := tell(t, house())
	id := st.talk()
	st.is(Ended{Call: id, Reason: "BYE"})
	st.wants(Tone{CallEnded}, Light{LightReady})
}

// A step may come so late that the end of the ring time, of the limit and of all else are due together.
func TestLateStep(t *testing.T) {
	st := tell(t, house())
	id := st.talk()
	st.types(id, frontCode+"12")
	st.out = nil
	st.now = st.now.Add(24 * time.Hour)
	st.is(Tick{})
	st.wants(Hangup{Call: id}, Light{LightReady})
	if n := len(of[Hangup](st.all)); n != 1 {
		t.Errorf("hung up %d times", n)
	}
}

func TestNotesAreForTheCaretaker(t *testing.T) {
	st := tell(t, house())
	st.is(Ended{Call: "out-9", Status: 500})
	st.press("bell")
	st.is(Ended{Call: "out-1", Status: 486, Reason: "Busy \r\nHere"})
	n, ok := noteOf(st.all, "not answered")
	if !ok {
		t.Fatal("did not say that the house was busy")
	}
	if got, want := n.String(), `not answered peer=sip:11@fritz.box call=out-1 status=486 err="Busy \r\nHere"`; got != want {
		t.Errorf("says %s\nwanted %s", got, want)
	}
}

// Whoever is told that it rings is told that it no longer does, and why.
func TestEveryRingHasAnEnd(t *testing.T) {
	for _, c := range []struct {
		name string
		tell func(*story)
		want Record
	}{
		{"nobody answers", func(st *story) { st.press("office"); st.pass(time.Minute) }, Record{Button: "office"}},
		{"pressed again", func(st *story) { st.press("bell"); st.pass(5 * time.Second); st.press("bell") },
			Record{Button: "bell", Reason: "pressed again: hung up"}},
		{"somebody comes to the door", func(st *story) { st.press("bell"); st.is(InputChanged{"c", true}) },
			Record{Button: "bell", Reason: "the door was opened"}},
		{"a program hangs up", func(st *story) { st.press("bell"); st.is(HangUpAsked{"root"}) },
			Record{Button: "bell", Reason: "hung up by a program of root"}},
		{"nobody at the station", func(st *story) { st.calls("in-1", household, true); st.pass(time.Minute) },
			Record{Peer: household, Call: "in-1", Reason: "nobody answered at the station"}},
		{"the caller gives up", func(st *story) { st.calls("in-1", household, true); st.ended("in-1", 487) },
			Record{Peer: household, Call: "in-1", Reason: "the caller gave up"}},
		{"who waits gives up", func(st *story) { st.talk(); st.calls("in-1", household, true); st.ended("in-1", 487) },
			Record{Peer: household, Call: "in-1", Reason: "the caller gave up"}},
		{"the caller never confirms", func(st *story) { st.calls("in-1", household, true); st.press("bell"); st.pass(confirmation) },
			Record{Peer: household, Call: "in-1", Reason: "the caller never confirmed"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := house()
			cfg.SecondCall = SecondWaits
			cfg.Inputs = []Input{{Name: "c", Use: UseContact, Door: "front"}}
			st := tell(t, cfg)
			st.is(InputChanged{"c", false})
			c.tell(st)
			c.want.Kind = Unanswered
			var told []Record
			for _, r := range of[Record](st.all) {
				if r.Kind == Unanswered {
					told = append(told, r)
				}
			}
			if len(told) != 1 || told[0] != c.want {
				t.Errorf("told %+v, want %+v", told, c.want)
			}
		})
	}
}
