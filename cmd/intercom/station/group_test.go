package station

import (
	"slices"
	"testing"
	"time"
)

// family is the house with a bell that rings a group of three telephones at once.
func family(change ...func(*Config)) Config {
	c := house()
	c.Groups = []Group{{Name: "family", Steps: []Step{{Call: []string{"sip:11@fritz.box", "sip:12@fritz.box", "sip:13@fritz.box"}}}}}
	c.Buttons[0].Call = []string{"group:family"}
	for _, f := range change {
		f(&c)
	}
	return c
}

// targets are those of all calls placed so far.
func (st *story) targets() []string {
	var all []string
	for _, d := range of[Dial](st.all) {
		all = append(all, d.Target)
	}
	return all
}

// wantTargets looks at whom the station has called so far, by their numbers.
func (st *story) wantTargets(users ...string) {
	st.t.Helper()
	var want []string
	for _, u := range users {
		want = append(want, "sip:"+u+"@fritz.box")
	}
	if got := st.targets(); !slices.Equal(got, want) {
		st.t.Fatalf("called %q, wanted %q", got, want)
	}
}

func TestTheFirstAnswerEndsTheOthers(t *testing.T) {
	st := tell(t, family())
	st.press("bell")
	st.wantTargets("11", "12", "13")
	st.ringing("out-2")
	st.wants(Tone{Ringback}, Light{LightRinging})
	st.answered("out-2")
	st.wants(Hangup{Call: "out-1", Elsewhere: true}, Hangup{Call: "out-3", Elsewhere: true}, StopTone{},
		Mix{Call: "out-2", Heard: true, Hears: true}, Light{LightInCall})
	st.ended("out-1", 487)
	st.ended("out-3", 487)
	st.wantsLight(LightInCall)
	st.types("out-2", frontCode)
	st.wants(Open{Door: "front", For: 3 * time.Second})
}

func TestBothResidentsPickUpAtOnce(t *testing.T) {
	st := tell(t, family())
	st.press("bell")
	st.answered("out-1")
	st.out = nil
	st.answered("out-2") // it crossed the CANCEL
	st.wants(Hangup{Call: "out-2", Elsewhere: true})
	st.types("out-2", frontCode+"#")
	if d := st.opened(); d != nil {
		t.Errorf("the one who came too late has opened %q", d)
	}
	st.wantsLight(LightInCall)
}

func TestAGroupGoesOnUntilAllHaveRefused(t *testing.T) {
	st := tell(t, family(func(c *Config) { c.Buttons[0].Call = append(c.Buttons[0].Call, "sip:20@fritz.box") }))
	st.press("bell")
	st.ended("out-1", 486)
	st.ended("out-3", 603)
	st.wantTargets("11", "12", "13")
	st.ended("out-2", 480)
	st.wantTargets("11", "12", "13", "20")
	st.ended("out-4", 486)
	st.wants(Tone{NoAnswer}, Light{LightNoAnswer})
}

func TestStepsBeginWhileOthersRing(t *testing.T) {
	st := tell(t, family(func(c *Config) {
		c.Groups[0].Steps = []Step{
			{Call: []string{"sip:11@fritz.box"}, RingTime: 40 * time.Second},
			{Call: []string{"sip:12@fritz.box"}, Delay: 10 * time.Second},
			{Call: []string{"sip:13@fritz.box"}, RingTime: 5 * time.Second},
		}
	}))
	st.press("bell")
	st.wantTargets("11")
	st.pass(10*time.Second - 1)
	st.wantTargets("11")
	st.pass(1)
	st.wantTargets("11", "12")
	st.pass(30 * time.Second) // both have rung their time
	st.wantTargets("11", "12", "13")
	if n := len(of[Hangup](st.all)); n != 2 {
		t.Errorf("%d calls were given up", n)
	}
	st.pass(5 * time.Second)
	st.wants(Tone{NoAnswer})
}

func TestADelayIsNotWaitedForWhereNobodyRings(t *testing.T) {
	st := tell(t, family(func(c *Config) {
		c.Groups[0].Steps = []Step{{Call: []string{"sip:11@fritz.box"}}, {Call: []string{"sip:12@fritz.box"}, Delay: 20 * time.Second}}
	}))
	st.press("bell")
	st.ended("out-1", 486)
	st.wantTargets("11", "12")
	st.pass(25 * time.Second)
	st.wantTargets("11", "12")
}

func TestGroupsWithinGroups(t *testing.T) {
	st := tell(t, family(func(c *Config) {
		c.Groups = []Group{
			{Name: "family", Steps: []Step{{Call: []string{"sip:11@fritz.box", "group:attic"}}, {Call: []string{"sip:12@fritz.box"}}}},
			{Name: "attic", Account: "pbx", Steps: []Step{{Call: []string{"sip:13@fritz.box"}}, {Call: []string{"sip:14@fritz.box"}}}},
		}
	}))
	st.press("bell")
	st.wantTargets("11", "13")
	st.ended("out-2", 486)
	st.wantTargets("11", "13", "14")
	st.ended("out-1", 486)
	st.wantTargets("11", "13", "14")
	st.ended("out-3", 486)
	st.wantTargets("11", "13", "14", "12")
	if d := of[Dial](st.all); d[1].Account != "pbx" || d[3].Account != "box" {
		t.Errorf("called as %+v", d)
	}
}

func TestAGroupWithinItselfEnds(t *testing.T) {
	st := tell(t, family(func(c *Config) {
		c.Groups = []Group{
			{Name: "family", Steps: []Step{{Call: []string{"group:attic", "sip:11@fritz.box"}}}},
			{Name: "attic", Steps: []Step{{Call: []string{"group:family", "group:nobody"}}}},
		}
	}))
	st.press("bell")
	st.wantTargets("11")
	st.ended("out-1", 486)
	st.wants(Tone{NoAnswer})
}

func TestTheRingLimitEndsASearch(t *testing.T) {
	st := tell(t, family(func(c *Config) {
		c.Groups[0].Steps[0].RingTime = 5 * time.Minute
		c.Buttons[0].Otherwise = []string{"sip:20@fritz.box"}
	}))
	st.press("bell")
	st.pass(time.Minute)
	st.wantTargets("11", "12", "13", "20")
	if n := len(of[Hangup](st.all)); n != 3 {
		t.Errorf("%d calls were given up", n)
	}
	st.pass(30 * time.Second)
	st.wants(Tone{NoAnswer})
}

func TestAGroupHasALimitOfItsOwn(t *testing.T) {
	st := tell(t, family(func(c *Config) {
		c.Groups[0].RingLimit = 10 * time.Second
		c.Buttons[0].Call = append(c.Buttons[0].Call, "sip:20@fritz.box")
	}))
	st.press("bell")
	st.pass(10 * time.Second)
	st.wantTargets("11", "12", "13", "20")
	st.answered("out-3")
	st.wants(Hangup{Call: "out-3"})
}

func TestPressAgainExtends(t *testing.T) {
	st := tell(t, family(func(c *Config) { c.PressAgain = PressAgainExtends }))
	st.press("bell")
	st.pass(29 * time.Second)
	st.press("bell")
	st.pass(29 * time.Second)
	if n := len(of[Hangup](st.all)); n != 0 {
		t.Fatal("the calls were given up")
	}
	st.answered("out-1")
	st.pass(119 * time.Second)
	st.press("bell")
	st.out = nil
	st.pass(119 * time.Second)
	st.wantsLight(LightInCall)
	st.pass(time.Second)
	st.wants(Hangup{Call: "out-1"})
}

func TestSchedulesSayWhoRings(t *testing.T) {
	schedules := func(c *Config) {
		c.Location = time.UTC
		c.Schedules = []Schedule{
			{Name: "day", From: "08:00", To: "20:00", Holidays: holidaysIgnored},
			{Name: "night", From: "20:00", To: "08:00", Holidays: holidaysIgnored},
		}
		c.Groups = []Group{
			{Name: "family", Schedule: "day", Steps: []Step{{Call: []string{"sip:11@fritz.box"}}, {Call: []string{"sip:12@fritz.box"}, Schedule: "night"}}},
			{Name: "porter", Schedule: "night", Steps: []Step{{Call: []string{"sip:20@fritz.box"}}}},
		}
		c.Buttons[0].Call = []string{"group:family", "group:porter"}
		c.Quiet = "night"
	}
	t.Run("by day", func(t *testing.T) {
		st := tell(t, family(schedules))
		st.press("bell")
		st.ringing("out-1")
		st.wants(Tone{PleaseWait}, Tone{Ringback})
		st.ended("out-1", 486)
		st.wants(Tone{NoAnswer})
		st.wantTargets("11")
	})
	t.Run("at night, without a tone", func(t *testing.T) {
		st := tell(t, family(schedules))
		st.now = st.now.Add(12 * time.Hour)
		st.press("bell")
		st.ringing("out-1")
		st.wantTargets("20")
		if n := len(of[Tone](st.all)); n != 0 {
			t.Errorf("%d tones at night", n)
		}
	})
	t.Run("while the clock is not set everybody rings", func(t *testing.T) {
		st := tell(t, family(schedules))
		st.now = time.Unix(100, 0)
		st.press("bell")
		st.ended("out-1", 486)
		st.ended("out-2", 486)
		st.wantTargets("11", "12", "20")
	})
}

func TestWhoLiftsMustPressOne(t *testing.T) {
	confirm := func(c *Config) { c.Groups[0].Steps[0].Confirm = true }
	t.Run("and talks", func(t *testing.T) {
		st := tell(t, family(confirm))
		st.press("bell")
		st.ringing("out-1")
		st.answered("out-1")
		st.wants(Tone{Ringback}, Prompt{Call: "out-1", Name: PressOne})
		st.wantsLight(LightRinging)
		if n := len(of[Mix](st.all)); n != 0 {
			t.Error("the visitor is heard before anybody has pressed 1")
		}
		st.types("out-1", "2#1")
		st.wants(StopPrompt{"out-1"}, Hangup{Call: "out-2", Elsewhere: true}, Hangup{Call: "out-3", Elsewhere: true}, StopTone{},
			Mix{Call: "out-1", Heard: true, Hears: true}, Light{LightInCall})
		st.types("out-1", frontCode)
		st.wants(Open{Door: "front", For: 3 * time.Second})
	})
	t.Run("a voicemail takes no visitor from the others", func(t *testing.T) {
		st := tell(t, family(confirm))
		st.press("bell")
		st.answered("out-1")
		st.pass(10 * time.Second)
		st.wantTargets("11", "12", "13")
		st.pass(10 * time.Second)
		st.wants(Hangup{Call: "out-1"})
		st.answered("out-3")
		st.types("out-3", "1")
		st.wants(Mix{Call: "out-3", Heard: true, Hears: true})
	})
	t.Run("nor the next step its turn", func(t *testing.T) {
		st := tell(t, family(confirm, func(c *Config) {
			c.Groups[0].Steps[0].Call = []string{"sip:11@fritz.box"}
			c.Groups[0].Steps = append(c.Groups[0].Steps, Step{Call: []string{"sip:12@fritz.box"}})
		}))
		st.press("bell")
		st.answered("out-1")
		st.pass(20 * time.Second)
		st.wantTargets("11", "12")
	})
	t.Run("in groups within too", func(t *testing.T) {
		st := tell(t, family(func(c *Config) {
			c.Groups = append(c.Groups, Group{Name: "outer", Steps: []Step{{Call: []string{"group:family"}, Confirm: true}}})
			c.Buttons[0].Call = []string{"group:outer"}
		}))
		st.press("bell")
		st.answered("out-1")
		st.wants(Prompt{Call: "out-1", Name: PressOne})
	})
}

func TestAnnouncementsOfOneTelephoneAreHeardOfManyNot(t *testing.T) {
	st := tell(t, family())
	st.press("bell")
	st.is(Early{"out-1"})
	if n := len(of[Mix](st.all)); n != 0 {
		t.Error("an announcement is heard over the others")
	}
	st.ended("out-2", 486)
	st.ended("out-3", 486)
	st.wants(Mix{Call: "out-1", Heard: true})
	st.answered("out-1")
	st.wants(Mix{Call: "out-1", Heard: true, Hears: true})
}

func TestButtonsShowAndRingDifferently(t *testing.T) {
	st := tell(t, family(func(c *Config) {
		c.Buttons[1].DisplayName, c.Buttons[1].AlertInfo, c.Buttons[1].Quiet = "Office", "<urn:alert:source:external>", true
	}))
	st.press("office")
	st.wants(Dial{Call: "out-1", Target: "sip:20@fritz.box", DisplayName: "Office", AlertInfo: "<urn:alert:source:external>"})
	st.ringing("out-1")
	if n := len(of[Tone](st.all)); n != 0 {
		t.Errorf("a quiet button plays %d tones", n)
	}
}

func TestMoreTelephonesThanCanRing(t *testing.T) {
	st := tell(t, family(func(c *Config) {
		c.Groups[0].Steps[0].Call = slices.Repeat([]string{"sip:11@fritz.box"}, mostCalls+5)
	}))
	st.press("bell")
	if n := len(st.targets()); n != mostCalls {
		t.Errorf("%d telephones ring", n)
	}
}
