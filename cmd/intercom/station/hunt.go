package station

import (
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"
)

// mostCalls bounds how many telephones ring at the same time, and deepest how many groups lie within one another. Check
// refuses more.
const (
	mostCalls = 16
	deepest   = 8
)

// A hunt is the search for somebody who answers, through the steps of a group or of a button.
type hunt struct {
	steps   []Step // still to be begun
	account string
	confirm bool      // of the step that the group is part of
	groups  []string  // those around it, itself included
	next    time.Time // the next step begins then though others ring; zero: when nobody does
	until   time.Time // the whole search ends then; zero: when its steps do
	calls   []*call
	within  []*hunt
}

func (h *hunt) timers(s *Station, all []timer) []timer {
	all = append(all,
		timer{&h.until, h, func() { s.giveUp(h) }},
		timer{&h.next, h, func() { s.begin(h); s.search() }},
	)
	for _, sub := range h.within {
		all = sub.timers(s, all)
	}
	return all
}

func (h *hunt) contains(other *hunt) bool {
	return h == other || slices.ContainsFunc(h.within, func(sub *hunt) bool { return sub.contains(other) })
}

// drop forgets a call that rings no more.
func (h *hunt) drop(c *call) {
	h.calls = slices.DeleteFunc(h.calls, func(other *call) bool { return other == c })
	for _, sub := range h.within {
		sub.drop(c)
	}
}

// all are the calls of a hunt and of those within it.
func (h *hunt) all() []*call {
	calls := slices.Clone(h.calls)
	for _, sub := range h.within {
		calls = append(calls, sub.all()...)
	}
	return calls
}

// advance begins every step that has nobody left to wait for. It reports whether anybody is still looked for.
func (s *Station) advance(h *hunt) bool {
	for {
		h.within = slices.DeleteFunc(h.within, func(sub *hunt) bool { return !s.advance(sub) })
		if len(h.calls)+len(h.within) > 0 {
			return true
		}
		if len(h.steps) == 0 {
			return false
		}
		s.begin(h)
	}
}

// begin begins the next step of a hunt.
func (s *Station) begin(h *hunt) {
	step := h.steps[0]
	h.steps = h.steps[1:]
	h.next = time.Time{}
	if len(h.steps) > 0 && h.steps[0].Delay > 0 {
		h.next = s.now.Add(h.steps[0].Delay)
	}
	if !s.rings(step.Schedule) {
		return
	}
	for _, target := range step.Call {
		if name, ok := strings.CutPrefix(target, groupPrefix); ok {
			s.beginGroup(h, step, name)
		} else {
			s.dial(h, step, target)
		}
	}
}

// beginGroup begins a group within a hunt. One that lies within itself is passed over.
func (s *Station) beginGroup(h *hunt, step Step, name string) {
	g := s.group(name)
	if g == nil || slices.Contains(h.groups, name) || len(h.groups) >= deepest || !s.rings(g.Schedule) {
		return
	}
	sub := &hunt{
		steps: g.Steps, account: h.account, confirm: h.confirm || step.Confirm, groups: append(slices.Clone(h.groups), name),
	}
	if g.Account != "" {
		sub.account = g.Account
	}
	if g.RingLimit > 0 {
		sub.until = s.now.Add(g.RingLimit)
	}
	if s.advance(sub) {
		h.within = append(h.within, sub)
	}
}

func (s *Station) group(name string) *Group {
	i := slices.IndexFunc(s.cfg.Groups, func(g Group) bool { return g.Name == name })
	if i < 0 {
		return nil
	}
	return &s.cfg.Groups[i]
}

// dial calls one target.
func (s *Station) dial(h *hunt, step Step, target string) {
	v := s.visit
	if len(v.calls) >= mostCalls {
		s.warn("not called: too many telephones ring already", slog.String("peer", target))
		return
	}
	s.placed++
	c := &call{
		id: CallID("out-" + strconv.Itoa(s.placed)), phase: dialling, peer: target, account: h.account,
		ring: step.RingTime, confirm: h.confirm || step.Confirm, mayOpen: true,
	}
	if c.ring <= 0 {
		c.ring = s.cfg.RingTime
	}
	c.answerBy = s.now.Add(c.ring)
	v.calls, h.calls = append(v.calls, c), append(h.calls, c)
	s.note("calling", v.attrs(slog.String("peer", target), c.attr())...)
	name := v.from.DisplayName
	if name == "" {
		name = s.cfg.Name
	}
	s.do(Dial{Call: c.id, Account: c.account, Target: target, DisplayName: name, AlertInfo: v.from.AlertInfo})
}

// search goes on looking for somebody, or gives up where nobody is left. A caller who is about to take the visitor over is waited for.
func (s *Station) search() {
	v := s.visit
	if s.advance(v.hunt) {
		return
	}
	if len(v.fallback) > 0 {
		s.note("nobody answered: others are called", v.attrs()...)
		list := v.fallback
		v.fallback = nil
		s.look(list)
		return
	}
	if !v.has(answering) {
		s.nobodyAnswered()
	}
}

// look begins a search through a list of targets, one after the other.
func (s *Station) look(list []string) {
	v := s.visit
	v.hunt = &hunt{account: v.account, until: s.now.Add(s.cfg.RingLimit)}
	for _, target := range list {
		v.hunt.steps = append(v.hunt.steps, Step{Call: []string{target}})
	}
	s.search()
}

// giveUp ends a hunt whose time is over, with all that ring in it.
func (s *Station) giveUp(h *hunt) {
	for _, c := range h.all() {
		s.note("not answered in time", slog.String("peer", c.peer), c.attr())
		s.do(Hangup{Call: c.id})
		s.drop(c)
	}
	h.steps, h.within, h.next = nil, nil, time.Time{}
	s.search()
}

func (s *Station) nobodyAnswered() {
	s.warn("nobody answered", s.visit.attrs()...)
	s.do(Record{Kind: Unanswered, Button: s.visit.button})
	s.visit = nil
	s.do(Tone{NoAnswer})
	s.unansweredTill = s.now.Add(noAnswerShown)
}

// extend lets those who are called ring on for as long as at first.
func (s *Station) extend() {
	v := s.visit
	v.hunt.until = s.now.Add(s.cfg.RingLimit)
	for _, c := range v.hunt.all() {
		if c.phase != confirming {
			c.answerBy = s.now.Add(c.ring)
		}
	}
}
