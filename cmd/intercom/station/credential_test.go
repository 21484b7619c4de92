package station

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// Codes of persons; annas and the couriers fits no other.
const (
	annaCode    = "580263"
	courierCode = "9146207"
)

var testSalt = [saltSize]byte{1, 2, 3}

func hashOf(t *testing.T, c Code) Code {
	t.Helper()
	text, err := HashCode(c, testSalt, false)
	if err != nil {
		t.Fatal(err)
	}
	return Code(text)
}

// household of persons: one whose code always opens, one who may once.
func persons(t *testing.T) Config {
	c := house()
	c.Location = time.UTC
	c.AutoAnswer = true
	c.Credentials = []Credential{
		{Person: "anna", Code: hashOf(t, annaCode), Doors: []string{"front"}, Always: true},
		{Person: "courier", Code: courierCode, Doors: []string{"garage"}, Uses: 1},
	}
	return c
}

// inside is a call from the house that nobody rang for.
func (st *story) inside() CallID {
	st.t.Helper()
	st.calls("in-1", household, true)
	st.answered("in-1")
	return "in-1"
}

// TestCredentialsOpenOnlyByRight plays codes of persons when they must not open, and beside each the same when they must.
func TestCredentialsOpenOnlyByRight(t *testing.T) {
	saturday := Schedule{Name: "weekend", Days: []string{"sat"}, From: "00:00", To: "24:00", Holidays: holidaysIgnored}
	courier := func(change func(*Credential)) func(*Config) {
		return func(c *Config) {
			c.Schedules = []Schedule{saturday}
			change(&c.Credentials[1])
		}
	}
	for _, attack := range []struct {
		name string
		cfg  func(*Config)
		play func(*story)
		open []string
	}{
		{
			name: "right: hashed, with # since nobody knows its length",
			play: func(st *story) { st.types(st.talk(), annaCode+"#") },
			open: []string{"front"},
		}, {
			name: "hashed: not complete without #",
			play: func(st *story) { st.types(st.talk(), annaCode) },
		}, {
			name: "hashed: one digit more",
			play: func(st *story) { st.types(st.talk(), annaCode+"0#") },
		}, {
			name: "hashed: the text of the hash is no code",
			cfg:  func(c *Config) { c.Credentials[0].Code = "pbkdf2-sha256$1000$AA$AA" },
			play: func(st *story) { st.types(st.talk(), "2561000#") },
		}, {
			name: "right: always, in a call that nobody rang for",
			play: func(st *story) { st.types(st.inside(), annaCode+"#") },
			open: []string{"front"},
		}, {
			name: "not always: a call that nobody rang for",
			play: func(st *story) { st.types(st.inside(), courierCode+"#") },
		}, {
			name: "not always: the code of a door in such a call",
			play: func(st *story) { st.types(st.inside(), frontCode+"#") },
		}, {
			name: "right: the code of a door that always may in such a call",
			cfg:  func(c *Config) { c.Doors[0].CodeAlways = true },
			play: func(st *story) { st.types(st.inside(), frontCode+"#") },
			open: []string{"front"},
		}, {
			name: "right: called back within five minutes of the ring",
			play: func(st *story) {
				st.press("bell")
				st.pass(4 * time.Minute)
				st.types(st.inside(), courierCode+"#")
			},
			open: []string{"garage"},
		}, {
			name: "called back too late",
			play: func(st *story) {
				st.press("bell")
				st.pass(5 * time.Minute)
				st.types(st.inside(), courierCode+"#")
			},
		}, {
			name: "once: a second time in the same call",
			play: func(st *story) {
				id := st.talk()
				st.types(id, courierCode+"#")
				st.types(id, courierCode+"#")
			},
			open: []string{"garage"},
		}, {
			name: "not yet valid",
			cfg:  courier(func(k *Credential) { k.ValidFrom = "2026-03-02" }),
			play: func(st *story) { st.types(st.talk(), courierCode+"#") },
		}, {
			name: "no longer valid",
			cfg:  courier(func(k *Credential) { k.ValidUntil = "2026-02-28" }),
			play: func(st *story) { st.types(st.talk(), courierCode+"#") },
		}, {
			name: "right: on its last day",
			cfg:  courier(func(k *Credential) { k.ValidUntil = "2026-03-01" }),
			play: func(st *story) { st.types(st.talk(), courierCode+"#") },
			open: []string{"garage"},
		}, {
			name: "valid until a day that a clock which is not set has not come to",
			cfg:  courier(func(k *Credential) { k.ValidUntil = "2026-03-01" }),
			play: func(st *story) {
				st.now = time.Date(1970, 1, 1, 0, 0, 5, 0, time.UTC)
				st.types(st.talk(), courierCode+"#")
			},
		}, {
			name: "not on this day of the week",
			cfg:  courier(func(k *Credential) { k.Schedule = "weekend" }),
			play: func(st *story) { st.types(st.talk(), courierCode+"#") },
		}, {
			name: "right: on that day of the week",
			cfg:  courier(func(k *Credential) { k.Schedule = "weekend" }),
			play: func(st *story) {
				st.pass(6 * 24 * time.Hour)
				st.types(st.talk(), courierCode+"#")
			},
			open: []string{"garage"},
		}, {
			name: "a day that cannot be read",
			cfg:  courier(func(k *Credential) { k.ValidUntil = "31.12.2026" }),
			play: func(st *story) { st.types(st.talk(), courierCode+"#") },
		}, {
			name: "a door that is none",
			cfg:  courier(func(k *Credential) { k.Doors = []string{"cellar"} }),
			play: func(st *story) { st.types(st.talk(), courierCode+"#") },
		},
	} {
		t.Run(attack.name, func(t *testing.T) {
			cfg := persons(t)
			if attack.cfg != nil {
				attack.cfg(&cfg)
			}
			st := tell(t, cfg)
			attack.play(st)
			if got := st.opened(); !slices.Equal(got, attack.open) {
				t.Fatalf("opened %v, wanted %v", got, attack.open)
			}
			st.saysNoCode()
		})
	}
}

// A right code that may not open counts as a wrong one: who has found a courier's old code has gained no further guess by it.
func TestRightCodesThatMayNotCount(t *testing.T) {
	st := tell(t, persons(t))
	id := st.inside()
	for range 5 {
		st.types(id, courierCode+"#")
	}
	if !st.s.limiter.locked(st.s.now) {
		t.Errorf("five codes that opened nothing did not lock out:\n%s", listed(st.all))
	}
	if st.heard(WrongCode) != 4 || st.heard(LockedOut) != 1 {
		t.Errorf("heard %d times that it is wrong, %d that it is locked", st.heard(WrongCode), st.heard(LockedOut))
	}
	reasons := of[Record](st.all)
	if r := reasons[slices.IndexFunc(reasons, func(r Record) bool { return r.Kind == Denied })]; r.Person != "courier" || r.Reason != "nobody has rung" {
		t.Errorf("recorded %v", r)
	}
}

// A use is remembered before the relay is pulled, and a power cut at any moment leaves none more than that.
func TestPowerCutGivesNoSecondUse(t *testing.T) {
	cfg := persons(t)
	st := tell(t, cfg)
	st.types(st.talk(), courierCode+"#")
	var kept *Memory
	for _, a := range st.all {
		switch a := a.(type) {
		case Remember:
			kept = &a.Memory
		case Open:
			if kept == nil || kept.Uses["courier"] != 1 {
				t.Fatalf("the door opens while %+v is kept", kept)
			}
		}
	}
	for name, memory := range map[string]Memory{"kept": *kept, "lost": {Lost: true}} {
		t.Run(name, func(t *testing.T) {
			again := &story{t: t, s: New(cfg), now: time.Date(2026, 3, 1, 12, 1, 0, 0, time.UTC)}
			if err := again.s.Recall(memory); err != nil {
				t.Fatal(err)
			}
			again.is(Tick{})
			again.types(again.talk(), courierCode+"#")
			if len(again.opened()) != 0 {
				t.Error("the courier came in twice")
			}
			again.types(again.dialled(), annaCode+"#")
			if len(again.opened()) != 1 {
				t.Error("Anna stayed outside")
			}
		})
	}
}

// A tampered housing keeps the door shut and costs the courier nothing.
func TestDeniedDoorCostsNoUse(t *testing.T) {
	cfg := persons(t)
	cfg.Inputs = []Input{{"housing", UseTamper, ""}}
	cfg.TamperBlock = time.Second
	st := watched(t, cfg)
	st.input("housing", true)
	id := st.talk()
	st.types(id, courierCode+"#")
	st.input("housing", false)
	st.pass(2 * time.Second)
	st.types(id, courierCode+"#")
	if got := st.opened(); !slices.Equal(got, []string{"garage"}) {
		t.Errorf("opened %v", got)
	}
}

func TestCheckOfCredentials(t *testing.T) {
	for _, fault := range []struct {
		change func(*Config)
		path   string
		says   string
	}{
		{func(c *Config) { c.Credentials[0].Person = "" }, "code.0.person", "nobody's"},
		{func(c *Config) { c.Credentials[1].Person = "anna" }, "code.1.person", "above"},
		{func(c *Config) { c.Credentials[0].Doors = nil }, "code.0.doors", "no door"},
		{func(c *Config) { c.Credentials[0].Doors = []string{"front", "cellar"} }, "code.0.doors.1", `"cellar"`},
		{func(c *Config) { c.Credentials[1].Code = "123" }, "code.1.code", "its length is 3"},
		{func(c *Config) { c.Credentials[1].Code = "" }, "code.1.code", "its length is 0"},
		{func(c *Config) { c.Credentials[1].Code = "4567" }, "code.1.code", "guessed first"},
		{func(c *Config) { c.Credentials[1].Code = frontCode }, "code.1.code", `the code of the door "front" (door.0.code) too`},
		{func(c *Config) { c.Credentials[1].Code = frontCode + "8" }, "code.1.code", `begins with the code of the door "front" (door.0.code)`},
		{func(c *Config) { c.Credentials[1].Code = Code(frontCode[:4]) }, "code.1.code", `is the beginning of the code of the door "front" (door.0.code)`},
		{func(c *Config) { c.Credentials[0].Code = c.Credentials[0].Code[:60] }, "code.0.code", "missing or altered"},
		{func(c *Config) { c.Credentials[0].Code = "pbkdf2-sha256$1$a$b" }, "code.0.code", "its rounds are not"},
		{func(c *Config) { c.Credentials[1].ValidFrom = "tomorrow" }, "code.1.valid_from", `"tomorrow" is no day`},
		{func(c *Config) { c.Credentials[1].ValidUntil = "2026-13-01" }, "code.1.valid_until", "is no day"},
		{func(c *Config) { c.Credentials[1].ValidFrom, c.Credentials[1].ValidUntil = "2026-05-02", "2026-05-01" }, "code.1.valid_until", "never be valid"},
		{func(c *Config) { c.Credentials[1].Schedule = "never" }, "code.1.schedule", `no schedule "never"`},
		{func(c *Config) { c.Credentials[1].Uses = -1 }, "code.1.uses", "out of bounds"},
		{func(c *Config) { c.OpeningRight = 0 }, "station.opening_right", "out of bounds"},
		{func(c *Config) { c.GuessBudget = 2 }, "station.guess_budget", "out of bounds"},
		{func(c *Config) {
			slow := Code(strings.Replace(string(c.Credentials[0].Code), "$1000$", "$20000$", 1))
			for _, person := range []string{"bea", "carl", "dora"} {
				c.Credentials = append(c.Credentials, Credential{Person: person, Code: slow, Doors: []string{"front"}})
			}
		}, "code.4.code", "every attempt would take seconds"},
	} {
		cfg := persons(t)
		fault.change(&cfg)
		found := cfg.Check()
		if len(found) != 1 || found[0].Path != fault.path || !strings.Contains(found[0].Error(), fault.says) {
			t.Errorf("wanted %s … %s …, got %v", fault.path, fault.says, found)
		}
		for _, f := range found {
			if strings.Contains(f.Error(), frontCode) || strings.Contains(f.Error(), courierCode) {
				t.Errorf("a code is given away: %v", f)
			}
		}
	}
	if found := persons(t).Check(); len(found) != 0 {
		t.Errorf("faults of a good one: %v", found)
	}
	if got := persons(t).InPlain(); !slices.Equal(got, []string{`the door "front"`, `the door "garage"`, `"courier"`}) {
		t.Errorf("in plain: %v", got)
	}
}

func TestHashesAreSalted(t *testing.T) {
	a, err := HashCode(annaCode, [saltSize]byte{1}, false)
	b, err2 := HashCode(annaCode, [saltSize]byte{2}, false)
	if err != nil || err2 != nil || a == b || strings.Contains(a, annaCode) {
		t.Fatalf("%s\n%s\n%v %v", a, b, err, err2)
	}
	for _, refused := range []Code{"", "123", "1234567890123", "12a4", "1234", "0000"} {
		if text, err := HashCode(refused, testSalt, false); err == nil {
			t.Errorf("%q became %s", string(refused), text)
		}
	}
	if _, err := HashCode("1234", testSalt, true); err != nil {
		t.Error(err)
	}
}

// The sum is that of RFC 8018 PBKDF2 with HMAC-SHA-256, as hashlib.pbkdf2_hmac of Python computes it.
func TestHashIsThatOfOthers(t *testing.T) {
	got, err := HashCode("580263", [saltSize]byte([]byte("0123456789abcdef")), false)
	if want := "pbkdf2-sha256$1000$MDEyMzQ1Njc4OWFiY2RlZg$INyqknaFdxISS+kNnYwUOHZcg8liw6Vmnj+Q4lNAUAg"; err != nil || got != want {
		t.Errorf("got %s, %v, wanted %s", got, err, want)
	}
}

// A year of the most patient guessing: a guess whenever one is looked at.
func TestSlowGuessingIsBounded(t *testing.T) {
	const year = 365 * 24 * time.Hour
	for _, every := range []time.Duration{time.Second, 20 * time.Second, 30 * time.Minute, time.Hour, 5 * time.Hour} {
		l := limiter{allowed: 5, first: time.Minute, longest: 30 * time.Minute, budget: 30}
		guesses := 0
		start := time.Unix(0, 0)
		for now := start; now.Sub(start) < year; {
			l.wrong(now)
			guesses++
			now = now.Add(every)
			if l.locked(now) {
				now = l.until
			}
		}
		t.Logf("one guess each %v when allowed: %d guesses in a year", every, guesses)
		if guesses > 400 {
			t.Errorf("one guess each %v when allowed: %d guesses in a year", every, guesses)
		}
	}
}

// The budget outlives a restart, so that switching off and on is no way around it.
func TestBudgetOutlivesRestarts(t *testing.T) {
	var memory Memory
	guesses := 0
	for memory.LockedFor < perGuess && guesses < 50 {
		memory.LockedFor = 0 // the guesser waits for the end of the shorter ones
		st := &story{t: t, s: New(house()), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
		if err := st.s.Recall(memory); err != nil {
			t.Fatal(err)
		}
		st.is(Tick{})
		st.types(st.talk(), "1111#")
		guesses++
		kept := of[Remember](st.all)
		memory = kept[len(kept)-1].Memory
	}
	if guesses != 31 {
		t.Errorf("%d guesses by restarts before a day's lock-out, wanted 31", guesses)
	}
}

// FuzzParseSecret looks for a text that is taken for a code and is none.
func FuzzParseSecret(f *testing.F) {
	for _, seed := range []string{"", frontCode, "pbkdf2-sha256$1000$AAAAAAAAAAAAAAAAAAAAAA$x", "pbkdf2-sha256$$$", "pbkdf2-sha256$1000$" + strings.Repeat("A", 22) + "$" + strings.Repeat("A", 43)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parseSecret(Code(text))
		switch {
		case err != nil:
		case s.hashed():
			if len(s.salt) < saltSize || len(s.sum) != 32 || s.rounds < fewestRounds || s.rounds > mostRounds {
				t.Errorf("%q: %+v", text, s)
			}
		case len(text) < ShortestCode || len(text) > LongestCode || strings.Trim(text, "0123456789") != "":
			t.Errorf("%q is no code", text)
		}
	})
}

// What a code costs that is compared with a hashed one, in the station's loop.
func BenchmarkHashedCode(b *testing.B) {
	text, err := HashCode(annaCode, testSalt, false)
	if err != nil {
		b.Fatal(err)
	}
	s, err := parseSecret(Code(text))
	if err != nil {
		b.Fatal(err)
	}
	typed, _ := parseCode(courierCode)
	b.ReportAllocs()
	for b.Loop() {
		s.fits(&typed)
	}
}

// Two residents talk with the visitor and both type the courier's code, key by key in turns: it opens once, and no digit of the one
// becomes one of the other.
func TestTwoResidentsTypeAtOnce(t *testing.T) {
	cfg := persons(t)
	cfg.SecondCall, cfg.HangUpAfterOpening = SecondJoins, 0
	st := tell(t, cfg)
	first := st.talk()
	st.calls("in-2", household, true)
	st.answered("in-2")
	for _, key := range []byte(courierCode + "#") {
		st.is(Digit{Call: first, Digit: key})
		st.is(Digit{Call: "in-2", Digit: key})
	}
	if got := st.opened(); !slices.Equal(got, []string{"garage"}) {
		t.Errorf("opened %v, wanted the garage once", got)
	}
	st.types(first, annaCode[:3])
	st.types("in-2", annaCode[3:]+"#")
	if got := st.opened(); len(got) != 1 {
		t.Errorf("two halves of two telephones opened %v", got)
	}
	st.pass(cfg.DigitTimeout)
	for _, key := range []byte(annaCode + "#") {
		st.is(Digit{Call: first, Digit: key})
		st.is(Digit{Call: "in-2", Digit: '9'})
	}
	if got := st.opened(); !slices.Equal(got, []string{"garage", "front"}) {
		t.Errorf("opened %v, wanted the front door once more", got)
	}
	st.saysNoCode()
}

// A clock that is set back gives back no use.
func TestClockSetBackGivesNoSecondUse(t *testing.T) {
	cfg := persons(t)
	cfg.HangUpAfterOpening = 0
	st := tell(t, cfg)
	id := st.talk()
	st.types(id, courierCode+"#")
	st.now = st.now.Add(-48 * time.Hour)
	st.is(Tick{})
	st.types(id, courierCode+"#")
	if got := st.opened(); !slices.Equal(got, []string{"garage"}) {
		t.Errorf("opened %v", got)
	}
}
