package station

import (
	"log/slog"
	"slices"
	"time"
)

const (
	limitWarning  = 10 * time.Second // before the call limit
	listeningTone = time.Minute      // between two tones of an auto-answered call
	noAnswerShown = 5 * time.Second
)

// A visit is what goes on at the door: the search for somebody who answers the bell, or a call from the house, and the
// conversation that comes of it. There is never more than one.
type visit struct {
	button   string   // the button that began it or answered; "" if the station answered by itself
	account  string   // of the button
	from     Button   // what the button's calls show
	quiet    bool     // no tone at the door tells of the search
	hunt     *hunt    // the search; nil once somebody talks, and in a visit that the house began
	fallback []string // whom to look for when the search has found nobody
	calls    []*call  // its legs, in the order in which they came to be
	auto     bool     // the station answered by itself
	volume   float64  // dB, beside what is set
	muted    bool     // the house is not to hear the door

	limit, warning, listening time.Time
}

func (v *visit) timers(s *Station, all []timer) []timer {
	all = append(all,
		timer{&v.limit, v, func() { s.hangUp("call limit reached") }},
		timer{&v.warning, v, func() { s.do(Tone{LimitWarning}) }},
		timer{&v.listening, v, s.listen},
	)
	for _, c := range v.calls {
		all = c.timers(s, all)
	}
	if v.hunt != nil {
		all = v.hunt.timers(s, all)
	}
	return all
}

// attrs adds the button that has rung, if one has, to what the log is told.
func (v *visit) attrs(more ...slog.Attr) []slog.Attr {
	if v.button == "" {
		return more
	}
	return append([]slog.Attr{slog.String("button", v.button)}, more...)
}

// talking reports whether somebody in the house talks to the visitor.
func (v *visit) talking() bool { return v.has(answered) }

func (v *visit) has(p phase) bool {
	return slices.ContainsFunc(v.calls, func(c *call) bool { return c.phase == p })
}

// in is the first call of the visit that has come to a phase, nil if none has.
func (v *visit) in(p phase) *call {
	if i := slices.IndexFunc(v.calls, func(c *call) bool { return c.phase == p }); i >= 0 {
		return v.calls[i]
	}
	return nil
}

// drop takes a call out of the visit: from here on its name is unknown, and nothing said in its name counts.
func (s *Station) drop(c *call) {
	v := s.visit
	v.calls = slices.DeleteFunc(v.calls, func(other *call) bool { return other == c })
	if v.hunt != nil {
		v.hunt.drop(c)
	}
}

// converse lets a call talk to the visitor. The first one to do so has won: the others stop ringing, and are told that the
// call has been answered elsewhere.
func (s *Station) converse(c *call) {
	v := s.visit
	first := !v.talking()
	c.phase = answered
	c.answerBy = time.Time{}
	s.note("answered", slog.String("peer", c.peer), c.attr())
	s.do(Record{Kind: WasTaken, Button: v.button, Peer: c.peer, Call: c.id})
	if !first {
		s.do(Tone{Joined})
		return
	}
	v.hunt, v.fallback = nil, nil
	for _, other := range slices.Clone(v.calls) {
		if other.phase.searching() {
			s.do(Hangup{Call: other.id, Elsewhere: true})
			s.drop(other)
		}
	}
	s.prolong()
	if v.auto {
		s.listen()
	}
}

// prolong begins the time anew that a conversation may take.
func (s *Station) prolong() {
	v := s.visit
	v.limit, v.warning = s.now.Add(s.cfg.CallLimit), time.Time{}
	if s.cfg.CallLimit > limitWarning {
		v.warning = v.limit.Add(-limitWarning)
	}
}

// hangUp ends the visit from our side.
func (s *Station) hangUp(why string) {
	talked := s.visit.talking()
	if s.visit.hunt != nil {
		s.do(Record{Kind: Unanswered, Button: s.visit.button, Reason: why})
	}
	for _, c := range s.visit.calls {
		s.note(why, slog.String("peer", c.peer), c.attr())
		s.do(Hangup{Call: c.id})
		s.recordEnd(c, why)
	}
	s.visit = nil
	if talked {
		s.do(Tone{CallEnded})
	}
}

// recordEnd says that a conversation is over, or that a caller has had none.
func (s *Station) recordEnd(c *call, why string) {
	switch c.phase {
	case answered:
		s.do(Record{Kind: HasEnded, Button: s.visit.button, Peer: c.peer, Call: c.id, Reason: why})
	case offered, waiting, answering:
		s.do(Record{Kind: Unanswered, Peer: c.peer, Call: c.id, Reason: why})
	}
}

// left goes on without a call that is over: with the search, with those who still talk, or not at all.
func (s *Station) left() {
	v := s.visit
	switch {
	case v.hunt != nil:
		s.search()
	case len(v.calls) == 0:
		s.visit = nil
	}
}

// listen sounds the tone of an auto-answered call: nobody is to be overheard without knowing.
func (s *Station) listen() {
	if s.cfg.SilentListening {
		return
	}
	s.do(Tone{Listening})
	s.visit.listening = s.now.Add(listeningTone)
}
