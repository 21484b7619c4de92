package station

import (
	"log/slog"
	"slices"
	"time"
)

// What becomes of an allowed caller while the station is in a call: Config.SecondCall.
const (
	SecondIsBusy  = "busy"  // he is told that it is busy
	SecondWaits   = "queue" // he hears it ring, and is next
	SecondJoins   = "join"  // he takes part in the conversation, or begins it where the house is still being rung
	mostWaiting   = 4
	longestInLine = 2 * time.Minute
)

func (s *Station) second(e Incoming, who []slog.Attr) {
	switch {
	case s.cfg.SecondCall == SecondJoins && s.joinable():
		s.join(e, who)
	case s.cfg.SecondCall == SecondWaits && len(s.queue) < mostWaiting:
		s.note("a caller waits", who...)
		s.called(e)
		c := s.caller(e)
		c.phase, c.answerBy = waiting, s.now.Add(longestInLine)
		s.queue = append(s.queue, c)
		s.do(Ring{c.id})
	default:
		s.note("refused a caller: busy", who...)
		s.do(Reject{Call: e.Call, Status: busyHere})
	}
}

// joinable reports whether somebody is at the door for whom there is room for one more telephone. While the station itself rings
// nobody is: it would answer without a button.
func (s *Station) joinable() bool {
	v := s.visit
	return v != nil && !v.has(offered) && len(v.calls) < mostCalls
}

// join answers a caller at once: the visitor has rung, or talks already. Whom the bell still rings is told when the caller has
// confirmed, as if he had lifted one of those telephones.
func (s *Station) join(e Incoming, who []slog.Attr) {
	if s.visit.hunt != nil {
		s.note("a caller takes the visitor over", who...)
	} else {
		s.note("a caller joins the conversation", who...)
	}
	s.called(e)
	c := s.caller(e)
	s.visit.calls = append(s.visit.calls, c)
	s.answer(c)
}

func (s *Station) unqueue(c *call) {
	s.queue = slices.DeleteFunc(s.queue, func(other *call) bool { return other == c })
}

// admit takes the caller who has waited longest, once the station is free.
func (s *Station) admit() {
	if s.visit != nil || len(s.queue) == 0 {
		return
	}
	c := s.queue[0]
	s.queue = s.queue[1:]
	s.note("called", slog.String("peer", c.peer), c.attr())
	s.accept(c, false)
}
