package guard

import (
	"strings"
	"testing"
	"time"

	"intercom/board"
)

// A step of a table: so much later, the relay tells its state or the guard looks.
type step struct {
	after time.Duration
	relay int
	state board.RelayState
	look  bool
	times int // the step is repeated; 0 is once
}

const second = time.Second

// ticks lets time pass in which the guard looks.
func ticks(d time.Duration) step { return step{after: tick, look: true, times: int(d / tick)} }

// says is a state that a relay tells, after a while.
func says(relay int, s board.RelayState, after time.Duration) step {
	return step{after: after, relay: relay, state: s}
}

// living is a relay that gives its signs for so long.
func living(relay int, s board.RelayState, d time.Duration) step {
	return step{after: board.SignEvery, relay: relay, state: s, times: int(d / board.SignEvery)}
}

func TestVigil(t *testing.T) {
	const quiet, overtime = "no sign of life", "should be after 30s"
	for name, c := range map[string]struct {
		steps []step
		want  string // of what is wrong in the end, and not before; empty: nothing
	}{
		"nothing was ever said":                                      {[]step{ticks(time.Hour)}, ""},
		"a pulse that ends":                                          {[]step{says(0, board.Pulsed, second), ticks(second), says(0, board.AtRest, 0), ticks(time.Hour)}, ""},
		"one as long as can be":                                      {[]step{says(0, board.Pulsed, second), living(0, board.Pulsed, board.MaxClosed), says(0, board.AtRest, Overtime), ticks(time.Hour)}, ""},
		"a hang at once":                                             {[]step{says(0, board.Pulsed, second), ticks(Silence), ticks(tick)}, quiet},
		"a hang in mid-pulse":                                        {[]step{says(0, board.Pulsed, second), living(0, board.Pulsed, 20*second), ticks(Silence), ticks(tick)}, quiet},
		"a hang that ends in time":                                   {[]step{says(0, board.Pulsed, second), ticks(Silence), says(0, board.Pulsed, 0), ticks(Silence), says(0, board.AtRest, 0), ticks(time.Hour)}, ""},
		"a pulse that lives but does not end":                        {[]step{says(0, board.Pulsed, second), living(0, board.Pulsed, board.MaxClosed+Overtime), ticks(tick)}, overtime},
		"held for a week":                                            {[]step{says(0, board.Held, second), living(0, board.Held, 7*24*time.Hour)}, ""},
		"a hang while held":                                          {[]step{says(0, board.Held, second), living(0, board.Held, time.Hour), ticks(Silence), ticks(tick)}, quiet},
		"released, and does not go to rest":                          {[]step{says(0, board.Held, second), living(0, board.Held, time.Hour), says(0, board.Pulsed, second), living(0, board.Pulsed, board.MaxClosed+Overtime), ticks(tick)}, overtime},
		"held in mid-pulse":                                          {[]step{says(0, board.Pulsed, second), living(0, board.Pulsed, 20*second), living(0, board.Held, time.Hour)}, ""},
		"pulses with a rest in between":                              {[]step{living(0, board.Pulsed, 30*second), says(0, board.AtRest, 0), living(0, board.Pulsed, 30*second), says(0, board.AtRest, 0), ticks(time.Minute)}, ""},
		"the other relay's signs do not count":                       {[]step{says(0, board.Pulsed, second), living(1, board.Held, Silence), living(1, board.Held, second)}, quiet},
		"the other one's rest does not count":                        {[]step{says(0, board.Pulsed, second), says(1, board.Pulsed, 0), says(1, board.AtRest, 0), ticks(Silence), ticks(tick)}, quiet},
		"the whole computer stops":                                   {[]step{says(0, board.Pulsed, second), ticks(6 * second), {after: time.Hour, look: true}, ticks(second), says(0, board.AtRest, 0), ticks(time.Hour)}, ""},
		"it stops again and again, as a computer out of memory does": {[]step{says(0, board.Held, second), {after: 20 * second, relay: 0, state: board.Held, times: 100}}, ""},
		"the clock goes back":                                        {[]step{says(0, board.Pulsed, second), {after: -time.Hour, look: true}, ticks(Silence), ticks(tick)}, quiet},
	} {
		t.Run(name, func(t *testing.T) { runVigil(t, c.steps, c.want) })
	}
}

func runVigil(t *testing.T, steps []step, want string) {
	now := time.Now()
	v := newVigil(now, Silence)
	for i, s := range steps {
		for n := range max(s.times, 1) {
			now = now.Add(s.after)
			if !s.look {
				v.hear(now, word{s.relay, s.state})
			}
			err := v.look(now)
			switch last := i == len(steps)-1 && n == max(s.times, 1)-1; {
			case !last && err != nil, last && want == "" && err != nil:
				t.Fatalf("step %d.%d: %v", i, n, err)
			case last && want != "" && (err == nil || !strings.Contains(err.Error(), want)):
				t.Fatalf("in the end: %v, want %q", err, want)
			}
		}
	}
}

// All that a vigil keeps are the relays that are not at rest.
func TestAVigilForgets(t *testing.T) {
	v := newVigil(time.Now(), Silence)
	for relay := range maxRelays {
		v.hear(v.now, word{relay, board.Pulsed})
		v.hear(v.now, word{relay, board.AtRest})
	}
	if v.busy() {
		t.Errorf("%d relays are kept in mind", len(v.away))
	}
}

func BenchmarkVigil(b *testing.B) {
	now := time.Now()
	v := newVigil(now, Silence)
	b.ReportAllocs()
	for b.Loop() {
		v.hear(now, word{0, board.Pulsed})
		if err := v.look(now); err != nil {
			b.Fatal(err)
		}
		v.hear(now, word{0, board.AtRest})
	}
}
