package station

import (
	"testing"
	"time"
)

// locked is a station whose codes are locked out, at the time now.
func locked(t *testing.T, cfg Config) (s *Station, now time.Time) {
	t.Helper()
	s, now = New(cfg), time.Unix(1e9, 0)
	s.Step(now, ButtonPressed{"bell"})
	s.Step(now, Answered{"out-1"})
	for range cfg.WrongCodes {
		for _, d := range "1111#" {
			now = now.Add(100 * time.Millisecond)
			s.Step(now, Digit{Call: "out-1", Digit: byte(d)})
		}
	}
	if !s.limiter.locked(s.now) {
		t.Fatal("wrong codes did not lock")
	}
	s.Step(now, Ended{Call: "out-1"})
	return s, now
}

func oneDoor() Config {
	cfg := Default()
	cfg.Buttons = []Button{{Name: "bell", Call: []string{"sip:11@fritz.box"}}}
	cfg.Doors = []Door{{Name: "front", Code: "73914"}}
	cfg.Accounts = []string{"house"}
	return cfg
}

// Who may edit the configuration does not thereby let anybody guess on: other rules end no lock-out.
func TestOtherRulesEndNoLockOut(t *testing.T) {
	for name, take := range map[string]func(*Station, Config){"live": (*Station).Reconfigure, "restarted": func(s *Station, c Config) { s.Restart(c, true) }} {
		t.Run(name, func(t *testing.T) {
			cfg := oneDoor()
			s, now := locked(t, cfg)
			cfg.WrongCodes, cfg.LockOut, cfg.LockOutMax = 20, time.Second, time.Second
			take(s, cfg)
			now = now.Add(5 * time.Second)
			s.Step(now, ButtonPressed{"bell"})
			s.Step(now, Answered{"out-2"})
			for _, d := range "73914#" {
				for _, a := range s.Step(now, Digit{Call: "out-2", Digit: byte(d)}) {
					if _, ok := a.(Open); ok {
						t.Fatal("the lock-out is over")
					}
				}
			}
		})
	}
}

func TestOtherRulesAreObeyed(t *testing.T) {
	cfg := oneDoor()
	s, now := New(cfg), time.Unix(1e9, 0)
	s.Step(now, Registration{Account: "house", OK: true})
	if !s.Idle() || !s.AtRest() || s.light != LightReady {
		t.Fatalf("idle %v, at rest %v, light %q", s.Idle(), s.AtRest(), s.light)
	}
	cfg.Doors[0].Code = "90210"
	s.Reconfigure(cfg)
	s.Step(now, ButtonPressed{"bell"})
	if s.Idle() {
		t.Error("idle in a call")
	}
	s.Step(now, Answered{"out-1"})
	opened := func(code string) (yes bool) {
		for _, d := range code {
			for _, a := range s.Step(now, Digit{Call: "out-1", Digit: byte(d)}) {
				_, open := a.(Open)
				yes = yes || open
			}
		}
		return yes
	}
	if opened("73914#") || !opened("90210#") {
		t.Error("the code is still the old one")
	}
	s.Step(now, DoorOpened{"front"})
	if s.AtRest() {
		t.Error("at rest with an open door")
	}
}

// A new user agent has registered nothing, and a new board shows nothing.
func TestARestartShowsTheLightAgain(t *testing.T) {
	cfg := oneDoor()
	s, now := New(cfg), time.Unix(1e9, 0)
	s.Step(now, Registration{Account: "house", OK: true})
	s.Restart(cfg, true)
	actions := s.Step(now, Tick{})
	if len(actions) != 1 || actions[0] != (Light{LightNotRegistered}) {
		t.Errorf("%v, want the light of a station that is not registered", actions)
	}
}

func TestTheLightTellsTheLineAtFault(t *testing.T) {
	cfg := oneDoor()
	cfg.Accounts = nil
	s, now := New(cfg), time.Unix(1e9, 0)
	for _, c := range []struct {
		fault Fault
		want  string
	}{
		{Fault{Kind: ConfigFault, Line: 23}, "config-fault 23"},
		{Fault{Kind: ConfigFault}, LightConfigFault},
		{Fault{Kind: ConfigFault, Line: 7}, "config-fault 7"},
		{Fault{Kind: ConfigFault, Gone: true}, LightReady},
	} {
		if s.Step(now, c.fault); s.light != c.want {
			t.Errorf("%+v shows %q, want %q", c.fault, s.light, c.want)
		}
	}
}

// A board that stays open does not tell its contacts again: the first press of the exit button after a restart is a press.
func TestTheExitButtonAfterARestart(t *testing.T) {
	for name, c := range map[string]struct{ newBoard, opens bool }{
		"the board stays":  {false, true},
		"the board is new": {true, false}, // its first word is how the button is
	} {
		cfg := oneDoor()
		cfg.Inputs = []Input{{Name: "inside", Use: UseExit, Door: "front"}}
		s, now := New(cfg), time.Unix(1e9, 0)
		s.Step(now, InputChanged{Input: "inside"})
		s.Restart(cfg, c.newBoard)
		var opens bool
		for _, a := range s.Step(now, InputChanged{Input: "inside", On: true}) {
			_, open := a.(Open)
			opens = opens || open
		}
		if opens != c.opens {
			t.Errorf("%s: opens %v", name, opens)
		}
	}
}

// Attack: the housing is opened, and the switch that tells of it is taken out of the configuration. Doors stay shut for their
// time, and open again after it: nobody would tell that the housing is closed.
func TestTheTamperSwitchIsTakenOut(t *testing.T) {
	cfg := oneDoor()
	cfg.TamperBlock = time.Hour
	cfg.Inputs = []Input{{Name: "lid", Use: UseTamper}}
	s, now := New(cfg), time.Unix(1e9, 0)
	s.Step(now, InputChanged{Input: "lid", On: true})
	cfg.Inputs = nil
	s.Reconfigure(cfg)
	for _, after := range []time.Duration{0, 59 * time.Minute} {
		if s.Step(now.Add(after), Tick{}); !s.tampered() {
			t.Errorf("after %v doors open", after)
		}
	}
	s.Step(now.Add(61*time.Minute), Tick{})
	if s.tampered() {
		t.Error("doors stay shut for ever")
	}
}

// A door stands open when its contact is taken out: nobody would tell that it is shut.
func TestTheContactIsTakenOut(t *testing.T) {
	st := watched(t, guarded())
	st.input("front-contact", true)
	cfg := guarded()
	cfg.Inputs = nil
	st.s.Reconfigure(cfg)
	st.out = nil
	st.pass(time.Hour)
	if st.heard(DoorAlarm) > 0 {
		t.Error("an alarm of a door that nobody looks at")
	}
}

// The one of two that says that the housing is open.
func TestOneOfTwoTamperSwitchesIsTakenOut(t *testing.T) {
	cfg := house()
	cfg.Inputs = []Input{{Name: "lid", Use: UseTamper}, {Name: "wall", Use: UseTamper}}
	st := tell(t, cfg)
	st.is(InputChanged{"lid", false})
	st.is(InputChanged{"wall", true})
	cfg.Inputs = cfg.Inputs[:1]
	st.s.Reconfigure(cfg)
	st.pass(cfg.TamperBlock - time.Second)
	if !st.s.State().Tampered {
		t.Fatal("taking the switch out opens doors at once")
	}
	st.pass(time.Second)
	if st.s.State().Tampered {
		t.Error("the housing counts as open for ever")
	}
}
