package sip

import (
	"bytes"
	"strconv"
	"strings"
)

// Append writes the message to dst as it goes on the wire. Content-Length is always written, from the length of the body,
// in the place of the first one in the list or else at the end. A line break inside a header field or the start line is
// written as a space, in a header field name as "?", so that no value can become a header field of its own.
func (m *Message) Append(dst []byte) []byte {
	begin := len(dst)
	dst, lines := m.appendHead(dst)
	head := dst[begin:]
	if bytes.Count(head, []byte{'\n'}) != lines || bytes.Count(head, []byte{'\r'}) != lines {
		dst, _ = m.withoutLineBreaks().appendHead(dst[:begin])
	}
	return append(dst, m.Body...)
}

func (m *Message) String() string { return string(m.Append(nil)) }

// appendHead appends everything before the body and tells how many lines that was.
func (m *Message) appendHead(dst []byte) (head []byte, lines int) {
	dst = m.appendStartLine(dst)
	lines = 2 // the start line and the empty one
	length := false
	for i := range m.Headers {
		h := &m.Headers[i]
		if len(h.Name) == len("Content-Length") && sameName(h.Name, "Content-Length") {
			if length {
				continue
			}
			dst, length = m.appendContentLength(dst), true
			lines++
			continue
		}
		dst = append(dst, h.Name...)
		dst = append(dst, ": "...)
		dst = append(dst, h.Value...)
		dst = append(dst, "\r\n"...)
		lines++
	}
	if !length {
		dst = m.appendContentLength(dst)
		lines++
	}
	return append(dst, "\r\n"...), lines
}

func (m *Message) appendStartLine(dst []byte) []byte {
	version := m.Version
	if version == "" {
		version = "SIP/2.0"
	}
	if m.IsRequest() {
		dst = append(dst, m.Method...)
		dst = append(append(dst, ' '), m.RequestURI...)
		dst = append(append(dst, ' '), version...)
	} else {
		dst = append(append(dst, version...), ' ')
		dst = strconv.AppendInt(dst, int64(m.Status), 10)
		dst = append(append(dst, ' '), m.Reason...)
	}
	return append(dst, "\r\n"...)
}

func (m *Message) appendContentLength(dst []byte) []byte {
	dst = append(dst, "Content-Length: "...)
	dst = strconv.AppendInt(dst, int64(len(m.Body)), 10)
	return append(dst, "\r\n"...)
}

// withoutLineBreaks returns a copy of the message whose head has a space in place of each CR and LF.
func (m *Message) withoutLineBreaks() *Message {
	oneLine := strings.NewReplacer("\r", " ", "\n", " ").Replace
	oneWord := strings.NewReplacer("\r", "?", "\n", "?").Replace
	c := m.Clone()
	c.Method, c.RequestURI, c.Reason, c.Version = oneLine(m.Method), oneLine(m.RequestURI), oneLine(m.Reason), oneLine(m.Version)
	for i, h := range c.Headers {
		c.Headers[i] = Header{oneWord(h.Name), oneLine(h.Value)}
	}
	return c
}
