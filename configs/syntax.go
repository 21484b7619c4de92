package configs

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/BurntSushi/toml"
)

// syntaxText is what the parser says, unless it could quote a secret.
func syntaxText(s source, broken toml.ParseError) string {
	if n, _ := s.position(broken.Position.Start); secretLine(s.line(n)) || secretLine(broken.LastKey) {
		return `this is not TOML: "***" (the line holds a secret)`
	}
	said := strings.TrimSuffix(broken.Message, ".")
	if broken.Position.Start >= len(s.text)-1 {
		said = strings.ReplaceAll(said, `'\x00' instead`, "the end of the file")
	}
	return "this is not TOML: " + brief(said)
}

// secretLine reports whether a line could hold a password or a code, be the key mistyped or not.
func secretLine(line string) bool {
	word := func(r rune) bool { return strings.ContainsRune(" \t.=:\"'[]{},", r) }
	for w := range strings.FieldsFuncSeq(strings.ToLower(line), word) {
		if nearest(w, []string{"password", "code"}) != "" {
			return true
		}
	}
	return false
}

// syntaxWant guesses what was meant, from the mistakes that people make.
func syntaxWant(s source, broken toml.ParseError) string {
	n, _ := s.position(broken.Position.Start)
	line := strings.TrimSpace(s.line(n))
	want := charactersWant(line, broken.Message)
	if strings.Contains(broken.Message, "already") {
		want = onceWant(s, n)
	}
	if want == "" && strings.Contains(broken.Message, "array terminator") && !strings.Contains(line, "= [") {
		want = "end the list above with ]"
	}
	if key, value, pair := strings.Cut(line, "="); want == "" && (!pair || strings.HasPrefix(line, "[")) {
		want = lineWant(line)
	} else if want == "" {
		want = valueWant(strings.TrimSpace(key), strings.TrimSpace(value), broken.Message)
	}
	if n == len(s.lines) && strings.Contains(broken.Message, "EOF") {
		want += "; the file ends here: see that it is all there"
	}
	return want
}

// charactersWant is for what no line of TOML has.
func charactersWant(line, message string) string {
	blank := func(r rune) bool { return r > unicode.MaxASCII && unicode.In(r, unicode.Z, unicode.Cf) }
	switch {
	case strings.Contains(message, "UTF-8"):
		return `save the file as plain text in UTF-8: in Notepad "Save as", with the encoding UTF-8`
	case strings.ContainsAny(line, "“”„‟‘’‚«»‹›´`″"):
		return `use straight quotes: "`
	case strings.ContainsFunc(line, blank):
		return "type the line anew: in it is something that looks like a blank, or like nothing, and is neither"
	}
	return ""
}

// onceWant is for a key or a table's name that was there before.
func onceWant(s source, n int) string {
	const several = "a table that may come several times has two brackets: [[button]], [[door]], [[account]]"
	name := func(line int) string {
		key, _, _ := strings.Cut(s.line(line), "=")
		return strings.TrimSpace(key)
	}
	inTable := !strings.HasPrefix(name(n), "[")
	for before := n - 1; before > 0; before-- {
		switch other := name(before); {
		case other == name(n):
			return fmt.Sprintf("write it once: it is in line %d too; %s", before, several)
		case inTable && strings.HasPrefix(other, "["):
			return "write it once; " + several
		}
	}
	return "write it once; " + several
}

// lineWant is for lines that are no key with its value.
func lineWant(line string) string {
	key, _, colon := strings.Cut(line, ":")
	switch {
	case strings.HasPrefix(line, "["):
		return "write a table's name in brackets: [station] or [[button]]"
	case strings.HasPrefix(line, "//"), strings.HasPrefix(line, ";"), strings.HasPrefix(line, "/*"), strings.HasPrefix(line, "--"):
		return "begin what is only a note with #"
	case colon && isBare(key):
		return "write key = value, with = in the place of the colon"
	}
	return "write key = value"
}

// isBare reports whether a text can be a key without quotes.
func isBare(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r > unicode.MaxASCII || r != '_' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// valueWant is for values that are none.
func valueWant(key, value, message string) string {
	closed := len(value) > 2 && value[0] == '"' && value[len(value)-1] == '"'
	switch truth := truthOf(value); {
	case truth != "":
		return "write " + brief(key) + " = " + truth
	case strings.Contains(message, "escape"), strings.Contains(message, "hexadecimal"):
		return `write \ as \\, or use 'single quotes'`
	case strings.HasPrefix(value, "["):
		return `write a list with commas: ["…", "…"]`
	case strings.HasSuffix(value, ";"), strings.HasSuffix(value, ","):
		return "end the line with the value, without " + value[len(value)-1:]
	case closed && strings.Contains(value[1:len(value)-1], `"`):
		return `put the text in 'single quotes', or write \" for each " in it`
	case secretLine(key):
		return "write " + brief(key) + ` = "***", with quotes on both sides`
	case value == "" || strings.ContainsAny(value, "\"'#"):
		return "write " + brief(key) + ` = "…", with quotes on both sides`
	}
	return "write " + brief(key) + ` = "` + brief(value) + `"`
}

// truthOf is "true" or "false" for a word that means it; empty for all others.
func truthOf(word string) string {
	word, _, _ = strings.Cut(strings.ToLower(word), " ")
	switch {
	case slices.Contains([]string{"true", "yes", "on", "ja", "an", "wahr"}, word):
		return "true"
	case slices.Contains([]string{"false", "no", "off", "nein", "aus", "falsch"}, word):
		return "false"
	}
	return ""
}
