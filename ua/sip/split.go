package sip

import (
	"bytes"
	"fmt"
	"strings"
)

// MaxMessage is the number of octets beyond which [Split] gives a message on a stream up; it is also what a UDP datagram
// can carry at most.
const MaxMessage = 65535

// Split finds the first message in what was read from a stream so far (RFC 3261 §18.3) and returns its length, line
// breaks before it included, or 0 if more octets are needed.
//
// An error says that the end of the message cannot be known, or lies beyond [MaxMessage]: the connection must be closed.
// If n is positive beside an error, buf[:n] is the head of that message, so that a request can still be refused.
func Split(buf []byte) (n int, err error) {
	start := len(buf) - len(bytes.TrimLeft(buf, "\r\n"))
	if start > MaxMessage {
		return 0, fmt.Errorf("more than %d octets of line breaks before a message", MaxMessage)
	}
	head := headLength(buf[start:])
	if head > MaxMessage || head == 0 && len(buf)-start > MaxMessage {
		return 0, fmt.Errorf("the header fields of %q are longer than %d octets", excerpt(string(buf[start:min(len(buf), start+100)])), MaxMessage)
	}
	if head == 0 {
		return 0, nil
	}
	body, err := streamLength(string(buf[start : start+head]))
	if err != nil {
		return start + head, err
	}
	if head+body > MaxMessage {
		return start + head, fmt.Errorf("Content-Length %d makes the message longer than %d octets", body, MaxMessage)
	}
	if start+head+body > len(buf) {
		return 0, nil
	}
	return start + head + body, nil
}

// headLength returns the length of the head of a message, the empty line included, 0 if it has not come whole.
func headLength(b []byte) int {
	for n := 0; ; {
		i := bytes.IndexByte(b[n:], '\n')
		if i < 0 {
			return 0
		}
		n += i + 1
		switch rest := b[n:]; {
		case len(rest) > 0 && rest[0] == '\n':
			return n + 1
		case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
			return n + 2
		}
	}
}

// streamLength reads the Content-Length header fields of a head. All of them must say the same; without one the message
// has no body (RFC 3261 §20.14 demands it on a stream, RFC 2543 did not).
func streamLength(head string) (int, error) {
	length, found := uint32(0), false
	_, rest, _ := cutLine(head)
	for {
		line, after, ok := cutLine(rest)
		if !ok || line == "" {
			return int(min(length, 1<<31-1-MaxMessage)), nil
		}
		if after != "" && isSpace(after[0]) {
			line, after, _ = unfold(line, after)
		}
		rest = after
		if colon := strings.IndexByte(line, ':'); colon < 0 || canonicalName(trimRight(line[:colon])) != "Content-Length" {
			continue
		}
		n, err := parseUint32(parseHeader(line).Value)
		if err != nil {
			return 0, fmt.Errorf("Content-Length: %w", err)
		}
		if found && n != length {
			return 0, fmt.Errorf("Content-Length is both %d and %d", length, n)
		}
		length, found = n, true
	}
}
