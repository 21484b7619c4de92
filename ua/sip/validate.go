package sip

import (
	"errors"
	"fmt"
	"strings"
)

// A Fault says what is wrong with a message and which status a request is owed for it.
type Fault struct {
	Status int
	Reason string // for the status line: names the place, quotes nothing of the message
	Err    error
}

func (f *Fault) Error() string { return fmt.Sprintf("%d %s: %v", f.Status, f.Reason, f.Err) }

func (f *Fault) Unwrap() error { return f.Err }

// Lengths in octets beyond which a header field or a Request-URI is not worked on.
const (
	maxValue      = 8192
	maxRequestURI = 2048
)

// Validate checks a parsed message and returns nil or its first fault: for a request the status that it is owed (400, 414,
// 416, 505 or 513), for a response a reason to discard it. What depends on the receiver's abilities (405, 415, 420, 481 ...) is
// not looked at.
func Validate(m *Message) *Fault {
	if f := validateVersion(m); f != nil {
		return f
	}
	if m.IsRequest() && !isToken(m.Method) {
		return bad("Method", fmt.Errorf("method %q is not a token", excerpt(m.Method)))
	}
	for _, check := range [...]func(*Message) *Fault{validateNames, validateOnce, validateMandatory, validateAddresses, validateLength} {
		if f := check(m); f != nil {
			return f
		}
	}
	if !m.IsRequest() {
		return nil
	}
	return validateRequest(m)
}

// bad is a 400 for one place in the message.
func bad(place string, err error) *Fault { return &Fault{400, "Bad " + place, err} }

// validateVersion: RFC 3261 §21.5.6, 505 for a version that is not ours, 400 for what is no version at all
// (RFC 4475 §3.1.2.10: spaces behind it).
func validateVersion(m *Message) *Fault {
	if m.Version == "" || strings.EqualFold(m.Version, "SIP/2.0") {
		return nil
	}
	major, minor, ok := strings.Cut(m.Version[min(4, len(m.Version)):], ".")
	_, err1 := parseUint32(major)
	_, err2 := parseUint32(minor)
	if !ok || err1 != nil || err2 != nil {
		return bad("SIP-Version", fmt.Errorf("version %q is not \"SIP/2.0\"", excerpt(m.Version)))
	}
	return &Fault{505, ReasonPhrase(505), fmt.Errorf("version %q is not \"SIP/2.0\"", excerpt(m.Version))}
}

// validateNames looks at every header field: its name must be a token and its value of a size to work on.
func validateNames(m *Message) *Fault {
	for _, h := range m.Headers {
		if !isToken(h.Name) {
			return bad("Header Field", fmt.Errorf("header field name %q is not a token", excerpt(h.Name)))
		}
		// RFC 3261 §21.5.7: "unable to process the request since the message length exceeded its capabilities".
		if len(h.Value) > maxValue {
			return &Fault{513, ReasonPhrase(513), fmt.Errorf("header field %s has %d octets, more than %d", h.Name, len(h.Value), maxValue)}
		}
	}
	return nil
}

// validateOnce refuses a second line of what can only be said once (RFC 3261 §7.3.1, RFC 4475 §3.3.8 and §3.3.9).
func validateOnce(m *Message) *Fault {
	var seen [7]bool
	for _, h := range m.Headers {
		i := onceIndex(h.Name)
		if i < 0 {
			continue
		}
		if seen[i] {
			return &Fault{400, "Repeated " + h.Name, fmt.Errorf("header field %s stands there twice, the second time with %q", h.Name, excerpt(h.Value))}
		}
		seen[i] = true
	}
	return nil
}

func onceIndex(name string) int {
	switch name {
	case "From":
		return 0
	case "To":
		return 1
	case "Call-ID":
		return 2
	case "CSeq":
		return 3
	case "Max-Forwards":
		return 4
	case "Content-Length":
		return 5
	case "Content-Type":
		return 6
	}
	return -1
}

// validateMandatory: RFC 3261 §8.1.1, "A valid SIP request formulated by a UAC MUST, at a minimum, contain the following
// header fields: To, From, CSeq, Call-ID, Max-Forwards, and Via". RFC 2543 did not know Max-Forwards (RFC 4475 §3.4.1).
func validateMandatory(m *Message) *Fault {
	for _, name := range [...]string{"Via", "From", "To", "Call-ID", "CSeq"} {
		if m.Get(name) == "" {
			return &Fault{400, "Missing " + name, missing(name)}
		}
	}
	cseq, err := m.CSeq()
	if err != nil {
		return bad("CSeq", err)
	}
	// RFC 3261 §8.1.1.5: "The method MUST match that of the request."
	if m.IsRequest() && cseq.Method != m.Method {
		return bad("CSeq", fmt.Errorf("CSeq has method %q, the request line %q", excerpt(cseq.Method), excerpt(m.Method)))
	}
	return nil
}

// validateAddresses reads what every element must read: the Vias, From and To.
func validateAddresses(m *Message) *Fault {
	if err := eachValue(m, "Via", func(s string) error { _, err := ParseVia(s); return err }); err != nil {
		return bad("Via", err)
	}
	if _, err := m.From(); err != nil {
		return bad("From", err)
	}
	if _, err := m.To(); err != nil {
		return bad("To", err)
	}
	return nil
}

// validateLength: RFC 3261 §18.3, a datagram that ends before its body does is an error; octets too many are not.
func validateLength(m *Message) *Fault {
	value := m.Get("Content-Length")
	if value == "" && !m.Has("Content-Length") {
		return nil
	}
	n, err := parseUint32(value)
	if err != nil {
		return bad("Content-Length", fmt.Errorf("Content-Length: %w", err))
	}
	if int64(n) > int64(len(m.Body)) {
		return bad("Content-Length", fmt.Errorf("Content-Length says %d octets, %d came", n, len(m.Body)))
	}
	return nil
}

// validateRequest looks at what only a request has, or what only in a request is worth a refusal.
func validateRequest(m *Message) *Fault {
	if f := validateRequestURI(m.RequestURI); f != nil {
		return f
	}
	// RFC 4475 §3.2.1: the bare cookie names no transaction.
	if via, err := m.TopVia(); err == nil && via.Branch() == BranchCookie {
		return bad("Via Branch", fmt.Errorf("branch %q has nothing behind the cookie", BranchCookie))
	}
	if value := m.Get("Max-Forwards"); value != "" || m.Has("Max-Forwards") {
		if n, err := parseUint32(value); err != nil || n > 255 {
			return bad("Max-Forwards", fmt.Errorf("Max-Forwards %q is no number from 0 to 255", excerpt(value)))
		}
	}
	if m.Get("Contact") != "*" {
		if err := eachValue(m, "Contact", checkAddress); err != nil {
			return bad("Contact", err)
		}
	}
	for _, name := range [...]string{"Route", "Record-Route"} {
		if err := eachValue(m, name, checkAddress); err != nil {
			return bad(name, err)
		}
	}
	return nil
}

func checkAddress(s string) error { _, err := ParseAddress(s); return err }

// validateRequestURI: 416 for a scheme that is not ours (RFC 3261 §8.2.2.1), 400 for what is no URI.
func validateRequestURI(s string) *Fault {
	if len(s) > maxRequestURI {
		return &Fault{414, ReasonPhrase(414), fmt.Errorf("the Request-URI has %d octets, more than %d", len(s), maxRequestURI)}
	}
	u, err := ParseURI(s)
	switch {
	case err != nil:
		return bad("Request-URI", err)
	case !u.IsSIP() && u.Scheme != "tel":
		return &Fault{416, ReasonPhrase(416), fmt.Errorf("the Request-URI has scheme %q, not sip, sips or tel", excerpt(u.Scheme))}
	case u.Headers != "":
		// RFC 3261 §19.1.1: headers cannot stand in a Request-URI.
		return bad("Request-URI", fmt.Errorf("Request-URI %q carries header fields", excerpt(s)))
	}
	return nil
}

// eachValue checks every element of a list header field. Unlike Values it passes over none: an empty one is a fault.
func eachValue(m *Message, name string, check func(string) error) error {
	for _, h := range m.Headers {
		if h.Name != name {
			continue
		}
		for rest, more := h.Value, true; more; {
			var value string
			if value, rest, more = cutElement(rest); value == "" {
				return errors.New("an element of the list " + name + " is empty")
			}
			if err := check(value); err != nil {
				return err
			}
		}
	}
	return nil
}
