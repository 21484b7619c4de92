package station

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestBadGroupsAreRefused(t *testing.T) {
	group := func(name string, steps ...[]string) Group {
		g := Group{Name: name}
		for _, call := range steps {
			g.Steps = append(g.Steps, Step{Call: call})
		}
		return g
	}
	var many []string
	for i := range mostCalls + 1 {
		many = append(many, fmt.Sprint(100+i))
	}
	for _, c := range []struct {
		name, path, text string
		change           func(*Config)
	}{
		{"within itself", "group.0.name", "contains itself: a → a", func(c *Config) { c.Groups = []Group{group("a", []string{"group:a"})} }},
		{"within itself by way of another", "group.0.name", "contains itself: a → b → a", func(c *Config) {
			c.Groups = []Group{group("a", []string{"11", "group:b"}), group("b", []string{"group:a"})}
		}},
		{"unknown", "group.0.step.1.call.1", `no group "b"`, func(c *Config) { c.Groups = []Group{group("a", []string{"11"}, []string{"12", "group:b"})} }},
		{"twice in a step", "group.0.step.0.call.1", `"11" is called twice`, func(c *Config) { c.Groups = []Group{group("a", []string{"11", "11"})} }},
		{"twice in a group", "group.0.name", `"11" is in the group "a" twice`, func(c *Config) { c.Groups = []Group{group("a", []string{"11"}, []string{"11"})} }},
		{"twice by way of another", "group.0.name", `"11" is in the group "a" twice`, func(c *Config) {
			c.Groups = []Group{group("a", []string{"11", "group:b"}), group("b", []string{"12"}, []string{"11"})}
		}},
		{"no steps", "group.0.step", `"a" calls nobody`, func(c *Config) { c.Groups = []Group{group("a")} }},
		{"an empty step", "group.0.step.0.call", "calls nobody", func(c *Config) { c.Groups = []Group{group("a", nil)} }},
		{"no name", "group.0.name", "no name", func(c *Config) { c.Groups = []Group{group("", []string{"11"})} }},
		{"a name twice", "group.1.name", `"a" is the name of a group above`, func(c *Config) { c.Groups = []Group{group("a", []string{"11"}), group("a", []string{"12"})} }},
		{"too many", "group.0.name", "calls 17 telephones", func(c *Config) { c.Groups = []Group{group("a", many)} }},
		{"a first step that waits", "group.0.step.0.delay", "nobody to wait for", func(c *Config) {
			c.Groups = []Group{group("a", []string{"11"})}
			c.Groups[0].Steps[0].Delay = time.Second
		}},
		{"an unknown schedule", "group.0.schedule", `no schedule "night"`, func(c *Config) {
			c.Groups = []Group{group("a", []string{"11"})}
			c.Groups[0].Schedule = "night"
		}},
		{"a button's unknown group", "button.0.otherwise.0", `no group "x"`, func(c *Config) { c.Buttons[0].Otherwise = []string{"group:x"} }},
		{"a line break", "button.0.alert_info", "cannot be sent", func(c *Config) { c.Buttons[0].AlertInfo = "a\r\nb" }},
		{"a menu without a star", "key.0.keys", `"1" cannot be`, func(c *Config) { c.Keys = []Key{{Keys: "1", Does: KeyMutes}} }},
		{"keys that begin others", "key.1.keys", "told apart", func(c *Config) { c.Keys = []Key{{Keys: "*2", Does: KeyMutes}, {Keys: "*21", Does: KeyLouder}} }},
		{"keys that begin a code", "key.0.keys", "the code of a door begins", func(c *Config) { c.Keys = []Key{{Keys: "*7", Does: KeyMutes}} }},
		{"an unknown action", "key.0.does", `"open"`, func(c *Config) { c.Keys = []Key{{Keys: "*2", Does: "open"}} }},
		{"a light that is a door", "key.0.light", `"front" is no light`, func(c *Config) { c.Keys = []Key{{Keys: "*2", Does: KeyLights, Light: "front"}} }},
		{"a light with a code", "door.0.light", "is a door", func(c *Config) { c.Doors[0].Light = true }},
		{"a light for an hour", "door.1.pulse", `"1h"`, func(c *Config) { c.Doors[1] = Door{Name: "stairs", Light: true, Pulse: time.Hour} }},
		{"an unknown way with a second call", "station.second_call", `"park"`, func(c *Config) { c.SecondCall = "park" }},
		{"two redirections at once", "redirect.1.schedule", "overlap on", func(c *Config) {
			c.Schedules = []Schedule{{Name: "a", From: "08:00", To: "12:00", Holidays: "ignore"}, {Name: "b", From: "11:00", To: "13:00", Holidays: "ignore"}}
			c.Redirects = []Diversion{{"a", "sip:1@x"}, {"b", "sip:2@x"}}
		}},
		{"a redirection while nobody is to be disturbed", "redirect.0.schedule", "overlap on", func(c *Config) {
			c.Schedules = []Schedule{{Name: "a", From: "08:00", To: "12:00", Holidays: "ignore"}}
			c.Redirects, c.DoNotDisturb = []Diversion{{"a", "sip:1@x"}}, "a"
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := house()
			c.change(&cfg)
			faults := cfg.Check()
			for _, f := range faults {
				if f.Path == c.path && strings.Contains(f.Text, c.text) {
					return
				}
			}
			t.Errorf("found %v", faults)
		})
	}
	good := family(func(c *Config) {
		c.Keys = []Key{{Keys: "*1", Does: KeyProlongs}, {Keys: "*21", Does: KeyMutes}}
		c.Buttons[0].Otherwise = []string{"group:family"}
	})
	if faults := good.Check(); len(faults) != 0 {
		t.Errorf("refused what is good: %v", faults)
	}
}

// Groups within groups, each twice in the next, are as many ways as there are grains on a chessboard.
func TestGroupsAreFollowedInBoundedTime(t *testing.T) {
	cfg := house()
	for i := range 40 {
		cfg.Groups = append(cfg.Groups, Group{Name: fmt.Sprint(i), Steps: []Step{
			{Call: []string{fmt.Sprint("group:", i+1)}}, {Call: []string{fmt.Sprint("group:", (i+2)%40)}}, {Call: []string{fmt.Sprint("group:", i)}},
		}})
	}
	cfg.Buttons[0].Call = []string{"group:0"}
	if len(cfg.Check()) == 0 {
		t.Error("that is good")
	}
	st := tell(t, cfg)
	st.press("bell")
	st.wants(Tone{NoAnswer})
}
