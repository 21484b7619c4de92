package realtime

import (
	"os/exec"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// always is a watch that sees the same strain whenever it is asked.
func always(s strain) func() func() strain {
	return func() func() strain { return func() strain { return s } }
}

func TestTry(t *testing.T) {
	for name, tt := range map[string]struct {
		had      strain
		fails    int // as often, then no more
		want     int // tries
		wantFail bool
	}{
		"passes":                        {strain{pause: time.Second}, 0, 1, false},
		"fails on a computer at rest":   {strain{}, 1, 1, true},
		"fails in a bearable pause":     {strain{20 * time.Millisecond, 0.5}, 1, 1, true},
		"fails once, in a pause":        {strain{21 * time.Millisecond, 0}, 1, 2, false},
		"fails twice, on a busy one":    {strain{0, 0.6}, 2, 3, false},
		"fails thrice, whatever it did": {strain{time.Second, 1}, 3, 3, true},
	} {
		for way, fail := range map[string]func(t testing.TB){
			"Error":  func(t testing.TB) { t.Error("late") },
			"Errorf": func(t testing.TB) { t.Errorf("%s", "late") },
			"Fatal":  func(t testing.TB) { t.Fatal("late"); panic("told on") },
			"Fatalf": func(t testing.TB) { t.Fatalf("%s", "late"); panic("told on") },
			"Cleanup": func(t testing.TB) {
				t.Cleanup(func() { t.Fatal("late") })
			},
		} {
			t.Run(name+" by "+way, func(t *testing.T) {
				test := &telling{TB: t}
				got := 0
				test.tell(func(tb testing.TB) {
					try(tb, func(tb testing.TB) {
						if got++; got <= tt.fails {
							fail(tb)
						}
					}, always(tt.had))
				})
				if got != tt.want || test.Failed() != tt.wantFail {
					t.Errorf("told %d times and failed %v, want %d times and %v", got, test.Failed(), tt.want, tt.wantFail)
				}
			})
		}
	}
}

func TestCleanupsComeBeforeTheNextTry(t *testing.T) {
	var did []string
	n := 0
	try(t, func(t testing.TB) {
		t.Cleanup(func() { did = append(did, "first") })
		t.Cleanup(func() { did = append(did, "last") })
		if n++; n == 1 {
			t.Fatal("late")
		}
		did = append(did, "again")
	}, always(strain{pause: time.Second}))
	if want := []string{"last", "first", "again", "last", "first"}; !slices.Equal(did, want) {
		t.Errorf("done: %q, want %q", did, want)
	}
}

func TestNothingPausesInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pause := watchPauses()
		time.Sleep(time.Minute)
		if d := pause(); d != 0 {
			t.Errorf("a pause of %v", d)
		}
	})
}

// The whole process is stopped, as by a computer that has other things to do.
func TestAPauseIsSeen(t *testing.T) {
	strained := watch()
	out, err := exec.Command("sh", "-c", "kill -STOP $PPID; sleep 0.3; kill -CONT $PPID").CombinedOutput()
	if had := strained(); err != nil || had.pause < 200*time.Millisecond || had.bearable() {
		t.Errorf("stopped for 300 ms, seen %v (%v, %s)", had, err, out)
	}
}
