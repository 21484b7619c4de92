package station

import (
	"log/slog"
	"slices"
	"time"
)

// A call goes through these phases in order. One that the station places begins by dialling, one from outside by being
// offered, or by waiting if the station is in another.
type phase int

const (
	dialling   phase = iota // placed, nothing heard of it
	alerting                // the house's telephone rings
	confirming              // lifted, and nobody knows yet whether by a person
	offered                 // the station itself rings
	waiting                 // the station is in another call
	answering               // the station has answered, the caller has not confirmed
	answered                // talks to the visitor
)

// searching reports whether a call is still one of those that the bell rings.
func (p phase) searching() bool { return p <= confirming }

// confirmation is how long a caller may take to confirm our answer. He has 64×T1 = 32 s to send the ACK (RFC 3261
// §13.3.1.4), after which the user agent ends the call; this is the station's own bound, should it not be told.
const confirmation = 40 * time.Second

// call is one leg of a visit: one telephone.
type call struct {
	id      CallID
	phase   phase
	peer    string // whom we call or who calls
	account string
	ring    time.Duration // how long it may ring
	confirm bool          // who lifts must press a key before he counts
	early   bool          // the other side sends sound before the answer
	mayOpen bool          // a right code opens: set where the call begins, looked at only once it is answered
	attempt attempt       // the digits of the code being typed
	wrong   int           // codes of this telephone since the last right one
	keys    string        // of the menu, begun with a star
	mix     Mix           // what has been said of its sound
	held    bool          // by the other side

	answerBy, closing time.Time
}

func (c *call) timers(s *Station, all []timer) []timer {
	return append(all,
		timer{&c.answerBy, c, func() { s.ringTimeOver(c) }},
		timer{&c.closing, c, func() { s.hangUp("hung up after opening") }},
		timer{&c.attempt.until, c, c.attempt.clear},
	)
}

// current is the call of that name, nil if it is over or never was.
func (s *Station) current(id CallID) *call {
	if s.visit != nil {
		for _, c := range s.visit.calls {
			if c.id == id {
				return c
			}
		}
	}
	for _, c := range s.queue {
		if c.id == id {
			return c
		}
	}
	return nil
}

func (s *Station) ringing(id CallID) {
	c := s.current(id)
	if c == nil || c.phase != dialling {
		return
	}
	c.phase = alerting
	s.note("ringing", slog.String("peer", c.peer), c.attr())
}

// early notes that the other side has something to say before the answer. It gives no right whatever: only an answered
// call has somebody at the other end.
func (s *Station) early(id CallID) {
	if c := s.current(id); c != nil && c.phase <= alerting {
		c.early = true
	}
}

func (s *Station) answered(id CallID) {
	c := s.current(id)
	switch {
	case c == nil:
		// The answer crossed our hanging up: whoever lifted the receiver must not be left in a dead call.
		s.note("answered too late", slog.String("call", string(id)))
		s.do(Hangup{Call: id, Elsewhere: s.visit != nil && s.visit.talking()})
	case c.phase <= alerting && c.confirm:
		s.askToConfirm(c)
	case slices.Contains(s.out, Action(Answer{c.id})):
		// Nobody can confirm what is only about to be said to him.
	case c.phase <= alerting, c.phase == answering:
		s.converse(c)
	}
}

func (s *Station) ended(e Ended) {
	c := s.current(e.Call)
	if c == nil {
		return
	}
	attrs := []slog.Attr{slog.String("peer", c.peer), c.attr()}
	if e.Status != 0 {
		attrs = append(attrs, slog.Int("status", e.Status))
	}
	if e.Reason != "" {
		attrs = append(attrs, slog.String("err", e.Reason))
	}
	switch c.phase {
	case dialling, alerting, confirming:
		s.note("not answered", attrs...)
	case offered, waiting, answering:
		s.note("the caller gave up", attrs...)
		s.recordEnd(c, "the caller gave up")
	case answered:
		s.note("call ended", attrs...)
		s.recordEnd(c, "the other side has hung up")
	}
	s.over(c)
}

// over forgets a call that has ended by itself or by us, and goes on with what is left.
func (s *Station) over(c *call) {
	if c.phase == waiting {
		s.unqueue(c)
		return
	}
	s.drop(c)
	s.left()
	if c.phase == answered && s.visit == nil {
		s.do(Tone{CallEnded})
	}
}

func (s *Station) onHold(e OnHold) {
	if c := s.current(e.Call); c != nil {
		c.held = e.On
	}
}

// silent ends a call whose other side has vanished without a word.
func (s *Station) silent(e Silent) {
	c := s.current(e.Call)
	if c == nil || c.phase != answered || s.cfg.SilenceLimit == 0 || e.For < s.cfg.SilenceLimit {
		return
	}
	s.note("call ended: nothing comes from the other side", slog.String("peer", c.peer), c.attr())
	s.do(Hangup{Call: c.id})
	s.recordEnd(c, "nothing comes from the other side")
	s.over(c)
}

// ringTimeOver gives a call up that has taken too long.
func (s *Station) ringTimeOver(c *call) {
	attrs := []slog.Attr{slog.String("peer", c.peer), c.attr()}
	switch c.phase {
	case dialling, alerting:
		s.note("not answered in time", attrs...)
		s.do(Hangup{Call: c.id})
	case confirming:
		s.note("lifted, and nobody pressed 1", attrs...)
		s.do(Hangup{Call: c.id})
	case offered, waiting:
		s.note("nobody answered at the station", attrs...)
		s.do(Reject{Call: c.id, Status: temporarilyUnavailable})
		s.recordEnd(c, "nobody answered at the station")
	case answering:
		s.note("the caller never confirmed", attrs...)
		s.do(Hangup{Call: c.id})
		s.recordEnd(c, "the caller never confirmed")
	}
	s.over(c)
}

func (c *call) attr() slog.Attr { return slog.String("call", string(c.id)) }
