package station

import (
	"testing"
	"time"
)

func TestPressesMeanDifferentThings(t *testing.T) {
	long := func(c *Config) { c.Buttons[0].LongPress = []string{"sip:21@fritz.box"} }
	double := func(c *Config) { c.Buttons[0].DoublePress = []string{"sip:22@fritz.box"} }
	hold := func(st *story, d time.Duration) {
		st.is(ButtonPressed{"bell"})
		st.pass(d)
		st.is(ButtonReleased{"bell"})
	}
	for _, c := range []struct {
		name string
		cfg  []func(*Config)
		play func(*story)
		want []string
	}{
		{"one meaning: at once", nil, func(st *story) { st.is(ButtonPressed{"bell"}) }, []string{"11"}},
		{"short, where long means something: on release", []func(*Config){long}, func(st *story) { hold(st, 200*time.Millisecond) }, []string{"11"}},
		{"long, before the release", []func(*Config){long}, func(st *story) { st.is(ButtonPressed{"bell"}); st.pass(time.Second) }, []string{"21"}},
		{"short, where double means something: a moment later", []func(*Config){double}, func(st *story) {
			hold(st, 100*time.Millisecond)
			st.wantTargets()
			st.pass(doublePress)
		}, []string{"11"}},
		{"double", []func(*Config){double}, func(st *story) {
			hold(st, 100*time.Millisecond)
			st.pass(200 * time.Millisecond)
			hold(st, time.Second)
		}, []string{"22"}},
		{"held, where only double means something", []func(*Config){double}, func(st *story) { hold(st, 3*time.Second) }, []string{"11"}},
		{"long of both", []func(*Config){long, double}, func(st *story) { hold(st, 2*time.Second) }, []string{"21"}},
		{"double of both", []func(*Config){long, double}, func(st *story) { hold(st, 100*time.Millisecond); hold(st, 100*time.Millisecond) }, []string{"22"}},
		{"short of both", []func(*Config){long, double}, func(st *story) { hold(st, 100*time.Millisecond); st.pass(doublePress) }, []string{"11"}},
		{"a release that is lost", []func(*Config){long}, func(st *story) { st.is(ButtonPressed{"bell"}); st.is(ButtonPressed{"bell"}); st.pass(time.Second) }, []string{"21"}},
		{"a release alone", []func(*Config){long}, func(st *story) { st.is(ButtonReleased{"bell"}); st.pass(time.Second) }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := house()
			for _, f := range c.cfg {
				f(&cfg)
			}
			st := tell(t, cfg)
			c.play(st)
			st.wantTargets(c.want...)
			if len(st.s.fingers) != 0 {
				t.Error("remembers a finger")
			}
		})
	}
}

func TestALongPressHangsUpToo(t *testing.T) {
	cfg := house()
	cfg.Buttons[0].LongPress = []string{"sip:21@fritz.box"}
	st := tell(t, cfg)
	st.press("bell")
	st.pass(5 * time.Second)
	st.is(ButtonPressed{"bell"})
	st.pass(time.Second)
	st.wants(Hangup{Call: "out-1"})
	st.is(ButtonReleased{"bell"})
	st.wantTargets("11")
}
