package sip

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// A Header is one header field line: folding undone, white space around the value removed, otherwise as received.
type Header struct {
	Name  string // canonical for known header fields ("Via" for "v"), as received otherwise
	Value string
}

// A Message is a request or a response (RFC 3261 §7). Strings of a parsed message share one copy of the datagram.
type Message struct {
	Method     string   // "INVITE"; empty in a response
	RequestURI string   // as received; see ParseURI
	Status     int      // 100 to 699; 0 in a request
	Reason     string   // reason phrase of a response
	Version    string   // "SIP/2.0"; empty is written as that
	Headers    []Header // in order, one entry a line
	Body       []byte
}

// inlineHeaders is the number of header fields that a message holds without a second allocation.
const inlineHeaders = 20

// newMessage returns an empty message with room for inlineHeaders header fields.
func newMessage() *Message {
	m := &struct {
		Message
		room [inlineHeaders]Header
	}{}
	m.Headers = m.room[:0]
	return &m.Message
}

// NewRequest returns a request without header fields.
func NewRequest(method, requestURI string) *Message {
	m := newMessage()
	m.Method, m.RequestURI, m.Version = method, requestURI, "SIP/2.0"
	return m
}

// IsRequest tells a request from a response.
func (m *Message) IsRequest() bool { return m.Status == 0 }

// Get returns the value of the first header field of that name, "" if there is none. The name may be written in any case
// and in its compact form.
func (m *Message) Get(name string) string {
	if i := m.index(name); i >= 0 {
		return m.Headers[i].Value
	}
	return ""
}

// Has tells whether there is a header field of that name.
func (m *Message) Has(name string) bool { return m.index(name) >= 0 }

// Values yields every value of a header field, from every line. Comma-separated lists are taken apart where the header
// field is one (Via, Route, Contact, Allow, Supported ...); empty list elements are passed over.
func (m *Message) Values(name string) iter.Seq[string] {
	name = canonicalName(name)
	return func(yield func(string) bool) {
		list := isList(name)
		for _, h := range m.Headers {
			if !sameName(h.Name, name) {
				continue
			}
			if !list {
				if !yield(h.Value) {
					return
				}
				continue
			}
			for rest, more := h.Value, true; more; {
				var value string
				if value, rest, more = cutElement(rest); value != "" && !yield(value) {
					return
				}
			}
		}
	}
}

// Add appends a header field.
func (m *Message) Add(name, value string) {
	m.Headers = append(m.Headers, Header{canonicalName(name), value})
}

// Prepend puts a header field before all others.
func (m *Message) Prepend(name, value string) {
	m.Headers = slices.Insert(m.Headers, 0, Header{canonicalName(name), value})
}

// Set replaces the first header field of that name and removes its other lines; without one it appends.
func (m *Message) Set(name, value string) {
	i := m.index(name)
	if i < 0 {
		m.Add(name, value)
		return
	}
	m.Headers[i].Value = value
	m.Headers = append(m.Headers[:i+1], without(m.Headers[i+1:], m.Headers[i].Name)...)
}

// Del removes every header field of that name.
func (m *Message) Del(name string) { m.Headers = without(m.Headers, canonicalName(name)) }

func without(headers []Header, name string) []Header {
	return slices.DeleteFunc(headers, func(h Header) bool { return sameName(h.Name, name) })
}

// Clone returns a copy that shares no memory that either could change.
func (m *Message) Clone() *Message {
	c := newMessage()
	headers := append(c.Headers, m.Headers...)
	*c = *m
	c.Headers, c.Body = headers, slices.Clone(m.Body)
	return c
}

// CallID returns the value of the Call-ID header field.
func (m *Message) CallID() string {
	if i := m.find("Call-ID"); i >= 0 {
		return m.Headers[i].Value
	}
	return ""
}

// TopVia reads the first value of the first Via header field.
func (m *Message) TopVia() (Via, error) {
	i := m.find("Via")
	if i < 0 {
		return Via{}, missing("Via")
	}
	value, _, _ := cutElement(m.Headers[i].Value)
	return ParseVia(value)
}

// SetTopVia replaces the first value of the first Via header field and leaves the values behind it alone.
func (m *Message) SetTopVia(v Via) {
	i := m.index("Via")
	if i < 0 {
		m.Prepend("Via", v.String())
		return
	}
	_, rest, more := cutElement(m.Headers[i].Value)
	m.Headers[i].Value = v.String()
	if more {
		m.Headers[i].Value += ", " + rest
	}
}

// From reads the From header field.
func (m *Message) From() (Address, error) { return m.address("From") }

// To reads the To header field.
func (m *Message) To() (Address, error) { return m.address("To") }

// Contact reads the first value of the Contact header field. The "*" of a REGISTER is not an address.
func (m *Message) Contact() (Address, error) {
	i := m.find("Contact")
	if i < 0 {
		return Address{}, missing("Contact")
	}
	value, _, _ := cutElement(m.Headers[i].Value)
	return ParseAddress(value)
}

// CSeq reads the CSeq header field.
func (m *Message) CSeq() (CSeq, error) {
	i := m.find("CSeq")
	if i < 0 {
		return CSeq{}, missing("CSeq")
	}
	return ParseCSeq(m.Headers[i].Value)
}

func (m *Message) address(name string) (Address, error) {
	i := m.find(name)
	if i < 0 {
		return Address{}, missing(name)
	}
	return ParseAddress(m.Headers[i].Value)
}

// index returns the place of the first header field of that name, -1 if there is none.
func (m *Message) index(name string) int { return m.find(canonicalName(name)) }

// find is index for a name that is canonical already.
func (m *Message) find(name string) int {
	for i := range m.Headers {
		if sameName(m.Headers[i].Name, name) {
			return i
		}
	}
	return -1
}

// sameName compares two canonical names. Names nobody knows keep the case they came in.
func sameName(a, b string) bool { return len(a) == len(b) && (a == b || strings.EqualFold(a, b)) }

func missing(name string) error { return fmt.Errorf("no %s header field", name) }
