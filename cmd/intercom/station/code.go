package station

import (
	"log/slog"
	"time"
)

// The lengths that a code may have.
const (
	ShortestCode = 4
	LongestCode  = 12
)

// digits is a code in a form whose comparison takes the same time whatever it holds: its length, then the digits,
// then zeros.
type digits [1 + LongestCode]byte

func (d *digits) add(digit byte) {
	if d[0] < LongestCode {
		d[0]++
		d[d[0]] = digit
	}
}

func parseCode(c Code) (d digits, ok bool) {
	if len(c) < ShortestCode || len(c) > LongestCode {
		return d, false
	}
	for i := range len(c) {
		if c[i] < '0' || c[i] > '9' {
			return d, false
		}
		d.add(c[i])
	}
	return d, true
}

// An attempt is the digits typed since the last verdict, of one call.
type attempt struct {
	typed digits
	void  bool      // a digit fell into a lock-out: the attempt is never compared
	way   string    // by which the last digit came
	until time.Time // forgotten then
}

func (a *attempt) clear() { *a = attempt{} }

// digit takes one key from the other end of a call. It counts only in a call that is answered, and that our own button
// placed or that came from a caller who may call; in any other call it is as if it had never been pressed.
func (s *Station) digit(e Digit) {
	c := s.current(e.Call)
	if c == nil || c.phase != answered || !c.mayOpen || len(s.credentials) == 0 {
		return
	}
	switch {
	case e.Digit == '*':
		c.attempt.clear()
	case e.Digit == '#':
		if c.attempt.typed[0] > 0 {
			c.attempt.way = e.Way
			s.judge(c)
		}
	case e.Digit >= '0' && e.Digit <= '9':
		s.typed(c, e)
	}
}

// typed adds a digit. A code is complete with '#', or when it is as long as the longest there is: never sooner, or a
// guesser would learn from one row of digits about codes of several lengths.
func (s *Station) typed(c *call, e Digit) {
	a := &c.attempt
	a.way = e.Way
	a.typed.add(e.Digit)
	a.void = a.void || s.limiter.locked(s.now)
	a.until = s.now.Add(s.cfg.DigitTimeout)
	if a.typed[0] >= s.longestCode() {
		s.judge(c)
	}
}

func (s *Station) longestCode() byte {
	var n byte
	for i := range s.credentials {
		n = max(n, s.credentials[i].right.longest())
	}
	return n
}

// moved forgets what the telephone before has typed, right or wrong, as no two telephones make one code, and that it held.
func (s *Station) moved(id CallID) {
	if c := s.current(id); c != nil {
		c.attempt.clear()
		c.wrong, c.held = 0, false
	}
}

// judge compares the attempt with the codes and begins a new one.
func (s *Station) judge(c *call) {
	a := c.attempt
	c.attempt.clear()
	if a.void {
		s.note("a code typed during the lock-out was not looked at", c.attr())
		s.do(Tone{LockedOut})
		return
	}
	k, ok := s.whose(a.typed)
	if !ok {
		s.wrongCode(c, a.way)
		return
	}
	if reason := s.mayNot(k); reason != "" {
		s.refuse(c, k, reason, a.way)
		return
	}
	if len(s.credentials) == 1 {
		// Who knows the only code has nothing left to guess. Where there are more, knowing one must not buy guesses
		// at the others.
		s.forgive(c)
	}
	s.openDoors(c, k, a.way)
}

// refuse treats a right code that opens nothing now as a wrong one, so that guessing finds out nothing by it, and tells the house
// apart.
func (s *Station) refuse(c *call, k credential, reason, way string) {
	r := Record{Kind: Denied, Person: k.Person, Peer: c.peer, Call: c.id, Way: way, Reason: reason}
	s.warn("a code opens nothing now", r.attrs()...)
	s.do(r)
	s.wrongCode(c, way)
}

// openDoors lets in whom the house has typed a code for. The call may end now or later, by whomever: the doors do not ask it
// again.
func (s *Station) openDoors(c *call, k credential, way string) {
	if s.barred(Door{}, way) == "" {
		s.use(k)
	}
	opened := false
	for _, name := range k.Doors {
		d := s.doorNamed(name)
		if d != nil && s.letIn(*d, Record{Person: k.Person, Peer: c.peer, Call: c.id, Way: way}) {
			opened = true
		}
	}
	if opened && s.cfg.HangUpAfterOpening > 0 {
		c.closing = s.now.Add(s.cfg.HangUpAfterOpening)
	}
}

func (s *Station) forgive(c *call) {
	if s.limiter.count > 0 || c.wrong > 0 {
		s.limiter.forgive(c.wrong)
		c.wrong = 0
		s.remember()
	}
}

// wrongCode counts a code that is none, and keeps the count before anything of it is heard: who switches the station off in
// that moment has gained nothing.
func (s *Station) wrongCode(c *call, way string) {
	s.warn("wrong code", slog.String("peer", c.peer), slog.String("way", way), c.attr())
	began := s.limiter.wrong(s.now)
	c.wrong++
	s.remember()
	r := Record{Kind: WasWrong, Peer: c.peer, Call: c.id, Way: way}
	if !began {
		s.do(r, Tone{WrongCode})
		return
	}
	s.warn("too many wrong codes: none is looked at for a while",
		slog.Duration("next", s.limiter.until.Sub(s.now)), c.attr())
	r.Kind = Locked
	s.do(r, Tone{LockedOut})
}

func (s *Station) lockOutEnds() {
	s.note("codes are looked at again")
	s.remember()
}
