package sip

import "strings"

// cutElement cuts the first element from a comma-separated list. A comma inside a quoted-string or between "<" and ">"
// separates nothing. more tells whether a comma followed, that is whether rest holds at least one more element, which
// may be empty.
func cutElement(s string) (element, rest string, more bool) {
	if strings.IndexByte(s, ',') < 0 {
		return trim(s), "", false
	}
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ',':
			return trim(s[:i]), trimLeft(s[i+1:]), true
		case '"':
			end := quotedEnd(s[i:])
			if end < 0 {
				return trim(s), "", false
			}
			i += end
		case '<':
			end := strings.IndexByte(s[i:], '>')
			if end < 0 {
				return trim(s), "", false
			}
			i += end
		}
	}
	return trim(s), "", false
}
