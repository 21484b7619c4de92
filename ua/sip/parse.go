package sip

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unsafe"
)

// MaxHeaders is the number of header field lines beyond which a message is not read. Ordinary ones have a dozen, a request
// over a long chain of proxies a few dozen.
const MaxHeaders = 256

var errNoHeaderEnd = errors.New("no empty line ends the header fields: the message is cut short")

// Parse reads the one message of a datagram. It fails only where the message cannot be framed: no start line, no end of the
// header fields, more than [MaxHeaders] of them, or a response without a status code. All other faults are [Validate]'s.
//
// Line breaks before the start line are ignored (RFC 3261 §7.5), a bare LF ends a line as CRLF does, and octets behind the
// body are dropped (§18.3). Where Content-Length is missing, unreadable or larger than what came, the body is all that came.
// The message shares no memory with the datagram.
func Parse(datagram []byte) (*Message, error) {
	start := 0
	for start < len(datagram) && (datagram[start] == '\r' || datagram[start] == '\n') {
		start++
	}
	// One copy holds the head and the body. The strings of the message never reach into the body, the only part of the
	// copy that can still be written to.
	datagram = bytes.Clone(datagram[start:])
	line, rest, ok := cutLine(unsafe.String(unsafe.SliceData(datagram), len(datagram)))
	if !ok {
		return nil, fmt.Errorf("start line %q has no end", excerpt(line))
	}
	if strings.IndexByte(line, '\r') >= 0 {
		return nil, fmt.Errorf("start line %q has a CR that does not end it", excerpt(line))
	}
	m := newMessage()
	if err := m.parseStartLine(line); err != nil {
		return nil, err
	}
	rest, err := m.parseHeaders(rest)
	if err != nil {
		return nil, err
	}
	body := datagram[len(datagram)-len(rest):]
	if n, ok := m.contentLength(); ok && n < len(body) {
		body = body[:n]
	}
	m.Body = body[:len(body):len(body)]
	return m, nil
}

// parseStartLine reads a Request-Line or a Status-Line (RFC 3261 §7.1, §7.2). What stands between the first space and the
// last is the Request-URI, so that spaces too many are kept for Validate to see.
func (m *Message) parseStartLine(line string) error {
	first, rest, ok := strings.Cut(line, " ")
	if hasVersionPrefix(first) {
		m.Version = first
		return m.parseStatus(trimLeft(rest), line)
	}
	i := strings.LastIndexByte(trimRight(rest), ' ')
	if !ok || first == "" || i < 0 || !hasVersionPrefix(rest[i+1:]) {
		return fmt.Errorf("start line %q is neither \"METHOD URI SIP/2.0\" nor \"SIP/2.0 CODE reason\"", excerpt(line))
	}
	m.Method, m.RequestURI, m.Version = first, rest[:i], rest[i+1:]
	return nil
}

func hasVersionPrefix(s string) bool { return len(s) > 4 && strings.EqualFold(s[:4], "SIP/") }

// parseStatus reads Status-Code SP Reason-Phrase; the space behind the code may be missing.
func (m *Message) parseStatus(s, line string) error {
	code, reason, _ := strings.Cut(s, " ")
	if len(code) != 3 || code[0] < '1' || code[0] > '6' {
		return fmt.Errorf("status line %q: %q is no status code between 100 and 699", excerpt(line), excerpt(code))
	}
	n, err := parseUint32(code)
	if err != nil {
		return fmt.Errorf("status line %q: status code: %w", excerpt(line), err)
	}
	m.Status, m.Reason = int(n), reason
	return nil
}

// parseHeaders reads header fields up to the empty line and returns what follows it.
func (m *Message) parseHeaders(s string) (rest string, err error) {
	for {
		line, after, ok := cutLine(s)
		if !ok {
			return "", errNoHeaderEnd
		}
		if line == "" {
			return after, nil
		}
		if len(m.Headers) == MaxHeaders {
			return "", fmt.Errorf("more than %d header fields", MaxHeaders)
		}
		if s = after; s != "" && isSpace(s[0]) {
			if line, s, ok = unfold(line, s); !ok {
				return "", errNoHeaderEnd
			}
		}
		m.Headers = append(m.Headers, parseHeader(line))
	}
}

// parseHeader reads field-name HCOLON field-value. A line without a colon, or one that goes on with a line that is none,
// becomes a header field without a name, which Validate refuses.
func parseHeader(line string) Header {
	colon := span(line, tokenChar)
	if colon == len(line) || line[colon] != ':' {
		if colon = strings.IndexByte(line, ':'); colon < 0 || isSpace(line[0]) {
			return Header{Value: trim(line)}
		}
	}
	return Header{canonicalName(trimRight(line[:colon])), trim(line[colon+1:])}
}

// cutLine cuts one line, without its CRLF or LF, from s.
func cutLine(s string) (line, rest string, ok bool) {
	i := strings.IndexByte(s, '\n')
	if i < 0 {
		return s, "", false
	}
	line, rest = s[:i], s[i+1:]
	if i > 0 && line[i-1] == '\r' {
		line = line[:i-1]
	}
	return line, rest, true
}

// unfold joins a header field line with the continuation lines at the beginning of s. RFC 3261 §7.3.1: "The line break
// and the whitespace at the beginning of the next line are treated as a single SP character."
func unfold(line, s string) (joined, rest string, ok bool) {
	b := make([]byte, 0, len(line)+128)
	b = append(b, trimRight(line)...)
	for s != "" && isSpace(s[0]) {
		if line, s, ok = cutLine(s); !ok {
			return "", "", false
		}
		if line = trim(line); line != "" {
			b = append(append(b, ' '), line...)
		}
	}
	return string(b), s, true
}

// contentLength returns the value of the first Content-Length header field, false if there is none or it is no number.
func (m *Message) contentLength() (n int, ok bool) {
	for i := range m.Headers {
		if m.Headers[i].Name == "Content-Length" {
			v, err := parseUint32(m.Headers[i].Value)
			return int(min(v, 1<<31-1)), err == nil
		}
	}
	return 0, false
}
