package station

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestDoorsOpenOnlyByRight plays every way that was thought of to get from a digit to a relay. Most end before a shut
// door; those that open show that the others failed for the reason named and for no other.
func TestDoorsOpenOnlyByRight(t *testing.T) {
	for _, attack := range []struct {
		name string
		cfg  func(*Config)
		play func(*story)
		open []string
	}{
		{
			name: "right: the code in an answered call of our button",
			play: func(st *story) { st.types(st.talk(), frontCode) },
			open: []string{"front"},
		}, {
			name: "right: the code in an answered call from the household",
			play: func(st *story) {
				st.calls("in-1", household, true)
				st.press("bell")
				st.answered("in-1")
				st.types("in-1", frontCode)
			},
			open: []string{"front"},
		}, {
			name: "right: the other door's code opens that one alone",
			play: func(st *story) { st.types(st.talk(), garageCode) },
			open: []string{"garage"},
		}, {
			name: "early media: digits before the answer",
			play: func(st *story) {
				st.press("bell")
				st.ringing("out-1")
				st.is(Early{"out-1"})
				st.types("out-1", frontCode+"#")
			},
		}, {
			name: "early media: the answer does not make earlier digits count",
			play: func(st *story) {
				st.press("bell")
				st.is(Early{"out-1"})
				st.types("out-1", frontCode)
				st.answered("out-1")
				st.types("out-1", "#")
			},
		}, {
			name: "early media: half before the answer, half after",
			play: func(st *story) {
				st.press("bell")
				st.is(Early{"out-1"})
				st.types("out-1", frontCode[:4])
				st.answered("out-1")
				st.types("out-1", frontCode[4:]+"#")
			},
		}, {
			name: "out of dialog: a call that nobody knows",
			play: func(st *story) { st.types("out-1", frontCode+"#") },
		}, {
			name: "out of dialog: another call beside the one that is up",
			play: func(st *story) {
				st.talk()
				st.types("out-99", frontCode+"#")
				st.types("in-1", frontCode+"#")
				st.types("", frontCode+"#")
			},
		}, {
			name: "out of dialog: an answer for a call that nobody placed",
			play: func(st *story) {
				st.answered("out-1")
				st.types("out-1", frontCode+"#")
			},
		}, {
			name: "guessed name: digits for the call that the next press will place",
			play: func(st *story) {
				st.answered("out-1")
				st.types("out-1", frontCode[:4])
				st.talk()
				st.types("out-1", frontCode[4:]+"#")
			},
		}, {
			name: "ended call: digits after its end",
			play: func(st *story) {
				id := st.talk()
				st.ended(id, 200)
				st.types(id, frontCode+"#")
			},
		}, {
			name: "ended call: answered once more, then digits",
			play: func(st *story) {
				id := st.talk()
				st.ended(id, 200)
				st.answered(id)
				st.types(id, frontCode+"#")
			},
		}, {
			name: "hang-up race: the answer crosses the end of the ring time",
			play: func(st *story) {
				st.press("bell")
				st.pass(31 * time.Second) // the second target rings now
				st.answered("out-1")
				st.types("out-1", frontCode+"#")
			},
		}, {
			name: "hang-up race: the visitor has hung up, the answer comes in, then digits",
			play: func(st *story) {
				st.press("bell")
				st.pass(4 * time.Second)
				st.press("bell")
				st.answered("out-1")
				st.types("out-1", frontCode+"#")
			},
		}, {
			name: "forged From: the household's name without the user agent's word",
			play: func(st *story) {
				st.calls("in-1", household, false)
				st.press("bell") // calls the house: out-1
				st.answered("in-1")
				st.types("in-1", frontCode+"#")
			},
		}, {
			name: "forged From: everybody is allowed, and yet not without the user agent's word",
			cfg:  func(c *Config) { c.AllowIncoming = []string{"*"} },
			play: func(st *story) {
				st.calls("in-1", household, false)
				st.answered("in-1")
				st.types("in-1", frontCode+"#")
			},
		}, {
			name: "trusted server, caller not on the list",
			cfg:  func(c *Config) { c.AutoAnswer = true },
			play: func(st *story) {
				st.calls("in-1", stranger, true)
				st.answered("in-1")
				st.types("in-1", frontCode+"#")
			},
		}, {
			name: "incoming: digits while the station rings",
			play: func(st *story) {
				st.calls("in-1", household, true)
				st.types("in-1", frontCode+"#")
			},
		}, {
			name: "incoming: an answer that the station never gave",
			play: func(st *story) {
				st.calls("in-1", household, true)
				st.answered("in-1")
				st.types("in-1", frontCode+"#")
			},
		}, {
			name: "incoming: answered here, not yet confirmed there",
			play: func(st *story) {
				st.calls("in-1", household, true)
				st.press("bell")
				st.types("in-1", frontCode+"#")
			},
		}, {
			name: "both directions at once: a caller while the bell dials has no part in its call",
			play: func(st *story) {
				st.press("bell")
				st.calls("in-1", household, true)
				st.answered("out-1")
				st.answered("in-1")
				st.types("in-1", frontCode+"#")
			},
		}, {
			name: "both directions at once: a caller who takes the name of our call",
			play: func(st *story) {
				st.press("bell")
				st.calls("out-1", household, true)
				st.types("out-1", frontCode+"#")
			},
		}, {
			name: "a code in two halves over two calls",
			play: func(st *story) {
				first := st.talk()
				st.types(first, frontCode[:3])
				st.ended(first, 200)
				st.pass(3 * time.Second)
				st.types(st.talk(), frontCode[3:]+"#")
			},
		}, {
			name: "a code in two halves over the two targets of one press",
			play: func(st *story) {
				st.press("bell")
				st.types("out-1", frontCode[:3])
				st.ended("out-1", 486)
				st.answered("out-2")
				st.types("out-2", frontCode[3:]+"#")
			},
		}, {
			name: "a code in two halves, the time-out between them",
			play: func(st *story) {
				id := st.talk()
				st.types(id, frontCode[:3])
				st.pass(6 * time.Second)
				st.types(id, frontCode[3:]+"#")
			},
		}, {
			name: "a code in two halves, cleared between them",
			play: func(st *story) { st.types(st.talk(), frontCode[:3]+"*"+frontCode[3:]+"#") },
		}, {
			name: "right: cleared, then the whole code",
			play: func(st *story) { st.types(st.talk(), "999*"+frontCode) },
			open: []string{"front"},
		}, {
			name: "a sliding guess: the code within a longer row of digits",
			play: func(st *story) { st.types(st.talk(), "9"+frontCode+"#") },
		}, {
			name: "a code cut short",
			play: func(st *story) { st.types(st.talk(), frontCode[:4]+"#") },
		}, {
			name: "no code at all",
			play: func(st *story) { st.types(st.talk(), "###*#") },
		}, {
			name: "one code of two doors, half each",
			play: func(st *story) { st.types(st.talk(), frontCode[:3]+garageCode[3:]+"#") },
		}, {
			name: "right: one code opens once, however often it is confirmed",
			play: func(st *story) { st.types(st.talk(), frontCode+"###") },
			open: []string{"front"},
		}, {
			name: "a door without a code",
			cfg:  func(c *Config) { c.Doors = []Door{{Name: "front", Pulse: time.Second}} },
			play: func(st *story) { st.types(st.talk(), "#") },
		}, {
			name: "a door whose code is too short to be one",
			cfg:  func(c *Config) { c.Doors = []Door{{Name: "front", Pulse: time.Second, Code: "1"}} },
			play: func(st *story) { st.types(st.talk(), "1#") },
		}, {
			name: "a door whose code is not of digits",
			cfg:  func(c *Config) { c.Doors = []Door{{Name: "front", Pulse: time.Second, Code: "A000"}} },
			play: func(st *story) { st.types(st.talk(), "A000#") },
		}, {
			name: "guessing over many calls: the right code comes too late",
			play: func(st *story) {
				for range 5 {
					guess(st, "11111")
				}
				guess(st, frontCode)
			},
		}, {
			name: "lock-out: the right code in the same call",
			play: func(st *story) {
				id := st.talk()
				st.types(id, strings.Repeat("11111", 5)+frontCode+"#")
			},
		}, {
			name: "lock-out: digits before its end do not count after it",
			cfg:  func(c *Config) { c.DigitTimeout = time.Minute },
			play: func(st *story) {
				id := st.talk()
				st.types(id, strings.Repeat("11111", 5))
				st.pass(56 * time.Second)
				st.types(id, frontCode[:4])
				st.pass(10 * time.Second)
				st.types(id, frontCode[4:]+"#")
			},
		}, {
			name: "lock-out: it holds for callers too, whoever earned it",
			play: func(st *story) {
				for range 5 {
					guess(st, "11111")
				}
				st.calls("in-1", household, true)
				st.press("bell")
				st.answered("in-1")
				st.types("in-1", frontCode+"#")
			},
		}, {
			name: "lock-out: the clock set back does not shorten it",
			play: func(st *story) {
				id := st.talk()
				st.types(id, strings.Repeat("11111", 5))
				for range 10 {
					st.now = st.now.Add(-time.Hour)
					st.is(Tick{})
				}
				st.types(id, frontCode+"#")
				st.pass(30 * time.Second)
				st.types(id, frontCode+"#")
			},
		}, {
			name: "right: the clock set back does not lengthen the lock-out for ever either",
			play: func(st *story) {
				id := st.talk()
				st.types(id, strings.Repeat("11111", 5))
				st.now = st.now.Add(-24 * time.Hour)
				st.is(Tick{})
				st.pass(61 * time.Second)
				st.types(id, frontCode)
			},
			open: []string{"front"},
		}, {
			name: "one's own door's code buys no guesses at another door",
			play: func(st *story) {
				for range 4 {
					guess(st, "11111")
				}
				guess(st, garageCode)
				guess(st, "22222")
				guess(st, frontCode)
			},
			open: []string{"garage"},
		}, {
			name: "a call without the right to open",
			play: func(st *story) {
				id := st.talk()
				st.s.current(id).mayOpen = false
				st.types(id, frontCode+"#")
			},
		}, {
			name: "after our own hanging up the call opens nothing",
			play: func(st *story) {
				id := st.talk()
				st.pass(2 * time.Minute) // the call limit
				st.types(id, frontCode+"#")
			},
		},
	} {
		t.Run(attack.name, func(t *testing.T) {
			cfg := house()
			if attack.cfg != nil {
				attack.cfg(&cfg)
			}
			st := tell(t, cfg)
			attack.play(st)
			if got := st.opened(); !slices.Equal(got, attack.open) {
				t.Errorf("opened %q, wanted %q; what was done:\n%s", got, attack.open, listed(st.all))
			}
			st.saysNoCode()
		})
	}
}

// guess is one visit with one code typed.
func guess(st *story, code string) {
	st.t.Helper()
	id := st.talk()
	st.types(id, code)
	st.ended(id, 200)
	st.pass(3 * time.Second)
}

func TestPressSpamRingsOnce(t *testing.T) {
	st := tell(t, house())
	for range 200 {
		st.press("bell")
		st.pass(10 * time.Millisecond)
	}
	if n := len(of[Dial](st.all)); n != 1 {
		t.Errorf("200 presses in 2 s placed %d calls", n)
	}
	if n := len(of[Hangup](st.all)); n != 0 {
		t.Errorf("200 presses in 2 s hung up %d times", n)
	}
}

func TestUnknownButtonsLeaveNoTrace(t *testing.T) {
	st := tell(t, house())
	for _, b := range []string{"", "Bell", "bell ", "door"} {
		st.press(b)
	}
	st.wantsNothing()
	if len(st.s.pressed) != 0 {
		t.Errorf("remembers %v", st.s.pressed)
	}
}

func TestStrangersLearnNothing(t *testing.T) {
	st := tell(t, house())
	st.calls("in-1", stranger, false)
	st.wants(Reject{"in-1", 403})
	st.talk()
	st.calls("in-2", stranger, false)
	st.calls("in-3", household, false)
	st.calls("in-4", household, true)
	st.wants(Reject{"in-2", 403}, Reject{"in-3", 403}, Reject{"in-4", 486})
}

func TestRepeatedAnswersDoNotProlongTheCall(t *testing.T) {
	st := tell(t, house())
	id := st.talk()
	for range 11 {
		st.pass(10 * time.Second)
		st.answered(id)
	}
	st.out = nil
	st.pass(10 * time.Second)
	st.wants(Hangup{Call: id})
}

// One telephone types the first half of a code, hands the call on, and the other types the rest.
func TestACodeIsNotTypedByTwoTelephones(t *testing.T) {
	st := tell(t, house())
	st.press("bell")
	st.answered("out-1")
	st.types("out-1", frontCode[:3])
	st.is(Moved{"out-1"})
	st.out = nil
	st.types("out-1", frontCode[3:]+"#")
	for _, a := range st.out {
		if o, ok := a.(Open); ok {
			t.Errorf("halves of two telephones opened %q", o.Door)
		}
	}
	st.types("out-1", frontCode)
	st.wants(Open{Door: "front", For: 3 * time.Second})
}
