package station

import (
	"fmt"
	"time"
)

// Memory is what must outlive a restart: switching the station off and on gives nobody another try. Times are how much of them
// is left, so that no clock shortens them.
type Memory struct {
	WrongCodes int            `json:"wrong_codes"`
	LockedFor  time.Duration  `json:"locked_for"`
	Tampered   bool           `json:"tampered"`
	TamperFor  time.Duration  `json:"tamper_for"`
	Spent      int            `json:"spent"`          // of the long-term budget of wrong codes
	Uses       map[string]int `json:"uses,omitempty"` // by person
	Lost       bool           `json:"-"`              // there was a memory, and it cannot be read: whatever is counted has run out
}

// longestMemory bounds what a Memory may ask for.
const longestMemory = 24 * time.Hour

func (s *Station) memory() Memory {
	return Memory{
		WrongCodes: s.limiter.count,
		LockedFor:  max(0, s.limiter.until.Sub(s.now)),
		Tampered:   s.housingOpen,
		TamperFor:  max(0, s.tamperUntil.Sub(s.now)),
		Spent:      s.limiter.spent,
		Uses:       s.counted(),
	}
}

// remember has the memory kept if it has changed.
func (s *Station) remember() { s.do(Remember{s.memory()}) }

// Recall begins where a station before has stopped. It is for a new station, before its first Step. Of the time that was left
// then nothing has passed: nobody knows how long the station was off.
func (s *Station) Recall(m Memory) error {
	if m.WrongCodes < 0 || m.Spent < 0 || m.LockedFor < 0 || m.LockedFor > longestMemory || m.TamperFor < 0 || m.TamperFor > longestMemory {
		return fmt.Errorf("what is remembered cannot be: %d wrong codes, %v, %v", m.WrongCodes, m.LockedFor, m.TamperFor)
	}
	s.recalled = &m
	return nil
}

// recall takes the memory over in the first step, when there is a time.
func (s *Station) recall() {
	m := s.recalled
	if m == nil {
		return
	}
	s.recalled = nil
	s.limiter.spent, s.limiter.spentAt = m.Spent, s.now
	for person, n := range m.Uses {
		s.uses[person] = n
	}
	if m.Lost {
		s.useUp()
		s.limiter.spent = max(0, s.limiter.budget-s.limiter.allowed)
	}
	s.limiter.count, s.limiter.quiet = m.WrongCodes, s.now
	if m.LockedFor > 0 {
		s.limiter.until = s.now.Add(m.LockedFor)
		s.limiter.quiet = s.limiter.until
	}
	s.tamperUntil = s.after(m.TamperFor)
	if m.Tampered { // the contact will tell how it is; until it has been closed for long enough nothing opens
		s.tamperUntil = s.now.Add(s.cfg.TamperBlock)
	}
}
