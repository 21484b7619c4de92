package sip

import "strings"

// Unescape undoes the %HEX HEX escapes of a URI component. What is no escape stays as it is.
func Unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for s != "" {
		var c byte
		c, _, s = cutChar(s)
		b = append(b, c)
	}
	return string(b)
}

// EscapeUser escapes what cannot stand in the user part of a SIP URI (RFC 3261 §25.1 user), "#" for one.
func EscapeUser(s string) string { return escape(s, isUserChar) }

func escape(s string, plain func(byte) bool) string {
	const hex = "0123456789ABCDEF"
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		if c := s[i]; plain(c) {
			b = append(b, c)
		} else {
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
	}
	return string(b)
}

func isAlphanum(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func isUserChar(c byte) bool { return isAlphanum(c) || strings.IndexByte("-_.!~*'()&=+$,;?/", c) >= 0 }

// cutChar cuts one character, escaped or not, from s, which is not empty.
func cutChar(s string) (c byte, escaped bool, rest string) {
	if s[0] == '%' && len(s) >= 3 {
		hi, ok1 := unhex(s[1])
		lo, ok2 := unhex(s[2])
		if ok1 && ok2 {
			return hi<<4 | lo, true, s[3:]
		}
	}
	return s[0], false, s[1:]
}

func unhex(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// sameEscaped compares two URI components. RFC 3261 §19.1.4: "Characters other than those in the 'reserved' set are
// equivalent to their %HEX HEX encoding."
func sameEscaped(a, b string, fold bool) bool {
	for a != "" && b != "" {
		var x, y byte
		var xEscaped, yEscaped bool
		x, xEscaped, a = cutChar(a)
		y, yEscaped, b = cutChar(b)
		if fold {
			x, y = lower(x), lower(y)
		}
		if x != y || xEscaped != yEscaped && strings.IndexByte(";/?:@&=+$,", x) >= 0 {
			return false
		}
	}
	return a == b
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c | 0x20
	}
	return c
}
