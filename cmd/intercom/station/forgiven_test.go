package station

import (
	"testing"
	"time"
)

// oneCode is a house with a single code.
func oneCode() Config {
	c := house()
	c.Doors = c.Doors[:1]
	return c
}

// Attack: a telephone that may open is in a guesser's hands, and at another one the right code is typed every day. What is forgiven to
// who knows the code buys the guesser nothing.
func TestAResidentsCodeBuysAGuesserNothing(t *testing.T) {
	st := tell(t, oneCode())
	locked := func() bool { return st.s.limiter.locked(st.s.now) }
	calls := func(keys string) {
		call := st.talk()
		st.types(call, keys)
		st.ended(call, 0)
		st.all, st.out = nil, nil
		st.pass(time.Minute)
	}
	begun, guesses, resident := st.now, 0, st.now
	for st.now.Sub(begun) < 365*24*time.Hour {
		if st.now.After(resident) && !locked() {
			calls(frontCode + "#")
			resident = st.now.Add(24 * time.Hour)
		}
		calls("1111#")
		guesses++
		if locked() {
			st.pass(st.s.limiter.until.Sub(st.s.now))
		}
	}
	t.Logf("%d guesses in a year", guesses)
	if guesses > 400 {
		t.Errorf("%d guesses in a year, want less than 400", guesses)
	}
}

// Who mistypes and then types it right has guessed nothing: what was wrong at this telephone is forgiven, and nothing else.
func TestOnesOwnTyposAreForgiven(t *testing.T) {
	cfg := oneCode()
	cfg.GuessBudget = 30
	st := tell(t, cfg)
	first := st.talk()
	st.types(first, "1111#1112#")
	st.ended(first, 0)
	st.pass(time.Minute)
	second := st.talk()
	st.types(second, "1113#")
	if got := st.s.limiter.spent; got != 3 {
		t.Fatalf("%d of the budget are spent, want 3", got)
	}
	st.types(second, frontCode+"#")
	if got := st.s.limiter; got.spent != 2 || got.count != 0 {
		t.Errorf("%d are spent and %d count, want 2 and 0", got.spent, got.count)
	}
	st.types(second, frontCode+"#") // forgiven once
	if got := st.s.limiter.spent; got != 2 {
		t.Errorf("%d are spent, want 2", got)
	}
}

// Attack: a guesser hands the call on to somebody who knows the code.
func TestWhoACallIsHandedToForgivesNothing(t *testing.T) {
	st := tell(t, oneCode())
	call := st.talk()
	st.types(call, "1111#1112#")
	st.is(Moved{Call: call})
	st.types(call, frontCode+"#")
	if got := st.s.limiter.spent; got != 2 {
		t.Errorf("%d are spent, want 2", got)
	}
}
