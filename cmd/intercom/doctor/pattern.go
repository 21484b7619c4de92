package doctor

import (
	"strings"
	"unicode/utf8"
)

// pattern is a text that must not be shown, in upper or lower case, with its lines broken wherever it has a space. Package regexp
// would find it too, and is a fortieth of the program.
type pattern struct {
	words []string
	part  func(octet byte) bool // what may not stand right before it or after it: it would be a part of something longer
}

// newPattern finds digits as a whole number only, lest a code of four digits is found in every figure.
func newPattern(text string) pattern {
	p := pattern{words: strings.FieldsFunc(text, blank), part: func(byte) bool { return false }}
	switch {
	case strings.Trim(text, "0123456789") == "":
		p.part = digit
	case len(text) < shortest:
		p.part = func(b byte) bool { return digit(b) || 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z' }
	}
	return p
}

func digit(b byte) bool { return '0' <= b && b <= '9' }

func blank(r rune) bool { return r == ' ' || r == '\t' || r == '\r' || r == '\n' }

// hide writes hidden wherever the pattern is found.
func (p pattern) hide(text string) string {
	var out strings.Builder
	shown := 0 // what has been written
	for i := 0; i < len(text); i++ {
		n := p.match(text[i:])
		if n < 0 || i > 0 && p.part(text[i-1]) || i+n < len(text) && p.part(text[i+n]) {
			continue
		}
		out.WriteString(text[shown:i] + hidden)
		shown = i + n
		i = shown - 1
	}
	if shown == 0 {
		return text
	}
	return out.String() + text[shown:]
}

// match is how many octets at the beginning of a text are the pattern, -1 if it does not begin with it.
func (p pattern) match(text string) int {
	at := 0
	for i, word := range p.words {
		if i > 0 {
			gap := len(text[at:]) - len(strings.TrimLeftFunc(text[at:], blank))
			if gap == 0 {
				return -1
			}
			at += gap
		}
		n := matchWord(text[at:], word)
		if n < 0 {
			return -1
		}
		at += n
	}
	return at
}

// matchWord is how many octets at the beginning of a text are a word in whatever case; the cases of a letter differ in length now and then.
func matchWord(text, word string) int {
	at := 0
	for _, want := range word {
		got, size := utf8.DecodeRuneInString(text[at:])
		if size == 0 || !sameLetter(got, want) {
			return -1
		}
		at += size
	}
	return at
}

func sameLetter(a, b rune) bool {
	if a == b {
		return true
	}
	if a < utf8.RuneSelf && b < utf8.RuneSelf {
		return a|0x20 == b|0x20 && 'a' <= a|0x20 && a|0x20 <= 'z'
	}
	return strings.EqualFold(string(a), string(b))
}

// address is how long a hardware address is, which tells a device apart for ever.
const address = len("00:00:5e:00:53:01")

// hideAddresses takes the hardware addresses out of a text.
func hideAddresses(text string) string {
	var out strings.Builder
	shown := 0
	for i := 0; i+address <= len(text); i++ {
		if isAddress(text[i:i+address]) && (i == 0 || !inWord(text[i-1])) && (i+address == len(text) || !inWord(text[i+address])) {
			out.WriteString(text[shown:i] + "xx:xx:xx:xx:xx:xx")
			shown = i + address
			i = shown - 1
		}
	}
	return out.String() + text[shown:]
}

// isAddress tells six pairs of hexadecimal digits with colons or dashes between them.
func isAddress(text string) bool {
	for i, b := range []byte(text) {
		if i%3 == 2 {
			if b != ':' && b != '-' {
				return false
			}
		} else if !digit(b) && (b|0x20 < 'a' || b|0x20 > 'f') {
			return false
		}
	}
	return true
}

func inWord(b byte) bool { return digit(b) || b == '_' || 'a' <= b|0x20 && b|0x20 <= 'z' }
