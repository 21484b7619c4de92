package sip

import (
	"fmt"
	"strings"
)

// BranchCookie begins the branch of every element that follows RFC 3261 (§8.1.1.7).
const BranchCookie = "z9hG4bK"

// A Via says how a request came and where its responses go (RFC 3261 §20.42).
type Via struct {
	Transport string // "UDP", as received
	Host      string // sent-by; without the brackets of an IPv6 reference
	Port      uint16 // 0 if none is given
	Params    Params
}

// ParseVia reads one Via value. The SIP version in it is not kept: a message of another version is refused as a whole.
func ParseVia(s string) (Via, error) {
	s = trim(s)
	v, rest, err := parseSentBy(s)
	if err == nil {
		v.Params, err = parseParams(rest)
	}
	if err != nil {
		return Via{}, fmt.Errorf("Via %q: %w", excerpt(s), err)
	}
	return v, nil
}

// parseSentBy reads sent-protocol LWS sent-by, with the white space that SLASH allows on both sides.
func parseSentBy(s string) (v Via, rest string, err error) {
	rest, ok := strings.CutPrefix(s, "SIP/2.0/")
	if !ok {
		rest = cutProtocol(s)
	}
	v.Transport, rest = cutToken(trimLeft(rest))
	if v.Transport == "" {
		return v, "", fmt.Errorf("no protocol such as \"SIP/2.0/UDP\" at the beginning")
	}
	if rest == "" || !isSpace(rest[0]) {
		return v, "", fmt.Errorf("no white space between the transport and the host")
	}
	v.Host, v.Port, rest, err = cutHost(trimLeft(rest))
	return v, rest, err
}

// cutProtocol cuts protocol-name SLASH protocol-version SLASH from s and returns what follows, "" if they are not there.
func cutProtocol(s string) (rest string) {
	name, rest := cutToken(s)
	version, rest := cutToken(afterSlash(rest))
	if !strings.EqualFold(name, "SIP") || version == "" {
		return ""
	}
	return afterSlash(rest)
}

func cutToken(s string) (token, rest string) {
	n := span(s, tokenChar)
	return s[:n], s[n:]
}

// afterSlash returns what follows a slash and the white space around it, "" where no slash comes next.
func afterSlash(s string) string {
	s = trimLeft(s)
	if s == "" || s[0] != '/' {
		return ""
	}
	return trimLeft(s[1:])
}

// Branch returns the branch parameter, "" if there is none (RFC 2543).
func (v Via) Branch() string {
	branch, _ := v.Params.Get("branch")
	return branch
}

// Received returns the received parameter without the brackets that some put around an IPv6 address (RFC 5118 §4.5).
func (v Via) Received() string {
	received, _ := v.Params.Get("received")
	if n := len(received); n >= 2 && received[0] == '[' && received[n-1] == ']' {
		return received[1 : n-1]
	}
	return received
}

// RPort returns the rport parameter (RFC 3581): whether it is there, and its port, 0 while it has no value.
func (v Via) RPort() (port uint16, ok bool) {
	value, ok := v.Params.Get("rport")
	if value == "" {
		return 0, ok
	}
	port, rest, err := cutPort(value)
	if err != nil || rest != "" {
		return 0, ok
	}
	return port, ok
}

// SentBy returns host and port as they are written in the header field.
func (v Via) SentBy() string { return string(appendHost(nil, v.Host, v.Port)) }

func (v Via) String() string { return string(v.AppendTo(nil)) }

// AppendTo appends the Via value to dst.
func (v Via) AppendTo(dst []byte) []byte {
	dst = append(append(dst, "SIP/2.0/"...), v.Transport...)
	dst = appendHost(append(dst, ' '), v.Host, v.Port)
	return append(dst, v.Params...)
}
