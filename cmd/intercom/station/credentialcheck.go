package station

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// An entry is where a code is written, and whose it is.
type entry struct{ path, owner string }

// codes looks at every code there is, at those of doors and at those of persons, and at what they have to do with one another.
func (k *checker) codes(c Config) {
	k.between("station.opening_right", c.OpeningRight, time.Minute, time.Hour)
	if c.GuessBudget < 5 || c.GuessBudget > 1000 {
		k.fault("station.guess_budget", "write a number from 5 to 1000", "%d is out of bounds", c.GuessBudget)
	}
	var above []Code
	var places []entry
	rounds := 0
	look := func(code Code, allowWeak bool, at entry) {
		rounds += k.code(code, allowWeak, at.path)
		k.apart(code, at, above, places)
		above, places = append(above, code), append(places, at)
		if rounds > allRounds {
			k.fault(at.path, "make fewer of them, or hash them anew with fewer rounds",
				"the hashed codes together take %d rounds, more than %d: every attempt would take seconds", rounds, allRounds)
			rounds = -1 << 30 // said once
		}
	}
	for i, d := range c.Doors {
		if d.Code != "" {
			look(d.Code, d.AllowWeakCode, entry{fmt.Sprintf("door.%d.code", i), fmt.Sprintf("the door %q", d.Name)})
		}
	}
	for i, p := range c.Credentials {
		k.credential(c, i)
		look(p.Code, p.AllowWeakCode, entry{fmt.Sprintf("code.%d.code", i), fmt.Sprintf("%q", p.Person)})
	}
}

// code looks at one code and returns the rounds that it costs to compare.
func (k *checker) code(c Code, allowWeak bool, path string) int {
	s, err := parseSecret(c)
	switch {
	case err != nil:
		k.fault(path, fmt.Sprintf("write %d to %d digits", ShortestCode, LongestCode), `"***" is no code: %s`, err)
	case !s.hashed() && weak(c) && !allowWeak:
		k.fault(path, "choose one without a pattern, or set allow_weak_code = true", `"***" is a code that is guessed first`)
	}
	return s.rounds
}

// apart looks whether a code that is written in plain is the beginning of another one, or the other of it: of two that begin
// alike the longer one is no harder to guess.
func (k *checker) apart(c Code, at entry, above []Code, places []entry) {
	for i, other := range above {
		if c == "" || other == "" || c.Hashed() || other.Hashed() {
			continue
		}
		switch where := places[i].owner + " (" + places[i].path + ")"; {
		case c == other:
			k.fault(at.path, "give each its own", `"***", the code of %s, is the code of %s too`, at.owner, where)
		case strings.HasPrefix(string(c), string(other)):
			k.fault(at.path, "choose another beginning", `"***", the code of %s, begins with the code of %s`, at.owner, where)
		case strings.HasPrefix(string(other), string(c)):
			k.fault(at.path, "choose another beginning", `"***", the code of %s, is the beginning of the code of %s`, at.owner, where)
		}
	}
}

// credential looks at the rest of one [[code]].
func (k *checker) credential(c Config, i int) {
	p := c.Credentials[i]
	path := fmt.Sprintf("code.%d.", i)
	switch {
	case p.Person == "":
		k.fault(path+"person", `write whose it is: person = "anna"`, "the code is nobody's")
	case slices.ContainsFunc(c.Credentials[:i], func(other Credential) bool { return other.Person == p.Person }):
		k.fault(path+"person", "give each its own", "%q has a code above already", p.Person)
	}
	if len(p.Doors) == 0 {
		k.fault(path+"doors", `write what it opens: doors = ["front"]`, "the code opens no door")
	}
	for n, door := range p.Doors {
		if !slices.ContainsFunc(c.Doors, func(d Door) bool { return d.Name == door }) {
			k.fault(fmt.Sprintf("%sdoors.%d", path, n), "name one of the [[door]] tables", "there is no door %q", door)
		}
	}
	k.knows(path+"schedule", p.Schedule, c.Schedules)
	if p.Uses < 0 || p.Uses > 1000 {
		k.fault(path+"uses", "write a number from 1 to 1000, or 0 for no bound", "%d is out of bounds", p.Uses)
	}
	k.validity(path, p)
}

func (k *checker) validity(path string, p Credential) {
	from, errFrom := parseDay(p.ValidFrom, time.UTC, false)
	until, errUntil := parseDay(p.ValidUntil, time.UTC, true)
	const want = `write a day as "2026-05-01" or a time as "2026-05-01 18:00"`
	switch {
	case errFrom != nil:
		k.fault(path+"valid_from", want, "%v", errFrom)
	case errUntil != nil:
		k.fault(path+"valid_until", want, "%v", errUntil)
	case !until.IsZero() && !from.Before(until):
		k.fault(path+"valid_until", "let it end after it begins", "the code would never be valid")
	}
}

// InPlain lists whose codes anybody can read who reads the configuration: they are not hashed.
func (c Config) InPlain() []string {
	var all []string
	for _, d := range c.Doors {
		if d.Code != "" && !d.Code.Hashed() {
			all = append(all, fmt.Sprintf("the door %q", d.Name))
		}
	}
	for _, p := range c.Credentials {
		if p.Code != "" && !p.Code.Hashed() {
			all = append(all, fmt.Sprintf("%q", p.Person))
		}
	}
	return all
}
