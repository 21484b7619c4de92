package sip

import "strings"

// charClass says which of the grammar's character sets a byte belongs to.
type charClass uint8

const (
	tokenChar  charClass = 1 << iota // RFC 3261 §25.1 token
	schemeChar                       // RFC 3261 §25.1 scheme: letters, digits, "+", "-" and "."
	hostChar                         // hostname and IPv4address, with the underscore seen in the field
	uriChar                          // anything that may stand in a URI; octets above 0x7F are tolerated
	userChar                         // uriChar without ":" and "@", which end the user
	valueChar                        // what a parameter's value is made of unless it is quoted
)

var charClasses = func() (t [256]charClass) {
	const alphanum = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	mark := func(chars string, c charClass) {
		for i := range len(chars) {
			t[chars[i]] |= c
		}
	}
	mark(alphanum+"-.!%*_+`'~", tokenChar)
	mark(alphanum+"+-.", schemeChar)
	mark(alphanum+"-._", hostChar)
	for b := 0x21; b <= 0xFF; b++ {
		if b != 0x7F && b != '<' && b != '>' && b != '"' {
			t[b] |= uriChar | userChar | valueChar
		}
	}
	t['@'] &^= userChar
	t[':'] &^= userChar
	for _, b := range ",;=" {
		t[b] &^= valueChar
	}
	return t
}()

// span returns the length of the longest prefix of s whose bytes all belong to c.
func span(s string, c charClass) int {
	for i := range len(s) {
		if charClasses[s[i]]&c == 0 {
			return i
		}
	}
	return len(s)
}

func isToken(s string) bool { return s != "" && span(s, tokenChar) == len(s) }

func isSpace(b byte) bool { return b == ' ' || b == '\t' }

// trim removes white space on both sides. Folding is already undone, so SP and HT are all that LWS can be; a CR that ends
// no line counts as one too.
func trim(s string) string { return trimRight(trimLeft(s)) }

func trimLeft(s string) string {
	i := 0
	for i < len(s) && s[i] <= ' ' && isBlank(s[i]) {
		i++
	}
	return s[i:]
}

func trimRight(s string) string {
	n := len(s)
	for n > 0 && s[n-1] <= ' ' && isBlank(s[n-1]) {
		n--
	}
	return s[:n]
}

func isBlank(b byte) bool { return isSpace(b) || b == '\r' }

// quotedEnd returns the index of the quote that closes the quoted-string s begins with, -1 if none does
// (RFC 3261 §25.1: a backslash takes the next octet with it).
func quotedEnd(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// Unquote returns what a quoted-string says, without its quotes and backslashes. Any other text comes back as it is.
func Unquote(s string) string {
	if len(s) < 2 || s[0] != '"' || quotedEnd(s) != len(s)-1 {
		return s
	}
	return unescapeQuoted(s[1 : len(s)-1])
}

// unescapeQuoted undoes the backslashes of what stands between two quotes.
func unescapeQuoted(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			i++
		}
		b = append(b, s[i])
	}
	return string(b)
}

// appendQuoted appends s as a quoted-string.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			dst = append(dst, '\\')
		}
		dst = append(dst, s[i])
	}
	return append(dst, '"')
}

// quote returns s as a quoted-string.
func quote(s string) string { return string(appendQuoted(nil, s)) }

// excerpt shortens text from the network for an error message. Where a message
// is longer than it says, its description may stand where a start line belongs:
// the keys of a=crypto (RFC 4568 §9.1) are not repeated.
func excerpt(s string) string {
	const limit = 80
	if before, _, keyed := strings.Cut(s, "inline:"); keyed {
		s = before + "inline:…"
	}
	if len(s) <= limit {
		return s
	}
	return s[:limit] + "…"
}
