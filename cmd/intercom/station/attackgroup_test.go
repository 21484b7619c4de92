package station

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestOfManyTelephonesOnlyTheRightOneOpens plays the ways from a digit to a relay that several calls at once make thinkable.
func TestOfManyTelephonesOnlyTheRightOneOpens(t *testing.T) {
	confirm := func(c *Config) { c.Groups[0].Steps[0].Confirm = true }
	join := func(c *Config) { c.SecondCall = SecondJoins }
	queue := func(c *Config) { c.SecondCall = SecondWaits }
	for _, attack := range []struct {
		name string
		cfg  func(*Config)
		play func(*story)
		open []string
	}{
		{
			name: "right: whoever answers first",
			play: func(st *story) { st.answered("out-3"); st.types("out-3", frontCode) },
			open: []string{"front"},
		}, {
			name: "one that still rings",
			play: func(st *story) { st.ringing("out-1"); st.is(Early{"out-1"}); st.types("out-1", frontCode+"#") },
		}, {
			name: "one that rang when another answered",
			play: func(st *story) { st.answered("out-3"); st.types("out-1", frontCode+"#") },
		}, {
			name: "one that answered after another",
			play: func(st *story) { st.answered("out-3"); st.answered("out-1"); st.types("out-1", frontCode+"#") },
		}, {
			name: "one whose digits came before another answered, and its answer after",
			play: func(st *story) {
				st.types("out-1", frontCode)
				st.answered("out-3")
				st.answered("out-1")
				st.types("out-1", "#")
			},
		}, {
			name: "a code in two halves of two telephones",
			play: func(st *story) {
				st.types("out-1", frontCode[:3])
				st.answered("out-2")
				st.types("out-2", frontCode[3:]+"#")
			},
		}, {
			name: "one that was given up, when another has answered",
			cfg: func(c *Config) {
				c.Groups[0].Steps[0].RingTime = 5 * time.Second
				c.Buttons[0].Call = []string{"group:family", "sip:20@fritz.box"}
			},
			play: func(st *story) {
				st.pass(5 * time.Second)
				st.answered("out-4")
				st.answered("out-1")
				st.types("out-1", frontCode+"#")
			},
		}, {
			name: "lifted and not confirmed",
			cfg:  confirm,
			play: func(st *story) { st.answered("out-1"); st.types("out-1", frontCode+"#") },
		}, {
			name: "lifted, and a code before the 1",
			cfg:  confirm,
			play: func(st *story) { st.answered("out-1"); st.types("out-1", frontCode+"1#") },
		}, {
			name: "lifted, and the 1 in the middle of a code",
			cfg:  confirm,
			play: func(st *story) {
				st.answered("out-1")
				code := "48206"
				st.types("out-1", code[:2]+"1"+code[2:]+"#")
			},
		}, {
			name: "lifted, the 1 pressed before it was",
			cfg:  confirm,
			play: func(st *story) {
				st.types("out-1", "1")
				st.answered("out-1")
				st.types("out-1", frontCode+"#")
			},
		}, {
			name: "lifted, another telephone pressed the 1",
			cfg:  confirm,
			play: func(st *story) {
				st.answered("out-1")
				st.answered("out-2")
				st.types("out-2", "1")
				st.types("out-1", frontCode+"#")
			},
		}, {
			name: "lifted, and answered over again",
			cfg:  confirm,
			play: func(st *story) {
				st.answered("out-1")
				st.answered("out-1")
				st.types("out-1", frontCode+"#")
			},
		}, {
			name: "lifted, handed on to another telephone that pressed nothing",
			cfg:  confirm,
			play: func(st *story) {
				st.answered("out-1")
				st.is(Moved{"out-1"})
				st.types("out-1", frontCode+"#")
			},
		}, {
			name: "right: lifted and confirmed",
			cfg:  confirm,
			play: func(st *story) { st.answered("out-1"); st.types("out-1", "1"+frontCode) },
			open: []string{"front"},
		}, {
			name: "joined: a stranger does not",
			cfg:  join,
			play: func(st *story) {
				st.answered("out-1")
				st.calls("in-1", stranger, true)
				st.answered("in-1")
				st.types("in-1", frontCode+"#")
			},
		}, {
			name: "joined: not confirmed yet",
			cfg:  join,
			play: func(st *story) {
				st.answered("out-1")
				st.calls("in-1", household, true)
				st.types("in-1", frontCode+"#")
			},
		}, {
			name: "joined: half a code each",
			cfg:  join,
			play: func(st *story) {
				st.answered("out-1")
				st.calls("in-1", household, true)
				st.answered("in-1")
				for i := range len(frontCode) {
					st.types([]CallID{"out-1", "in-1"}[i%2], frontCode[i:i+1])
				}
				st.types("in-1", "#")
				st.types("out-1", "#")
			},
		}, {
			name: "right: joined",
			cfg:  join,
			play: func(st *story) {
				st.answered("out-1")
				st.calls("in-1", household, true)
				st.answered("in-1")
				st.types("in-1", frontCode)
			},
			open: []string{"front"},
		}, {
			name: "joined: five wrong codes of two telephones together",
			cfg:  join,
			play: func(st *story) {
				st.answered("out-1")
				st.calls("in-1", household, true)
				st.answered("in-1")
				st.types("in-1", strings.Repeat("11111", 3))
				st.types("out-1", strings.Repeat("11111", 2)+frontCode+"#")
				st.types("in-1", frontCode+"#")
			},
		}, {
			name: "joined, and thrown out by its silence",
			cfg:  join,
			play: func(st *story) {
				st.answered("out-1")
				st.calls("in-1", household, true)
				st.answered("in-1")
				st.is(Silent{"in-1", time.Minute})
				st.types("in-1", frontCode+"#")
			},
		}, {
			name: "waiting in line",
			cfg:  queue,
			play: func(st *story) {
				st.answered("out-1")
				st.calls("in-1", household, true)
				st.answered("in-1")
				st.types("in-1", frontCode+"#")
			},
		}, {
			name: "next in line, before anybody has answered",
			cfg:  queue,
			play: func(st *story) {
				st.answered("out-1")
				st.calls("in-1", household, true)
				st.ended("out-1", 200)
				st.answered("in-1")
				st.types("in-1", frontCode+"#")
			},
		}, {
			name: "a key of the menu within a code makes no code of the rest",
			cfg:  func(c *Config) { c.Keys = []Key{{Keys: "*1", Does: KeyProlongs}} },
			play: func(st *story) {
				st.answered("out-1")
				st.types("out-1", frontCode[:3]+"*1"+frontCode[3:]+"#")
			},
		},
	} {
		t.Run(attack.name, func(t *testing.T) {
			cfg := family()
			if attack.cfg != nil {
				attack.cfg(&cfg)
			}
			st := tell(t, cfg)
			st.press("bell")
			attack.play(st)
			if got := st.opened(); !slices.Equal(got, attack.open) {
				t.Errorf("opened %q, wanted %q; what was done:\n%s", got, attack.open, listed(st.all))
			}
			st.saysNoCode()
		})
	}
}
