package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"intercom/cmd/intercom/phone"
)

// The manual page has every command with every flag of it, and what phone and sound can do.
func TestTheManualIsComplete(t *testing.T) {
	page, err := os.ReadFile("../../board/release/debian/intercom.1")
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`\\f[BIR]`).ReplaceAllString(string(page), "")
	text = strings.ReplaceAll(text, `\-`, "-")
	entries := map[string]string{} // the first line of each, and what it says
	for _, entry := range strings.Split(text, "\n.TP\n") {
		line, _, _ := strings.Cut(strings.TrimPrefix(entry, ".B "), "\n")
		entries[line] = entry
	}
	flags := regexp.MustCompile(`(?m)^  (-[a-z0-9-]+)`)
	for _, c := range commands() {
		about := entryFor(entries, "intercom "+c.name)
		if c.name == "phone" {
			about = text[strings.Index(text, ".SH A TELEPHONE"):]
		}
		if about == "" {
			t.Errorf("the manual page has no entry for %q", c.line())
			continue
		}
		if c.name == "guard" { // its arguments are lines, and it takes no flags
			continue
		}
		_, help := intercom(t, t.Context(), c.name, "-h")
		for _, f := range flags.FindAllStringSubmatch(help, -1) {
			if !regexp.MustCompile(regexp.QuoteMeta(f[1]) + `\b`).MatchString(about) {
				t.Errorf("the manual page does not have the flag %s of %s", f[1], c.name)
			}
		}
	}
	for _, u := range soundUses() {
		if entryFor(entries, u.name) == "" {
			t.Errorf("the manual page does not have %q of sound", u.name)
		}
	}
	for _, form := range phone.Usage() {
		verb, _, _ := strings.Cut(form, " ")
		if !regexp.MustCompile(`Its commands are [^;]*\b` + verb + `\b`).MatchString(text) {
			t.Errorf("the manual page does not have %q of phone", verb)
		}
	}
}

// entryFor is the entry whose first line begins with words.
func entryFor(entries map[string]string, words string) string {
	for line, entry := range entries {
		if line == words || strings.HasPrefix(line, words+" ") {
			return entry
		}
	}
	return ""
}
