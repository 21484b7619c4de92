package station

import (
	"testing"
	"time"
)

func TestLockOutsDouble(t *testing.T) {
	l := limiter{allowed: 5, first: time.Minute, longest: 30 * time.Minute}
	now := time.Unix(0, 0)
	for range 4 {
		if l.wrong(now) {
			t.Fatal("locked out too soon")
		}
	}
	for i, want := range []time.Duration{1, 2, 4, 8, 16, 30, 30, 30} {
		want *= time.Minute
		if !l.wrong(now) {
			t.Fatalf("wrong code %d did not lock out", i+5)
		}
		if got := l.until.Sub(now); got != want {
			t.Errorf("wrong code %d locks out for %v, wanted %v", i+5, got, want)
		}
		if !l.locked(now.Add(want-1)) || l.locked(now.Add(want)) {
			t.Errorf("wrong code %d: the lock-out does not end with its time", i+5)
		}
		now = now.Add(want)
	}
}

func TestOnlyTimeForgives(t *testing.T) {
	l := limiter{allowed: 5, first: time.Minute, longest: 30 * time.Minute}
	now := time.Unix(0, 0)
	for range 4 {
		l.wrong(now)
	}
	now = now.Add(30*time.Minute - 1)
	if again := l; !again.wrong(now) {
		t.Error("forgave before the time")
	}
	now = now.Add(1)
	if l.wrong(now) {
		t.Error("forgave nothing in the time that forgives one")
	}
	if !l.wrong(now) {
		t.Error("forgave more than one")
	}
	now = now.Add(24 * time.Hour)
	for i := range 4 {
		if l.wrong(now) {
			t.Fatalf("a day later wrong code %d locks out", i+1)
		}
	}
}

func TestLockedTimeForgivesNothing(t *testing.T) {
	l := limiter{allowed: 5, first: time.Minute, longest: 30 * time.Minute}
	now := time.Unix(0, 0)
	for range 9 {
		l.wrong(now)
	}
	now = l.until.Add(29 * time.Minute) // 45 minutes after the last wrong code
	l.wrong(now)
	if got := l.until.Sub(now); got != 30*time.Minute {
		t.Errorf("locked out for %v", got)
	}
}

// Guessing on for a week does not take a week to forgive.
func TestForgivingIsBounded(t *testing.T) {
	l := limiter{allowed: 5, first: time.Minute, longest: 30 * time.Minute}
	now := time.Unix(0, 0)
	for range 300 {
		l.wrong(now)
		now = l.until
	}
	now = now.Add(3 * time.Hour)
	l.wrong(now)
	if got := l.until.Sub(now); got != time.Minute {
		t.Errorf("three hours later locked out for %v", got)
	}
}

// However the guesses are spread, a day has room for few of them: fewer than one code of four digits in a hundred.
func TestGuessesInADay(t *testing.T) {
	for _, pause := range []time.Duration{0, time.Second, time.Minute, 29 * time.Minute, 30 * time.Minute} {
		l := limiter{allowed: 5, first: time.Minute, longest: 30 * time.Minute}
		begin := time.Unix(0, 0)
		guesses := 0
		for now := begin; now.Before(begin.Add(24 * time.Hour)); guesses++ {
			if l.wrong(now) {
				now = l.until
			}
			now = now.Add(pause + time.Second)
		}
		if guesses > 60 {
			t.Errorf("with pauses of %v a day has room for %d guesses", pause, guesses)
		}
	}
}

func TestLockOutIsToldByToneAndLight(t *testing.T) {
	st := tell(t, house())
	id := st.talk()
	st.types(id, "1111111111111111111111111")
	if n := st.heard(WrongCode); n != 4 {
		t.Errorf("heard %d times that the code was wrong, wanted 4", n)
	}
	st.wants(Tone{LockedOut})
	st.types(id, frontCode)
	st.wants(Tone{LockedOut})
	st.ended(id, 200)
	st.wants(Light{LightLockedOut})
	st.pass(time.Minute)
	st.wants(Light{LightReady})
	if _, ok := noteOf(st.all, "codes are looked at again"); !ok {
		t.Error("did not say that the lock-out is over")
	}
}

func TestTheOnlyCodeForgives(t *testing.T) {
	cfg := house()
	cfg.Doors = cfg.Doors[:1]
	st := tell(t, cfg)
	for range 3 {
		for range 4 {
			guess(st, "11111")
		}
		guess(st, frontCode)
	}
	if n := len(st.opened()); n != 3 {
		t.Errorf("opened %d times, wanted 3", n)
	}
}

func TestCodesOfSeveralLengths(t *testing.T) {
	cfg := house()
	cfg.Doors = []Door{{Name: "gate", Code: "7391"}, {Name: "front", Code: "73915286"}}
	for _, c := range []struct{ keys, want string }{
		{"7391#", "gate"},
		{"7391", ""}, // may yet become the longer one
		{"73915286", "front"},
		{"73915286#", "front"},
		{"73915#", ""},
		{"91528673#", ""},
	} {
		st := tell(t, cfg)
		st.types(st.talk(), c.keys)
		got := ""
		if doors := st.opened(); len(doors) > 0 {
			got = doors[0]
		}
		if got != c.want || len(st.opened()) > 1 {
			t.Errorf("%s opens %q, wanted %q", c.keys, st.opened(), c.want)
		}
	}
	st := tell(t, cfg)
	st.types(st.talk(), "7391#")
	st.wants(Open{Door: "gate", For: DefaultPulse})
}

// The comparison has no early way out to measure: it looks at fixed arrays, and at all of them.
func TestCodesCompareAsFixedArrays(t *testing.T) {
	a, ok := parseCode("1234567890")
	b, ok2 := parseCode("123456789012")
	if !ok || !ok2 || a == b || len(a) != len(b) {
		t.Errorf("%v %v", a, b)
	}
	for _, bad := range []Code{"", "123", "1234567890123", "12 4", "12a4", "１２３４"} {
		if _, ok := parseCode(bad); ok {
			t.Errorf("%q passes for a code", string(bad))
		}
	}
	d := a
	for range 300 {
		d.add('9')
	}
	if d[0] != LongestCode {
		t.Errorf("%d digits kept", d[0])
	}
}
