// Package doctor looks at everything that a door station needs of the computer that it runs on, and says in plain words what
// it found and what to do: "intercom doctor". It changes nothing: no line is taken, no mixer set, no binding touched.
package doctor

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Level says how bad a finding is.
type Level string

// The levels, the best first.
const (
	OK      Level = "ok"
	Skipped Level = "skipped" // it could not be looked at
	Note    Level = "note"    // good to know
	Warning Level = "warning" // works, but not always, or not well, or not safely
	Fault   Level = "fault"   // does not work
)

// worse orders the levels.
func (l Level) worse(than Level) bool {
	order := []Level{OK, Skipped, Note, Warning, Fault}
	return slices.Index(order, l) > slices.Index(order, than)
}

// Finding is what one look has shown.
type Finding struct {
	ID    string `json:"id"`           // "relays.after-death": the same in every version
	Level Level  `json:"level"`        //
	Found string `json:"found"`        // in plain words, one paragraph
	Do    string `json:"do,omitempty"` // what to do about it
}

func ok(id, found string, a ...any) Finding {
	return Finding{ID: id, Level: OK, Found: fmt.Sprintf(found, a...)}
}

func note(id, do, found string, a ...any) Finding {
	return Finding{ID: id, Level: Note, Found: fmt.Sprintf(found, a...), Do: do}
}

func warning(id, do, found string, a ...any) Finding {
	return Finding{ID: id, Level: Warning, Found: fmt.Sprintf(found, a...), Do: do}
}

func fault(id, do, found string, a ...any) Finding {
	return Finding{ID: id, Level: Fault, Found: fmt.Sprintf(found, a...), Do: do}
}

func skipped(id, do, found string, a ...any) Finding {
	return Finding{ID: id, Level: Skipped, Found: fmt.Sprintf(found, a...), Do: do}
}

// Report is what one run has found.
type Report struct {
	Schema   int       `json:"schema"` // 1
	Version  string    `json:"version"`
	Time     time.Time `json:"time"`
	Config   string    `json:"config"` // the file; empty if there is none
	Worst    Level     `json:"worst"`
	Findings []Finding `json:"findings"`
}

// Schema is the number of the form of Report as JSON. It changes when a field goes or changes its meaning, not when one is
// added.
const Schema = 1

// longest is how long a run takes at most. What has no answer by then is told as such.
const longest = 8 * time.Second

// Examine runs all checks, those that wait side by side.
func Examine(ctx context.Context, s Subject) Report {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	all := checks()
	found := make([][]Finding, len(all))
	var busy sync.WaitGroup
	for i, c := range all {
		busy.Go(func() { found[i] = c(ctx, s) })
	}
	busy.Wait()
	r := Report{Schema: Schema, Version: s.Version, Time: s.Now.Truncate(time.Second), Config: s.Path, Worst: OK, Findings: slices.Concat(found...)}
	for _, f := range r.Findings {
		if f.Level.worse(r.Worst) {
			r.Worst = f.Level
		}
	}
	return r
}

// check looks at one thing. It must heed the context where it waits.
type check func(context.Context, Subject) []Finding

// checks lists them in the order in which they are told.
func checks() []check {
	return []check{
		configuration, overlooked, exposure, codes, callers,
		model, kernel, processor, power, memory, disk, card,
		wires,
		sound, usbSound,
		links, gateway, wifi, names, clock,
		servers, ports,
		service, state, rights,
	}
}
