package station

import (
	"log/slog"
	"strconv"
	"time"
)

// A call goes through these phases in order; an outgoing one begins by dialling, an incoming one by being offered.
type phase int

const (
	dialling  phase = iota // placed, nothing heard of it
	alerting               // the house's telephone rings
	offered                // the station itself rings
	answering              // the station has answered, the caller has not confirmed
	answered               // up
)

const (
	limitWarning  = 10 * time.Second // before the call limit
	listeningTone = time.Minute      // between two tones of an auto-answered call
	noAnswerShown = 5 * time.Second
	// A caller has 64×T1 = 32 s to send the ACK (RFC 3261 §13.3.1.4), after which the user agent ends the call. This is
	// the station's own bound, should it not be told.
	confirmation = 40 * time.Second
)

// call is the one call that the station is in.
type call struct {
	id      CallID
	phase   phase
	peer    string // whom we call or who calls
	button  string // the button that placed or answered it; "" if it answered itself
	account string
	targets []string // still to be tried
	auto    bool     // answered by itself
	early   bool     // the other side sends sound before the answer
	mayOpen bool     // a right code opens: set where the call begins, looked at only once it is answered
	attempt attempt  // the digits of the code being typed

	answerBy, limit, warning, listening, closing time.Time
}

func (c *call) timers() []timer {
	return []timer{
		{&c.answerBy, c, (*Station).ringTimeOver},
		{&c.closing, c, func(s *Station) { s.hangUp("hung up after opening") }},
		{&c.limit, c, func(s *Station) { s.hangUp("call limit reached") }},
		{&c.warning, c, func(s *Station) { s.do(Tone{LimitWarning}) }},
		{&c.listening, c, (*Station).listen},
		{&c.attempt.until, c, func(*Station) { c.attempt.clear() }},
	}
}

// current is the call of that name, nil if it is over or never was.
func (s *Station) current(id CallID) *call {
	if s.call == nil || s.call.id != id {
		return nil
	}
	return s.call
}

// dialNext calls the next target, or gives up where there is none.
func (s *Station) dialNext() {
	c := s.call
	if len(c.targets) == 0 {
		s.nobodyAnswered()
		return
	}
	s.placed++
	c.id = CallID("out-" + strconv.Itoa(s.placed))
	c.phase, c.early = dialling, false
	c.peer, c.targets = c.targets[0], c.targets[1:]
	c.answerBy = s.now.Add(s.cfg.RingTime)
	s.note("calling", slog.String("button", c.button), slog.String("peer", c.peer), c.attr())
	s.do(Dial{Call: c.id, Account: c.account, Target: c.peer, DisplayName: s.cfg.Name})
}

func (s *Station) nobodyAnswered() {
	s.warn("nobody answered", slog.String("button", s.call.button))
	s.release()
	s.do(Tone{NoAnswer})
	s.unansweredTill = s.now.Add(noAnswerShown)
}

func (s *Station) ringing(id CallID) {
	c := s.current(id)
	if c == nil || c.phase != dialling {
		return
	}
	c.phase = alerting
	s.note("ringing", slog.String("peer", c.peer), c.attr())
	if !c.early {
		s.sound(Ringback)
	}
}

// early lets the visitor hear the other side's own announcement. It gives no right whatever: only an answered call has
// somebody at the other end.
func (s *Station) early(id CallID) {
	if c := s.current(id); c != nil && c.phase <= alerting {
		c.early = true
		s.hush()
	}
}

func (s *Station) answered(id CallID) {
	c := s.current(id)
	if c == nil {
		// The answer crossed our hanging up: whoever lifted the receiver must not be left in a dead call.
		s.note("answered too late", slog.String("call", string(id)))
		s.do(Hangup{id})
		return
	}
	if c.phase == answered || c.phase == offered {
		return
	}
	s.hush()
	c.phase = answered
	c.answerBy = time.Time{}
	c.limit = s.now.Add(s.cfg.CallLimit)
	if s.cfg.CallLimit > limitWarning {
		c.warning = c.limit.Add(-limitWarning)
	}
	s.note("answered", slog.String("peer", c.peer), c.attr())
	if c.auto {
		s.listen()
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
	case dialling, alerting:
		s.hush()
		s.note("not answered", attrs...)
		s.dialNext()
	case offered, answering:
		s.note("the caller gave up", attrs...)
		s.release()
	case answered:
		s.note("call ended", attrs...)
		s.release()
		s.do(Tone{CallEnded})
	}
}

// silent ends a call whose other side has vanished without a word.
func (s *Station) silent(e Silent) {
	c := s.current(e.Call)
	if c == nil || c.phase != answered || s.cfg.SilenceLimit == 0 || e.For < s.cfg.SilenceLimit {
		return
	}
	s.hangUp("call ended: nothing comes from the other side")
}

// ringTimeOver goes on to the next target, or stops ringing at the station.
func (s *Station) ringTimeOver() {
	c := s.call
	switch c.phase {
	case dialling, alerting:
		s.note("not answered in time", slog.String("peer", c.peer), c.attr())
		s.hush()
		s.do(Hangup{c.id})
		s.dialNext()
	case offered:
		s.note("nobody answered at the station", slog.String("peer", c.peer), c.attr())
		s.do(Reject{Call: c.id, Status: temporarilyUnavailable})
		s.release()
	case answering:
		s.hangUp("the caller never confirmed")
	}
}

// hangUp ends the call from our side.
func (s *Station) hangUp(why string) {
	c := s.call
	s.note(why, slog.String("peer", c.peer), c.attr())
	s.do(Hangup{c.id})
	s.release()
	if c.phase == answered {
		s.do(Tone{CallEnded})
	}
}

// release forgets the call: from here on its name is unknown, and nothing said in its name counts.
func (s *Station) release() {
	s.hush()
	s.call = nil
}

// sound plays a tone that goes on until hush.
func (s *Station) sound(name string) {
	s.do(Tone{name})
	s.sounds = true
}

func (s *Station) hush() {
	if s.sounds {
		s.do(StopTone{})
		s.sounds = false
	}
}

func (c *call) attr() slog.Attr { return slog.String("call", string(c.id)) }
