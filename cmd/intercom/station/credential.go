package station

import (
	"crypto/subtle"
	"fmt"
	"time"
)

// A Credential is what one person types to open doors: one [[code]].
type Credential struct {
	// Person is whose code it is; the log and the audit log say so. Each has one of its own.
	Person string `toml:"person"`
	// Code is 4 to 12 digits, or what "intercom hash" has made of them.
	Code Code `toml:"code"`
	// AllowWeakCode accepts a code that would be guessed first. False by default.
	AllowWeakCode bool `toml:"allow_weak_code"`
	// Doors lists the doors that it opens, all of them at once.
	Doors []string `toml:"doors"`
	// Always lets the code open in a call from the house too to which nobody has rung the bell. False by default: within
	// Config.OpeningRight of a ring.
	Always bool `toml:"always"`
	// ValidFrom and ValidUntil are days ("2026-05-01") or times of a day ("2026-05-01 18:00"), the first and the last on which
	// it opens. Empty: without bound.
	ValidFrom  string `toml:"valid_from"`
	ValidUntil string `toml:"valid_until"`
	// Schedule is when it opens. Empty: always.
	Schedule string `toml:"schedule"`
	// Uses is how often it opens, over restarts too; 0 as often as it is typed.
	Uses int `toml:"uses"`
}

// credential is a Credential as it is compared.
type credential struct {
	Credential
	right       secret
	from, until time.Time // zero: without bound
}

// credentials are the codes that can open something. One that is no code, or whose times cannot be read, opens nothing:
// nothing at all is safer than something that can be guessed.
func credentials(cfg Config, place *time.Location) []credential {
	all := cfg.Credentials
	for _, d := range cfg.Doors {
		all = append(all[:len(all):len(all)], Credential{Code: d.Code, Doors: []string{d.Name}, Always: d.CodeAlways})
	}
	var usable []credential
	for _, c := range all {
		right, err := parseSecret(c.Code)
		from, errFrom := parseDay(c.ValidFrom, place, false)
		until, errUntil := parseDay(c.ValidUntil, place, true)
		if err == nil && errFrom == nil && errUntil == nil {
			usable = append(usable, credential{c, right, from, until})
		}
	}
	return usable
}

// parseDay reads a day or a time of a day; of a day alone its beginning, or its end. Empty text is the zero time.
func parseDay(text string, place *time.Location, end bool) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.ParseInLocation("2006-01-02 15:04", text, place); err == nil {
		return t, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, text, place)
	if err != nil {
		return t, fmt.Errorf("%q is no day", text)
	}
	if end {
		t = t.AddDate(0, 0, 1)
	}
	return t, nil
}

// whose finds the credential of a code, looking at every one whether or not one has fitted.
func (s *Station) whose(typed digits) (k credential, ok bool) {
	at := -1
	for i := range s.credentials {
		at = subtle.ConstantTimeSelect(s.credentials[i].right.fits(&typed), i, at)
	}
	if at < 0 {
		return credential{}, false
	}
	return s.credentials[at], true
}

// mayNot says why a credential opens nothing now; empty if it does.
func (s *Station) mayNot(k credential) string {
	now := s.clock.given
	switch {
	case (!k.from.IsZero() || !k.until.IsZero()) && !clockIsSet(now):
		return "its time cannot be told: the clock is not set"
	case now.Before(k.from):
		return "not valid yet"
	case !k.until.IsZero() && !now.Before(k.until):
		return "no longer valid"
	case k.Schedule != "" && !s.scheduled(k.Schedule):
		return "not at this time of day"
	case k.Uses > 0 && s.uses[k.Person] >= k.Uses:
		return "used up"
	case !k.Always && !s.rangLately():
		return "nobody has rung"
	}
	return ""
}

// rangLately reports whether the visit came of a press of a button, or one was pressed not long ago.
func (s *Station) rangLately() bool {
	if s.visit != nil && s.visit.button != "" {
		return true
	}
	for _, at := range s.pressed {
		if s.now.Sub(at) < s.cfg.OpeningRight {
			return true
		}
	}
	return false
}

// use counts the use of a code that is good for so many, and keeps the count before the door opens: who cuts the power then
// has no further one.
func (s *Station) use(k credential) {
	if k.Uses > 0 {
		s.uses[k.Person]++
		s.remember()
	}
}

// useUp takes all uses for made: nobody knows any more how many were.
func (s *Station) useUp() {
	for _, k := range s.credentials {
		if k.Uses > 0 {
			s.uses[k.Person] = k.Uses
		}
	}
}

// counted are the uses of the codes that there are; one that is no longer in the configuration is forgotten.
func (s *Station) counted() map[string]int {
	var uses map[string]int
	for _, k := range s.credentials {
		if n := s.uses[k.Person]; k.Uses > 0 && n > 0 {
			if uses == nil {
				uses = map[string]int{}
			}
			uses[k.Person] = n
		}
	}
	return uses
}
