package sim

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"intercom/hw/led"
)

// Script is what a visitor does and sees, one step a line:
//
//	press NAME [DURATION]                        press a button, let go after DURATION (200ms), then go on
//	hold NAME DURATION                           the same, but go on at once
//	release NAME                                 let go now
//	wait DURATION
//	expect door NAME open|closed within DURATION
//	expect led PATTERN within DURATION
//	quit                                         end the program, well
//
// An input is pressed by opening its door or its housing, or by pressing its exit button. A name with spaces is written in double quotes. A # begins a comment.
type Script struct {
	Name  string // of the file, for errors
	Steps []Step
}

// Step is one line of a Script.
type Step struct {
	Line int
	Verb string // press, hold, release, wait, door, led or quit; door and led are what is expected
	Name string // of the button, the input, the door or the pattern
	Open bool   // of a door
	For  time.Duration
}

// String is the step without its time: "press front", "expect door front open".
func (s Step) String() string {
	switch s.Verb {
	case "door":
		return fmt.Sprintf("expect door %s %s", s.Name, state(s.Open))
	case "led":
		return "expect led " + s.Name
	case "wait":
		return "wait " + s.For.String()
	}
	return strings.TrimSuffix(s.Verb+" "+s.Name, " ")
}

// pressFor is how long a person presses a button.
const pressFor = 200 * time.Millisecond

// longest is the longest time that a step may take.
const longest = 24 * time.Hour

// ParseScript reads a script; name is its file's, for errors. It tells of every line that is wrong.
func ParseScript(name string, r io.Reader) (*Script, error) {
	s := &Script{Name: name}
	var errs []error
	lines := bufio.NewScanner(r)
	n := 0
	for lines.Scan() {
		n++
		step, err := parseStep(lines.Text())
		if err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", name, n, err))
		} else if step.Verb != "" {
			step.Line = n
			s.Steps = append(s.Steps, step)
		}
	}
	if err := lines.Err(); err != nil {
		errs = append(errs, fmt.Errorf("%s:%d: %w", name, n+1, err))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return s, nil
}

// parseStep reads one line. An empty one is no step.
func parseStep(line string) (Step, error) {
	w, err := words(line)
	if err != nil || len(w) == 0 {
		return Step{}, err
	}
	s := Step{Verb: w[0], For: pressFor}
	switch {
	case w[0] == "press" && len(w) == 2:
		s.Name = w[1]
	case (w[0] == "press" || w[0] == "hold") && len(w) == 3:
		s.Name = w[1]
		s.For, err = duration(w[2])
	case w[0] == "release" && len(w) == 2:
		s.Name, s.For = w[1], 0
	case w[0] == "wait" && len(w) == 2:
		s.For, err = duration(w[1])
	case w[0] == "expect":
		return parseExpect(w[1:])
	case w[0] == "quit" && len(w) == 1:
		s.For = 0
	default:
		return Step{}, usage(w[0])
	}
	return s, err
}

// usage says how a verb is written, or which verbs there are.
func usage(verb string) error {
	forms := map[string]string{
		"press":   "press NAME [DURATION]",
		"hold":    "hold NAME DURATION",
		"release": "release NAME",
		"wait":    "wait DURATION",
		"expect":  `expect door NAME open|closed within DURATION" or "expect led PATTERN within DURATION`,
		"quit":    "quit",
	}
	if form, ok := forms[verb]; ok {
		return fmt.Errorf("%s is written \"%s\"", verb, form)
	}
	return fmt.Errorf("%q is no step; there are press, hold, release, wait, expect and quit", verb)
}

// parseExpect reads what follows "expect".
func parseExpect(w []string) (Step, error) {
	switch {
	case len(w) == 5 && w[0] == "door" && (w[2] == "open" || w[2] == "closed") && w[3] == "within":
		d, err := duration(w[4])
		return Step{Verb: "door", Name: w[1], Open: w[2] == "open", For: d}, err
	case len(w) == 4 && w[0] == "led" && w[2] == "within":
		if _, err := led.Lookup(w[1]); err != nil {
			return Step{}, err
		}
		d, err := duration(w[3])
		return Step{Verb: "led", Name: w[1], For: d}, err
	}
	return Step{}, usage("expect")
}

func duration(word string) (time.Duration, error) {
	d, err := time.ParseDuration(word)
	if err != nil || d <= 0 || d > longest {
		return 0, fmt.Errorf("%q is no time from now; \"200ms\", \"3s\" and \"2m\" would do, up to 24h", word)
	}
	return d, nil
}

// words splits a line at spaces, keeps quoted words whole and leaves a comment away.
func words(line string) ([]string, error) {
	var w []string
	for {
		line = strings.TrimLeft(line, " \t\r")
		switch {
		case line == "" || line[0] == '#':
			return w, nil
		case line[0] == '"':
			quoted, err := strconv.QuotedPrefix(line)
			if err != nil {
				return nil, fmt.Errorf("the quotes in %q do not end", line)
			}
			word, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, fmt.Errorf("%s cannot be read: %w", quoted, err)
			}
			w, line = append(w, word), line[len(quoted):]
		default:
			end := strings.IndexAny(line+" ", " \t\r#")
			w, line = append(w, line[:end]), line[end:]
		}
	}
}
