package station

import "time"

// Idle tells whether the station is in no call: other rules would not change one under way.
func (s *Station) Idle() bool { return s.visit == nil && len(s.queue) == 0 }

// AtRest tells whether every door is.
func (s *Station) AtRest() bool { return !s.anyOpen() }

// Reconfigure takes other rules in the place of the present ones. What has happened stays as it is: a lock-out lasts, what is
// open is open, but a door that was a burning light until now. It is for a station that is Idle and for the user agent that it has had.
func (s *Station) Reconfigure(cfg Config) {
	cfg = cfg.usable()
	s.cfg, s.calendar = cfg, newCalendar(cfg)
	s.credentials = credentials(cfg, s.calendar.place)
	s.limiter.allowed, s.limiter.first, s.limiter.longest = cfg.WrongCodes, cfg.LockOut, cfg.LockOutMax
	s.limiter.budget = cfg.GuessBudget
	registered := map[string]bool{}
	for _, a := range cfg.Accounts {
		registered[a] = s.registered[a]
	}
	s.registered = registered
	for name, w := range s.doorways {
		if !w.dark.IsZero() && !s.isLight(name) {
			w.dark = s.now
		}
	}
	if open, all := s.anyOn(UseTamper, ""); s.housingOpen && !open && all {
		s.housingOpen, s.tamperUntil = false, s.now.Add(cfg.TamperBlock) // nobody is left who would tell that it is closed
	}
}

// Restart takes other rules for a new user agent and new sound, to which nothing has been told yet, and perhaps for a board that
// has just been opened: that one will tell how its contacts are.
func (s *Station) Restart(cfg Config, newBoard bool) {
	clear(s.registered)
	s.Reconfigure(cfg)
	s.faults[HardwareFault], s.faults[SoundFault] = false, false
	if newBoard {
		for _, w := range s.doorways {
			w.unsure = w.held
			w.pulled, w.dark = false, time.Time{}
		}
		clear(s.inputs)
	}
	s.light, s.tone = "", ""
}
