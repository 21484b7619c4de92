package station

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// calls looks at what becomes of calls, in and out, and at the keys during them.
func (k *checker) calls(c Config) {
	k.between("station.ring_limit", c.RingLimit, 5*time.Second, 10*time.Minute)
	k.between("station.confirm_time", c.ConfirmTime, 5*time.Second, 2*time.Minute)
	k.oneOf("station.press_again", c.PressAgain, PressAgainHangsUp, PressAgainExtends, PressAgainNothing)
	k.oneOf("station.second_call", c.SecondCall, SecondIsBusy, SecondWaits, SecondJoins)
	k.knows("station.quiet", c.Quiet, c.Schedules)
	k.knows("station.do_not_disturb", c.DoNotDisturb, c.Schedules)
	k.redirects(c)
	k.keys(c)
	k.lights(c.Doors)
}

func (k *checker) oneOf(path, got string, names ...string) {
	if !slices.Contains(names, got) {
		k.fault(path, "write "+quoted(names), "%q is none of them", got)
	}
}

func quoted(names []string) string {
	var all []string
	for _, n := range names {
		all = append(all, fmt.Sprintf("%q", n))
	}
	return strings.Join(all[:len(all)-1], ", ") + " or " + all[len(all)-1]
}

// redirects looks at [[redirect]]: at no time may a caller be sent to two places, or to one and be refused.
func (k *checker) redirects(c Config) {
	for i, r := range c.Redirects {
		path := fmt.Sprintf("redirect.%d.", i)
		if r.Schedule == "" {
			k.fault(path+"schedule", schedulesWanted(c.Schedules), "nothing says when callers are sent elsewhere")
		}
		k.knows(path+"schedule", r.Schedule, c.Schedules)
		if r.To == "" {
			k.fault(path+"to", `write an address: to = "sip:20@fritz.box"`, "nothing says where callers are sent")
		}
		others := []string{c.DoNotDisturb}
		for _, other := range c.Redirects[:i] {
			others = append(others, other.Schedule)
		}
		for _, other := range others {
			if day, both := c.together(r.Schedule, other); both {
				k.fault(path+"schedule", "let one end where the other begins",
					"the schedules %q and %q overlap on %s and say different things of a caller", r.Schedule, other, day)
				break
			}
		}
	}
}

// together reports whether two schedules can be on at once.
func (c Config) together(a, b string) (time.Weekday, bool) {
	for _, s := range c.Schedules {
		for _, t := range c.Schedules {
			if s.Name == a && t.Name == b {
				if day, both := overlap(s, t); both {
					return day, true
				}
			}
		}
	}
	return 0, false
}

// longestKeys is how many keys one thing of the menu may take.
const longestKeys = 5

// keys looks at [[key]]: each begins with a star, so that none is a digit of a code, none begins another, and none the code
// of a door, which may be typed after a star too.
func (k *checker) keys(c Config) {
	for i, key := range c.Keys {
		path := fmt.Sprintf("key.%d.", i)
		digits, star := strings.CutPrefix(key.Keys, "*")
		if !star || digits == "" || len(key.Keys) > longestKeys || strings.Trim(digits, "0123456789") != "" {
			k.fault(path+"keys", `write a star and one to four digits: "*1"`, "%q cannot be keys of the menu", key.Keys)
		}
		for _, other := range c.Keys[:i] {
			if strings.HasPrefix(other.Keys, key.Keys) || strings.HasPrefix(key.Keys, other.Keys) {
				k.fault(path+"keys", "let none be the beginning of another", "%q and %q cannot be told apart", other.Keys, key.Keys)
				break
			}
		}
		if star && digits != "" && slices.ContainsFunc(c.Doors, func(d Door) bool { return strings.HasPrefix(string(d.Code), digits) }) {
			k.fault(path+"keys", "choose others", "the code of a door begins like %q: who types a star before it would not open", key.Keys)
		}
		k.oneOf(path+"does", key.Does, keyActions()...)
		isLight := slices.ContainsFunc(c.Doors, func(d Door) bool { return d.Name == key.Light && d.Light })
		switch {
		case key.Does == KeyLights && !isLight:
			k.fault(path+"light", "name a [[door]] with light = true", "%q is no light", key.Light)
		case key.Does != KeyLights && key.Light != "":
			k.fault(path+"light", `leave the line away, or write does = "light"`, "%q switches no light", key.Does)
		}
	}
}

// lights looks at the doors that are lights.
func (k *checker) lights(doors []Door) {
	for i, d := range doors {
		if d.Light && d.Code != "" {
			k.fault(fmt.Sprintf("door.%d.light", i), "leave one of the two lines away", "what has a code is a door, and no light")
		}
	}
}

// shows looks at what a button's calls show.
func (k *checker) shows(path string, b Button) {
	for _, t := range []struct{ key, text string }{{"display_name", b.DisplayName}, {"alert_info", b.AlertInfo}} {
		if strings.ContainsFunc(t.text, unicode.IsControl) || len(t.text) > 200 {
			k.fault(path+t.key, "write one line of text", "%q cannot be sent", t.text)
		}
	}
}
