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
	SecondJoins   = "join"  // he takes part in the conversation; while there is none the station is busy
	mostWaiting   = 4
	longestInLine = 2 * time.Minute
)

func (s *Station) second(e Incoming, who []slog.Attr) {
	talking := s.visit != nil && s.visit.talking()
	switch {
	case s.cfg.SecondCall == SecondJoins && talking && len(s.visit.calls) < mostCalls:
		s.note("a caller joins the conversation", who...)
		c := s.caller(e)
		s.visit.calls = append(s.visit.calls, c)
		s.answer(c)
	case s.cfg.SecondCall == SecondWaits && len(s.queue) < mostWaiting:
		s.note("a caller waits", who...)
		c := s.caller(e)
		c.phase, c.answerBy = waiting, s.now.Add(longestInLine)
		s.queue = append(s.queue, c)
		s.do(Ring{c.id})
	default:
		s.note("refused a caller: busy", who...)
		s.do(Reject{Call: e.Call, Status: busyHere})
	}
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
