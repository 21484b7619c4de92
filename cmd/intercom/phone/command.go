package phone

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"intercom/ua"
)

// command is one line of what a phone is told to do.
type command struct {
	verb   string
	call   ua.CallID // empty for the call that the verb is about by itself
	uri    string
	digits string
	text   string
	status int // of a rejection
}

// The words of a command after its verb.
const (
	wordURI    = "URI"
	wordDigits = "DIGITS"
	wordText   = "TEXT"   // the rest of the line
	wordCode   = "[CODE]" // may be left out, as may the next
	wordCall   = "[CALL]"
)

// form is how a command is written.
type form struct {
	verb  string
	words []string
}

func (f form) String() string { return strings.Join(append([]string{f.verb}, f.words...), " ") }

func forms() []form {
	return []form{
		{"dial", []string{wordURI}},
		{"answer", []string{wordCall}},
		{"reject", []string{wordCode, wordCall}},
		{"hangup", []string{wordCall}},
		{"hold", []string{wordCall}},
		{"resume", []string{wordCall}},
		{"dtmf", []string{wordDigits, wordCall}},
		{"transfer", []string{wordURI, wordCall}},
		{"attended", []string{wordURI, wordCall}},
		{"message", []string{wordURI, wordText}},
		{"options", []string{wordURI}},
		{"status", nil},
		{"quit", nil},
	}
}

// Usage lists the commands, a line each.
func Usage() []string {
	var lines []string
	for _, f := range forms() {
		lines = append(lines, f.String())
	}
	return lines
}

// MaxLine is the length of the longest command in octets: a whole UDP datagram has room for no longer message.
const MaxLine = 64 << 10

// busyHere is what a caller who is rejected gets if no status is given (RFC 3261 §21.4.24).
const busyHere = 486

// parseCommand reads a line. One that is empty, or a remark after a #, is no command and no error.
func parseCommand(line string) (c command, ok bool, err error) {
	line = strings.TrimRightFunc(line, unicode.IsSpace)
	switch {
	case len(line) > MaxLine:
		return c, false, fmt.Errorf("the line that begins with %q is too long: a command has at most %d octets", line[:40], MaxLine)
	case !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) && r != '\t' }):
		return c, false, fmt.Errorf("%s is no command: it has octets that are no text", quoted(line))
	}
	verb, rest := cutWord(line)
	if verb == "" || verb[0] == '#' {
		return c, false, nil
	}
	i := slices.IndexFunc(forms(), func(f form) bool { return f.verb == verb })
	if i < 0 {
		return c, false, fmt.Errorf("there is no command %s; there are %s", quoted(verb), strings.Join(verbs(), ", "))
	}
	c.verb = verb
	if err := c.read(forms()[i], rest); err != nil {
		return command{}, false, err
	}
	return c, true, nil
}

func verbs() []string {
	var verbs []string
	for _, f := range forms() {
		verbs = append(verbs, f.verb)
	}
	return verbs
}

// read fills the command with the words that its form asks for.
func (c *command) read(f form, rest string) error {
	for _, want := range f.words {
		if want == wordText {
			c.text, rest = rest, ""
			if c.text == "" {
				return fmt.Errorf("%s is not said in %q: write %q", want, f.verb, f)
			}
			continue
		}
		word, after := cutWord(rest)
		taken, err := c.take(want, word)
		switch {
		case err != nil:
			return fmt.Errorf("%q: %w", f.verb, err)
		case taken:
			rest = after
		case want[0] != '[':
			return fmt.Errorf("%s is not said in %q: write %q", want, f.verb, f)
		}
	}
	if rest != "" {
		return fmt.Errorf("%s is too much in %q: write %q", quoted(rest), f.verb, f)
	}
	return nil
}

// take reads a word as what is wanted, and reports whether it is that.
func (c *command) take(want, word string) (bool, error) {
	if word == "" {
		return false, nil
	}
	switch want {
	case wordURI:
		c.uri = word
	case wordDigits:
		if c.digits = strings.ToUpper(word); strings.Trim(c.digits, keys) != "" {
			return false, fmt.Errorf("%s cannot be pressed: the keys are %s", quoted(word), keys)
		}
	case wordCode:
		if isCall(word) {
			return false, nil
		}
		var err error
		if c.status, err = strconv.Atoi(word); err != nil || c.status < 300 || c.status > 699 {
			return false, fmt.Errorf("%s rejects nothing: a status from 300 to 699 does", quoted(word))
		}
	case wordCall:
		if !isCall(word) {
			return false, fmt.Errorf("%s is no call: calls have names such as in-1 and out-2", quoted(word))
		}
		c.call = ua.CallID(word)
	}
	return true, nil
}

// keys are those of a telephone (RFC 4733 §3.2).
const keys = "0123456789*#ABCD"

// isCall reports whether a word has the form of a call's name.
func isCall(word string) bool {
	way, number, ok := strings.Cut(word, "-")
	_, err := strconv.ParseUint(number, 10, 32)
	return ok && (way == "in" || way == "out") && err == nil
}

// cutWord returns the first word and what comes after it, both without blanks around.
func cutWord(s string) (word, rest string) {
	s = strings.TrimLeftFunc(s, unicode.IsSpace)
	i := strings.IndexFunc(s, unicode.IsSpace)
	if i < 0 {
		return s, ""
	}
	return s[:i], strings.TrimSpace(s[i:])
}

// quoted keeps what somebody has typed short enough for a sentence.
func quoted(s string) string {
	const most = 80
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strconv.Quote(s)
}
