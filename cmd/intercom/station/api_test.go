package station

import (
	"slices"
	"testing"
	"time"
)

// asked has a station step with what a program asks for, and returns what it does.
func asked(s *Station, e Event) (opened bool, said []Record) {
	for _, a := range s.Step(time.Unix(1e9, 0), e) {
		switch a := a.(type) {
		case Open:
			opened = true
		case Record:
			said = append(said, a)
		}
	}
	return opened, said
}

// Attack: a program asks for doors while the housing is open, and for doors that there are not.
func TestAProgramOpensWhatOthersMay(t *testing.T) {
	cfg := oneDoor()
	cfg.TamperBlock = time.Hour
	cfg.Inputs = []Input{{Name: "lid", Use: UseTamper}}
	for name, c := range map[string]struct {
		before []Event
		door   string
		opens  bool
		kind   RecordKind
	}{
		"a door":                          {nil, "front", true, Opened},
		"another door":                    {nil, "back", false, Denied},
		"no door":                         {nil, "", false, Denied},
		"while the housing is open":       {[]Event{InputChanged{Input: "lid", On: true}}, "front", false, Denied},
		"just after the housing was open": {[]Event{InputChanged{Input: "lid", On: true}, InputChanged{Input: "lid"}}, "front", false, Denied},
	} {
		s := New(cfg)
		for _, e := range c.before {
			asked(s, e)
		}
		opened, said := asked(s, OpenAsked{Door: c.door, By: "anna"})
		if opened != c.opens || len(said) != 1 || said[0].Kind != c.kind || said[0].Way != ByAPI || said[0].Person != "anna" || said[0].Door != c.door {
			t.Errorf("%s: opened %v, recorded %v", name, opened, said)
		}
	}
}

func TestAProgramCallsAndHangsUp(t *testing.T) {
	s := New(oneDoor())
	if _, said := asked(s, CallAsked{Target: "sip:12@fritz.box", By: "anna"}); len(said) != 1 || said[0].Kind != Rang || said[0].Peer != "sip:12@fritz.box" {
		t.Errorf("recorded %v", said)
	}
	if got := s.State(); len(got.Calls) != 1 || got.Calls[0] != (CallState{"out-1", "sip:12@fritz.box", "calling"}) {
		t.Errorf("%+v", got)
	}
	if _, said := asked(s, CallAsked{Target: "sip:13@fritz.box", By: "anna"}); len(said) != 0 || len(s.State().Calls) != 1 {
		t.Errorf("called beside a call: %v", said)
	}
	if opened, _ := asked(s, Answered{"out-1"}); opened {
		t.Error("a call opens")
	}
	asked(s, HangUpAsked{"anna"})
	if !s.Idle() || len(s.State().Calls) != 0 {
		t.Error("not hung up")
	}
	asked(s, HangUpAsked{"anna"}) // twice is no harm
}

// What a relay does and what a contact says are told apart: a door that stands open may be locked.
func TestStateOfDoorsAndLights(t *testing.T) {
	cfg := house()
	cfg.Doors = append(cfg.Doors, Door{Name: "stairs", Light: true})
	cfg.Inputs = []Input{{Name: "c", Use: UseContact, Door: "front"}}
	st := tell(t, cfg)
	st.is(DoorOpened{"front"})
	st.is(InputChanged{"c", true})
	st.is(DoorClosed{"front"})
	st.is(DoorOpened{"stairs"})
	want := []DoorState{{Name: "front", Contact: true, Ajar: true}, {Name: "garage"}, {Name: "stairs", Light: true, Pulled: true}}
	if got := st.s.State().Doors; !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	st.s.Reconfigure(house())
	if got := st.s.State().Doors; got[0].Contact || len(got) != 2 {
		t.Errorf("without its contact: %+v", got)
	}
}

func TestState(t *testing.T) {
	s := New(oneDoor())
	asked(s, Registration{Account: "house", OK: true})
	asked(s, DoorOpened{"front"})
	got := s.State()
	if got.Light != LightDoorOpen || !got.Registered["house"] || got.Locked || got.Tampered {
		t.Errorf("%+v", got)
	}
	if want := []DoorState{{Name: "front", Pulled: true}}; !slices.Equal(got.Doors, want) {
		t.Errorf("%+v, want %+v", got.Doors, want)
	}
	for p := dialling; p <= answered; p++ {
		if p.String() == "" {
			t.Errorf("phase %d has no name", int(p))
		}
	}
}
