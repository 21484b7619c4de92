package sip

import (
	"fmt"
	"strings"
)

// Replaces is the value of the header field of that name: the dialog that an INVITE is to take the place of, as the one
// who gets the INVITE sees it (RFC 3891 §6.1).
type Replaces struct {
	CallID    string
	ToTag     string // of the receiver
	FromTag   string // of the other side
	EarlyOnly bool   // only while the dialog is early
}

// ParseReplaces reads one value. RFC 3891 §6.1: "A Replaces header field MUST contain exactly one to-tag and exactly one
// from-tag".
func ParseReplaces(s string) (Replaces, error) {
	callID, rest := trim(s), ""
	if i := strings.IndexByte(s, ';'); i >= 0 {
		callID, rest = trim(s[:i]), s[i:]
	}
	params, err := parseParams(rest)
	if err != nil {
		return Replaces{}, fmt.Errorf("Replaces %q: %w", excerpt(s), err)
	}
	r := Replaces{CallID: callID}
	to, from := 0, 0
	for name, value := range params.All() {
		switch strings.ToLower(name) {
		case "to-tag":
			to, r.ToTag = to+1, value
		case "from-tag":
			from, r.FromTag = from+1, value
		case "early-only":
			r.EarlyOnly = true
		}
	}
	if callID == "" || strings.ContainsAny(callID, " \t,") || to != 1 || from != 1 || r.ToTag == "" || r.FromTag == "" {
		return Replaces{}, fmt.Errorf("Replaces %q does not name one Call-ID, one to-tag and one from-tag", excerpt(s))
	}
	return r, nil
}

func (r Replaces) String() string {
	params := Params("").With("to-tag", r.ToTag).With("from-tag", r.FromTag)
	if r.EarlyOnly {
		params = params.With("early-only", "")
	}
	return r.CallID + string(params)
}

// Header returns the value of a header field that a URI asks for behind its "?" (RFC 3261 §19.1.1), and how many of that
// name there are.
func (u URI) Header(name string) (value string, count int) {
	for field := range strings.SplitSeq(u.Headers, "&") {
		n, v, _ := strings.Cut(field, "=")
		if strings.EqualFold(Unescape(n), name) {
			value, count = Unescape(v), count+1
		}
	}
	return value, count
}

// EscapeHeader escapes what cannot stand in the value of a header field in a URI (RFC 3261 §25.1 hvalue).
func EscapeHeader(s string) string {
	return escape(s, func(c byte) bool { return isAlphanum(c) || strings.IndexByte("-_.!~*'()[]/?:+$", c) >= 0 })
}
