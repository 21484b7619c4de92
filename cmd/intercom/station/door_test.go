package station

import (
	"log/slog"
	"slices"
	"testing"
	"time"
)

// guarded is the house with contacts, exit buttons and a switch in its housing.
func guarded() Config {
	c := house()
	c.Location = time.UTC
	c.Inputs = []Input{
		{"front-contact", UseContact, "front"}, {"front-exit", UseExit, "front"}, {"housing", UseTamper, ""},
	}
	for i := range c.Doors {
		c.Doors[i].HeldOpen = time.Minute
	}
	return c
}

// watched is a station that has been told how its contacts are: shut, at rest, closed.
func watched(t *testing.T, cfg Config) *story {
	t.Helper()
	st := tell(t, cfg)
	for _, in := range cfg.Inputs {
		st.is(InputChanged{in.Name, false})
	}
	st.out = nil
	return st
}

func (st *story) input(name string, on bool) { st.t.Helper(); st.is(InputChanged{name, on}) }

// recorded are the kinds of what was recorded so far.
func (st *story) recorded() []RecordKind {
	var kinds []RecordKind
	for _, r := range of[Record](st.all) {
		kinds = append(kinds, r.Kind)
	}
	return kinds
}

// TestNoContactOpensADoorByItself plays what contacts can do by mistake or by malice, and what must not come of it.
func TestNoContactOpensADoorByItself(t *testing.T) {
	for _, attack := range []struct {
		name string
		cfg  func(*Config)
		play func(*story)
		open []string
	}{
		{
			name: "right: the exit button",
			play: func(st *story) { st.input("front-exit", true) },
			open: []string{"front"},
		}, {
			name: "right: the exit button during a lock-out holds nobody in",
			play: func(st *story) {
				st.types(st.talk(), "11111#11111#11111#11111#11111#")
				st.input("front-exit", true)
			},
			open: []string{"front"},
		}, {
			name: "the exit button opens once, however long it is held and however often that is told",
			play: func(st *story) {
				for range 5 {
					st.input("front-exit", true)
					st.pass(time.Minute)
				}
			},
			open: []string{"front"},
		}, {
			name: "a name that no input has",
			play: func(st *story) { st.input("exit", false); st.input("exit", true); st.input("", true) },
		}, {
			name: "a contact is no exit button",
			play: func(st *story) { st.input("front-contact", true); st.input("housing", true) },
		}, {
			name: "an exit button of a door that is not there",
			cfg:  func(c *Config) { c.Inputs[1].Door = "cellar" },
			play: func(st *story) { st.input("front-exit", true) },
		}, {
			name: "housing open: the right code opens nothing",
			play: func(st *story) {
				st.input("housing", true)
				st.types(st.talk(), frontCode+"#")
			},
		}, {
			name: "housing closed again: still nothing for half an hour, then the right code",
			play: func(st *story) {
				st.input("housing", true)
				st.pass(time.Hour)
				st.input("housing", false)
				st.pass(29 * time.Minute)
				st.types(st.talk(), frontCode+"#")
				st.pass(10 * time.Minute)
				st.types(st.talk(), garageCode+"#")
			},
			open: []string{"garage"},
		}, {
			name: "right: housing open, the exit button: who is inside must come out",
			play: func(st *story) { st.input("housing", true); st.input("front-exit", true) },
			open: []string{"front"},
		}, {
			name: "housing open, the exit button's wires lie in it: the house has chosen that nothing opens",
			cfg:  func(c *Config) { c.TamperBlocksExit = true },
			play: func(st *story) { st.input("housing", true); st.input("front-exit", true) },
		}, {
			name: "housing open: a restart does not help",
			play: func(st *story) {
				st.input("housing", true)
				st.restart()
				st.input("housing", false)
				st.types(st.talk(), frontCode+"#")
			},
		}, {
			name: "housing closed again and restarted: the time begins anew",
			play: func(st *story) {
				st.input("housing", true)
				st.input("housing", false)
				st.restart()
				st.pass(20 * time.Minute)
				st.types(st.talk(), frontCode+"#")
			},
		}, {
			name: "lock-out: a restart does not help, nor do many",
			play: func(st *story) {
				st.types(st.talk(), "11111#11111#11111#11111#11111#")
				for range 10 {
					st.restart()
					st.types(st.talk(), frontCode+"#")
				}
			},
		}, {
			name: "four wrong codes and a restart buy no fifth and sixth",
			play: func(st *story) {
				for range 3 {
					st.types(st.talk(), "11111#11111#11111#11111#")
					st.restart()
				}
				st.types(st.talk(), frontCode+"#")
			},
		}, {
			name: "right: after the lock-out that was kept over a restart",
			play: func(st *story) {
				st.types(st.talk(), "11111#11111#11111#11111#11111#")
				st.restart()
				st.pass(61 * time.Second)
				st.types(st.talk(), frontCode+"#")
			},
			open: []string{"front"},
		}, {
			name: "right: the garage follows the front door after its time",
			cfg:  func(c *Config) { c.Doors[0].Then, c.Doors[0].ThenAfter = "garage", 10*time.Second },
			play: func(st *story) {
				st.types(st.talk(), frontCode+"#")
				st.pass(time.Minute)
			},
			open: []string{"front", "garage"},
		}, {
			name: "doors that name one another open twice, not for ever",
			cfg: func(c *Config) {
				c.Doors[0].Then, c.Doors[0].ThenAfter = "garage", 10*time.Second
				c.Doors[1].Then, c.Doors[1].ThenAfter = "front", 10*time.Second
			},
			play: func(st *story) {
				st.types(st.talk(), frontCode+"#")
				st.pass(time.Hour)
			},
			open: []string{"front", "garage"},
		}, {
			name: "the second step does not come if the housing was opened meanwhile",
			cfg:  func(c *Config) { c.Doors[0].Then, c.Doors[0].ThenAfter = "garage", 10*time.Second },
			play: func(st *story) {
				st.types(st.talk(), frontCode+"#")
				st.input("housing", true)
				st.pass(time.Hour)
			},
			open: []string{"front"},
		}, {
			name: "who goes out by the exit button opens no second door",
			cfg:  func(c *Config) { c.Doors[0].Then, c.Doors[0].ThenAfter = "garage", 10*time.Second },
			play: func(st *story) { st.input("front-exit", true); st.pass(time.Minute) },
			open: []string{"front"},
		}, {
			name: "a first door that the board kept shut opens no second one",
			cfg:  func(c *Config) { c.Doors[0].Then, c.Doors[0].ThenAfter = "garage", 10*time.Second },
			play: func(st *story) {
				st.types(st.talk(), frontCode+"#")
				st.is(NotOpened{Door: "front", Reason: "interlocked"})
				st.pass(time.Minute)
			},
			open: []string{"front"},
		},
	} {
		t.Run(attack.name, func(t *testing.T) {
			cfg := guarded()
			if attack.cfg != nil {
				attack.cfg(&cfg)
			}
			st := watched(t, cfg)
			attack.play(st)
			if got := st.opened(); !slices.Equal(got, attack.open) {
				t.Errorf("opened %q, wanted %q; what was done:\n%s", got, attack.open, listed(st.all))
			}
			st.saysNoCode()
		})
	}
}

// restart is the station switched off and on: what it has been asked to remember is all that it knows.
func (st *story) restart() {
	st.t.Helper()
	cfg := st.s.cfg
	kept := of[Remember](st.all)
	placed := st.s.placed
	st.s = New(cfg)
	st.s.placed = placed // names of calls are not used twice in a story
	if len(kept) > 0 {
		if err := st.s.Recall(kept[len(kept)-1].Memory); err != nil {
			st.t.Fatal(err)
		}
	}
	st.is(Tick{})
	for _, in := range cfg.Inputs {
		st.is(InputChanged{in.Name, in.Use == UseTamper && len(kept) > 0 && kept[len(kept)-1].Memory.Tampered})
	}
}

func TestAStuckExitButtonOpensNothingAtTheStart(t *testing.T) {
	st := tell(t, guarded())
	st.input("front-exit", true)
	if got := st.opened(); len(got) > 0 {
		t.Errorf("opened %q", got)
	}
	st.input("front-exit", false)
	st.input("front-exit", true)
	st.wants(Open{Door: "front", For: 3 * time.Second})
}

func TestWhoComesToTheDoorEndsTheRinging(t *testing.T) {
	for _, somebody := range []func(*story){
		func(st *story) { st.input("front-exit", true) },
		func(st *story) { st.input("front-contact", true) },
	} {
		st := watched(t, guarded())
		st.press("bell")
		id := st.dialled()
		st.ringing(id)
		somebody(st)
		st.wants(Hangup{Call: id})
		talk := st.talk2()
		st.input("front-contact", false)
		somebody(st)
		if n := len(of[Hangup](st.out)); n > 0 {
			t.Errorf("a conversation is cut off by somebody who comes to the door")
		}
		_ = talk
	}
}

// talk2 is a second visit, after the button's lock.
func (st *story) talk2() CallID {
	st.t.Helper()
	st.pass(4 * time.Second)
	id := st.talk()
	st.out = nil
	return id
}

func TestContactsTellHowADoorWasOpened(t *testing.T) {
	st := watched(t, guarded())
	st.types(st.talk(), frontCode+"#")
	st.is(DoorOpened{"front"})
	st.input("front-contact", true)
	st.is(DoorClosed{"front"})
	st.input("front-contact", false)
	st.pass(time.Hour)
	want := []RecordKind{Rang, WasTaken, Opened, ByHand, HasShut, HasEnded}
	got := st.recorded()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("recorded %v, want %v", got, want)
	}
}

func TestADoorThatIsOpenedByForce(t *testing.T) {
	for _, c := range []struct {
		loud  bool
		tones int
	}{{true, 1}, {false, 0}} {
		cfg := guarded()
		cfg.Doors[0].ForcedAlarm = c.loud
		st := watched(t, cfg)
		st.input("front-contact", true)
		if got := st.recorded(); !slices.Equal(got, []RecordKind{Forced}) || st.heard(DoorAlarm) != c.tones {
			t.Errorf("recorded %v, %d alarms", got, st.heard(DoorAlarm))
		}
		if note, ok := noteOf(st.all, "the door was opened by force, with a key, or from inside"); !ok || (note.Level == slog.LevelWarn) != c.loud {
			t.Errorf("told %v", note)
		}
		st.out = nil
		st.pass(cfg.Doors[0].HeldOpen) // left open, by whomever
		if got := st.recorded(); !slices.Contains(got, HeldOpen) || st.heard(DoorAlarm) != 1 {
			t.Errorf("held open: recorded %v, %d alarms", got, st.heard(DoorAlarm))
		}
	}
}

// The relay has let go, and whoever took hold of the door meanwhile opens it a moment later.
func TestSlowVisitorsAreNoBurglars(t *testing.T) {
	st := watched(t, guarded())
	st.types(st.talk(), frontCode+"#")
	st.is(DoorOpened{"front"})
	st.pass(3 * time.Second)
	st.is(DoorClosed{"front"})
	st.pass(9 * time.Second)
	st.input("front-contact", true)
	if slices.Contains(st.recorded(), Forced) {
		t.Error("called a burglar")
	}
	st.input("front-contact", false)
	st.pass(2 * time.Second)
	st.input("front-contact", true)
	if !slices.Contains(st.recorded(), Forced) {
		t.Error("the next to come is none")
	}
}

// A door of two leaves has two contacts, and is shut when both say so.
func TestADoorWithTwoContacts(t *testing.T) {
	cfg := house()
	cfg.Doors[0].HeldOpen = 10 * time.Second
	cfg.Inputs = []Input{{Name: "left", Use: UseContact, Door: "front"}, {Name: "right", Use: UseContact, Door: "front"}}
	st := tell(t, cfg)
	st.is(InputChanged{"left", false})
	st.is(InputChanged{"right", true}) // since before the station began: nobody forces it
	if n := len(of[Record](st.out)); n > 0 {
		t.Fatalf("at the start: %v", st.out)
	}
	st.is(InputChanged{"right", false})
	st.wants(Record{Kind: HasShut, Door: "front"})
	st.is(InputChanged{"left", true})
	st.wants(Record{Kind: Forced, Door: "front"})
	st.is(InputChanged{"right", true})
	st.is(InputChanged{"left", false})
	if n := len(of[Record](st.out)); n > 0 {
		t.Fatalf("with one leaf open: %v", st.out)
	}
	st.is(InputChanged{"right", false})
	st.wants(Record{Kind: HasShut, Door: "front"})
}

// Attack: of two contacts at the housing one is pressed shut again.
func TestAHousingWithTwoContacts(t *testing.T) {
	cfg := house()
	cfg.Inputs = []Input{{Name: "lid", Use: UseTamper}, {Name: "wall", Use: UseTamper}}
	st := tell(t, cfg)
	st.is(InputChanged{"lid", false})
	st.is(InputChanged{"wall", false})
	st.is(InputChanged{"lid", true})
	st.is(InputChanged{"wall", true})
	st.is(InputChanged{"wall", false})
	st.pass(2 * cfg.TamperBlock)
	st.types(st.talk(), frontCode+"#")
	if got := st.opened(); len(got) > 0 {
		t.Fatalf("opened %v with the lid off", got)
	}
	st.is(InputChanged{"lid", false})
	st.pass(cfg.TamperBlock)
	st.wants(Record{Kind: TamperOver})
}

func TestADoorHeldOpenIsTold(t *testing.T) {
	st := watched(t, guarded())
	st.input("front-exit", true)
	st.input("front-contact", true)
	st.pass(59 * time.Second)
	if slices.Contains(st.recorded(), HeldOpen) {
		t.Error("too early")
	}
	st.pass(2 * time.Second)
	st.pass(time.Hour)
	if n := len(slices.DeleteFunc(st.recorded(), func(k RecordKind) bool { return k != HeldOpen })); n != 1 {
		t.Errorf("told %d times", n)
	}
}

// office is a bistable front door that is held open on working days.
func office() Config {
	c := guarded()
	c.Schedules = []Schedule{{Name: "office", Days: []string{"mon-fri"}, From: "08:00", To: "17:00", Holidays: "ignore"}}
	c.Doors[0].OpenDuring = "office"
	return c
}

func TestOfficeHours(t *testing.T) {
	st := watched(t, office()) // a Sunday
	st.pass(20 * time.Hour)    // Monday, 08:00
	st.wants(Hold{"front"})
	st.pass(8 * time.Hour)
	st.wantsNothing()
	st.pass(time.Hour + time.Minute)
	st.wants(Shut{"front"})
	st.pass(7 * 24 * time.Hour)
	if n := len(of[Hold](st.all)); n != 6 {
		t.Errorf("held open on %d of 6 days", n)
	}
	if got := st.opened(); len(got) > 0 {
		t.Errorf("opened %q", got)
	}
}

func TestOfficeHoursAreNotKept(t *testing.T) {
	monday := 22 * time.Hour // 10:00
	for _, c := range []struct {
		name string
		play func(*story)
	}{
		{"while the housing is open", func(st *story) { st.input("housing", true); st.pass(monday) }},
		{"while the clock is not set", func(st *story) {
			st.now = time.Date(1970, 1, 5, 9, 0, 0, 0, time.UTC)
			st.is(Tick{})
			st.pass(time.Hour)
		}},
		{"on a restart at night", func(st *story) { st.restart(); st.pass(time.Hour) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := watched(t, office())
			c.play(st)
			if n := len(of[Hold](st.all)); n > 0 {
				t.Errorf("held open %d times", n)
			}
		})
	}
	st := watched(t, office())
	st.pass(monday)
	st.wants(Hold{"front"})
	st.input("housing", true)
	st.wants(Shut{"front"})
	st.input("housing", false)
	st.pass(time.Minute)
	if n := len(of[Hold](st.out)); n > 0 {
		t.Error("held open again at once")
	}
	st.pass(30 * time.Minute)
	st.wants(Hold{"front"})
}

// Other rules come while the door is held open, and they know nothing of office hours.
func TestADoorIsNotHeldOpenByRulesThatAreGone(t *testing.T) {
	for _, take := range []func(*Station, Config){(*Station).Reconfigure, func(s *Station, c Config) { s.Restart(c, true) }} {
		st := watched(t, office())
		st.pass(22 * time.Hour)
		st.wants(Hold{"front"})
		take(st.s, guarded())
		st.is(Tick{})
		st.wants(Shut{"front"})
	}
}

func TestMemoryThatCannotBe(t *testing.T) {
	for _, m := range []Memory{{WrongCodes: -1}, {LockedFor: -1}, {LockedFor: 48 * time.Hour}, {TamperFor: 48 * time.Hour}, {TamperFor: -1}} {
		if err := New(house()).Recall(m); err == nil {
			t.Errorf("%+v is believed", m)
		}
	}
}
