package sim_test

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"intercom/board"
	"intercom/board/sim"
)

const visit = `# a visitor rings, the house opens
press front
hold "side gate" 90s   # leans on it
release "side gate"
wait 1m30s

expect door front open within 500ms
expect led "config-fault 12" within 2s
expect led door-open within 2s
press front 5s # insists
quit
`

func TestParseScript(t *testing.T) {
	s, err := sim.ParseScript("visit.txt", strings.NewReader(visit))
	if err != nil {
		t.Fatal(err)
	}
	want := []sim.Step{
		{Line: 2, Verb: "press", Name: "front", For: 200 * time.Millisecond},
		{Line: 3, Verb: "hold", Name: "side gate", For: 90 * time.Second},
		{Line: 4, Verb: "release", Name: "side gate"},
		{Line: 5, Verb: "wait", For: 90 * time.Second},
		{Line: 7, Verb: "door", Name: "front", Open: true, For: 500 * time.Millisecond},
		{Line: 8, Verb: "led", Name: "config-fault 12", For: 2 * time.Second},
		{Line: 9, Verb: "led", Name: "door-open", For: 2 * time.Second},
		{Line: 10, Verb: "press", Name: "front", For: 5 * time.Second},
		{Line: 11, Verb: "quit"},
	}
	if !reflect.DeepEqual(s.Steps, want) {
		t.Errorf("parsed\n%+v, want\n%+v", s.Steps, want)
	}
}

func TestWrongLinesAreNamedWithWhatWouldBeRight(t *testing.T) {
	for line, parts := range map[string][]string{
		"pres front":                      {"pres", "press, hold, release, wait, expect and quit"},
		"press":                           {"press NAME [DURATION]"},
		"press a b c":                     {"press NAME [DURATION]"},
		"hold front":                      {"hold NAME DURATION"},
		"wait forever":                    {`"forever"`, "200ms"},
		"wait -1s":                        {`"-1s"`},
		"wait 0s":                         {`"0s"`},
		"wait 9999h":                      {`"9999h"`, "24h"},
		"quit now":                        {`"quit"`},
		"expect":                          {"expect door NAME"},
		"expect door front ajar in 3s":    {"open|closed within"},
		"expect door front open in 3s":    {"within"},
		"expect led disco within 3s":      {`"disco"`, "ringing"},
		"expect led ready within soon":    {`"soon"`},
		`press "front`:                    {"quotes"},
		"press \x1b[2J\x07 1 2":           {"press NAME"},
		"\x1b[2J":                         {`"\x1b[2J"`},
		"release front 3s":                {"release NAME"},
		`press "a\qb"`:                    {"quotes"},
		"wait " + strings.Repeat("9", 99): {"is no time"},
	} {
		_, err := sim.ParseScript("visit.txt", strings.NewReader("\n"+line+"\n"))
		if err == nil {
			t.Errorf("%q was accepted", line)
			continue
		}
		for _, part := range append(parts, "visit.txt:2: ") {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q: %q is missing in: %v", line, part, err)
			}
		}
	}
}

func TestAllWrongLinesAreTold(t *testing.T) {
	_, err := sim.ParseScript("s", strings.NewReader("jump\nquit\nwait\n"))
	if err == nil || !strings.Contains(err.Error(), "s:1: ") || !strings.Contains(err.Error(), "s:3: ") {
		t.Errorf("error: %v", err)
	}
	if _, err := sim.ParseScript("s", strings.NewReader("quit\n"+strings.Repeat("x", 1<<20))); err == nil || !strings.Contains(err.Error(), "s:2: ") {
		t.Errorf("a line that is too long: %v", err)
	}
}

func FuzzParseScript(f *testing.F) {
	f.Add(visit)
	f.Add("press \"a\\x00\" 1h\nexpect door \"\" closed within 1ns")
	f.Add("hold # 3s")
	f.Add("\"")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := sim.ParseScript("fuzz", strings.NewReader(text))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "fuzz:") {
				t.Errorf("an error without a place: %v", err)
			}
			return
		}
		last := 0
		for _, step := range s.Steps {
			if step.Line <= last || step.For < 0 || step.For > 24*time.Hour {
				t.Errorf("step %+v after line %d", step, last)
			}
			last = step.Line
		}
	})
}

// house answers each press by opening the door for a second and showing it.
func house(t *testing.T, b *sim.Board) {
	go func() {
		for e := range b.Events() {
			if e.Kind != board.ButtonDown {
				continue
			}
			if err := errors.Join(b.OpenDoor("front", time.Second), b.Light("status", "door-open")); err != nil {
				t.Error(err)
			}
		}
	}()
}

func run(t *testing.T, script string) (took time.Duration, err error) {
	synctest.Test(t, func(t *testing.T) {
		b := newBoard(t, sim.Config{Board: oneOfEach()})
		house(t, b)
		begin := time.Now()
		err = sim.RunScript(t.Context(), "visit.txt", strings.NewReader(script), b, nil)
		took = time.Since(begin)
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return took, err
}

// Who runs a script sees in the log how far it is.
func TestEveryStepIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBoard(t, sim.Config{Board: oneOfEach()})
		defer b.Close()
		house(t, b)
		var told strings.Builder
		log := slog.New(slog.NewTextHandler(&told, nil))
		script := "press front\nexpect door front open within 1s\n\nexpect led door-open within 1s\nwait 2s\nexpect led off within 1s"
		if err := sim.RunScript(t.Context(), "s", strings.NewReader(script), b, log); err == nil {
			t.Error("a script that expects what does not happen ends well")
		}
		for _, want := range []string{`line=1 step="press front"`, `line=2 step="expect door front open"`, `line=4 step="expect led door-open"`, `line=5 step="wait 2s"`} {
			if !strings.Contains(told.String(), want) {
				t.Errorf("the log has no %s:\n%s", want, told.String())
			}
		}
		if strings.Contains(told.String(), "led off") {
			t.Errorf("the log has a step that is not done:\n%s", told.String())
		}
	})
}

func TestScriptOfAVisit(t *testing.T) {
	took, err := run(t, `
		expect door front closed within 10ms
		press front
		expect door front open within 100ms
		expect led door-open within 100ms
		expect door front closed within 3s
		hold front 10m
		expect door front open within 100ms
		release front
		wait 1h`)
	if err != nil {
		t.Error(err)
	}
	if took < time.Hour || took > time.Hour+10*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestQuitEndsTheScript(t *testing.T) {
	took, err := run(t, "wait 1s\nquit\nwait 1h")
	if !errors.Is(err, sim.ErrQuit) || took != time.Second {
		t.Errorf("ended with %v after %v", err, took)
	}
}

func TestAFailedExpectationSaysWhereAndWhatIsThere(t *testing.T) {
	took, err := run(t, "\nexpect door front open within 2s\nwait 1h")
	if err == nil || !strings.Contains(err.Error(), "visit.txt:2: expected door front open within 2s, it is closed") {
		t.Errorf("error: %v", err)
	}
	if took != 2*time.Second {
		t.Errorf("it looked for %v", took)
	}
	if _, err := run(t, "expect led ringing within 1s"); err == nil || !strings.Contains(err.Error(), "it is off") {
		t.Errorf("error: %v", err)
	}
}

func TestAScriptWithUnknownNamesDoesNothing(t *testing.T) {
	took, err := run(t, "wait 1h\npress bell\nexpect door cellar open within 1s")
	if err == nil || took != 0 {
		t.Fatalf("ended with %v after %v", err, took)
	}
	for _, part := range []string{`visit.txt:2: "bell"`, `visit.txt:3: "cellar"`} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%s is missing in: %v", part, err)
		}
	}
}

func TestAScriptEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBoard(t, sim.Config{Board: oneOfEach()})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for _, script := range []string{"wait 1h", "press front 1h", "expect door front open within 1h"} {
			if err := sim.RunScript(ctx, "s", strings.NewReader(script), b, nil); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v", script, err)
			}
		}
	})
}
