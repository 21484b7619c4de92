package station

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// groups looks at [[group]], and at the lists of targets of the buttons.
func (k *checker) groups(c Config) {
	for i, g := range c.Groups {
		path := fmt.Sprintf("group.%d.", i)
		k.groupName(path, g.Name, c.Groups[:i])
		k.limit(path+"ring_limit", g.RingLimit)
		k.knows(path+"schedule", g.Schedule, c.Schedules)
		if len(g.Steps) == 0 {
			k.fault(path+"step", `write a [[group.step]] with call = ["11"]`, "the group %q calls nobody", g.Name)
		}
		for n, step := range g.Steps {
			k.step(fmt.Sprintf("%sstep.%d.", path, n), step, n == 0, c)
		}
		k.reach(path+"name", c, g)
	}
}

func (k *checker) groupName(path, name string, above []Group) {
	switch {
	case name == "":
		k.fault(path+"name", `write name = "family"`, "the group has no name")
	case slices.ContainsFunc(above, func(g Group) bool { return g.Name == name }):
		k.fault(path+"name", "give each its own", "%q is the name of a group above too", name)
	}
}

func (k *checker) step(path string, s Step, first bool, c Config) {
	if len(s.Call) == 0 {
		k.fault(path+"call", `write whom it calls: call = ["11"]`, "the step calls nobody")
	}
	k.targets(path+"call", s.Call, c)
	k.knows(path+"schedule", s.Schedule, c.Schedules)
	k.limit(path+"ring_time", s.RingTime)
	k.between(path+"delay", s.Delay, 0, 5*time.Minute)
	if first && s.Delay > 0 {
		k.fault(path+"delay", "leave the line away, or put a step before this one", "the first step has nobody to wait for")
	}
}

// limit is a time that may be left to others.
func (k *checker) limit(path string, d time.Duration) {
	if d != 0 {
		k.between(path, d, 5*time.Second, 10*time.Minute)
	}
}

// targets looks at a list of targets: that no group in it is unknown, and that it names nobody twice.
func (k *checker) targets(path string, list []string, c Config) {
	for i, target := range list {
		at := fmt.Sprintf("%s.%d", path, i)
		name, ok := strings.CutPrefix(target, groupPrefix)
		if ok && !slices.ContainsFunc(c.Groups, func(g Group) bool { return g.Name == name }) {
			k.fault(at, groupsWanted(c.Groups), "there is no group %q", name)
		}
		if slices.Contains(list[:i], target) {
			k.fault(at, "name each once", "%q is called twice", target)
		}
	}
}

func groupsWanted(all []Group) string {
	if len(all) == 0 {
		return "write a [[group]] of this name"
	}
	var names []string
	for _, g := range all {
		names = append(names, fmt.Sprintf("%q", groupPrefix+g.Name))
	}
	return "the groups are " + strings.Join(names, ", ")
}

// reach follows a group through those within it.
func (k *checker) reach(path string, c Config, g Group) {
	r := reach{c: c}
	r.follow(g, []string{g.Name})
	switch {
	case r.loop != nil:
		k.fault(path, "take one of them out", "the group contains itself: %s", strings.Join(r.loop, " → "))
	case r.deep:
		k.fault(path, fmt.Sprintf("put groups at most %d deep", deepest), "groups lie too deep within one another")
	case r.twice != "":
		k.fault(path, "call each telephone once", "%q is in the group %q twice", r.twice, g.Name)
	case len(r.targets) > mostCalls:
		k.fault(path, fmt.Sprintf("call at most %d", mostCalls), "the group %q calls %d telephones", g.Name, len(r.targets))
	}
}

// reach is whom a group calls, those within it included.
type reach struct {
	c       Config
	targets []string
	loop    []string // the groups on a way that comes back to its beginning
	twice   string
	deep    bool
}

func (r *reach) follow(g Group, way []string) {
	for _, step := range g.Steps {
		for _, target := range step.Call {
			if name, ok := strings.CutPrefix(target, groupPrefix); ok {
				r.enter(name, way)
				continue
			}
			if slices.Contains(r.targets, target) && !slices.Contains(step.Call[:slices.Index(step.Call, target)], target) {
				r.twice = target
			}
			if len(r.targets) <= mostCalls {
				r.targets = append(r.targets, target)
			}
		}
	}
}

func (r *reach) enter(name string, way []string) {
	i := slices.IndexFunc(r.c.Groups, func(g Group) bool { return g.Name == name })
	switch {
	case i < 0:
	case slices.Contains(way, name):
		if name == way[0] {
			r.loop = append(slices.Clone(way), name)
		}
	case len(way) >= deepest:
		r.deep = true
	case len(r.targets) <= mostCalls && r.loop == nil:
		r.follow(r.c.Groups[i], append(slices.Clone(way), name))
	}
}
