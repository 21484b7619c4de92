package sip

import (
	"fmt"
	"strings"
)

// An Address is the value of From, To, Contact, Route and their like: name-addr or addr-spec with parameters
// (RFC 3261 §20.10, §25.1).
type Address struct {
	Display string // unquoted; empty if none
	URI     URI
	Params  Params // of the header field, not of the URI
}

// ParseAddress reads one address.
func ParseAddress(s string) (Address, error) {
	s = trim(s)
	a, rest, err := parseNameAddr(s)
	if err == nil {
		a.Params, err = parseParams(rest)
	}
	if err != nil {
		return Address{}, fmt.Errorf("address %q: %w", excerpt(s), err)
	}
	return a, nil
}

// parseNameAddr reads the address up to its parameters.
func parseNameAddr(s string) (a Address, rest string, err error) {
	if s != "" && s[0] == '"' {
		end := quotedEnd(s)
		if end < 0 {
			return a, "", fmt.Errorf("the quoted display name does not end")
		}
		a.Display = Unquote(s[:end+1])
		s = trimLeft(s[end+1:])
		if s == "" || s[0] != '<' {
			return a, "", fmt.Errorf("no \"<\" behind the display name")
		}
		return parseBracketed(a, s)
	}
	open := strings.IndexByte(s, '<')
	if open < 0 || strings.IndexByte(s[:open], '"') >= 0 {
		return parseAddrSpec(s)
	}
	// RFC 3261 §25.1 makes an unquoted display name a row of tokens. The field is less strict; a comma, though, would
	// make it two values of a list (RFC 4475 §3.1.2.15).
	a.Display = trimRight(s[:open])
	if strings.IndexByte(a.Display, ',') >= 0 {
		return a, "", fmt.Errorf("display name %q holds a comma and must be quoted", excerpt(a.Display))
	}
	return parseBracketed(a, s[open:])
}

// parseBracketed reads "<" URI ">". White space inside the brackets is ignored (RFC 4475 §3.1.2.14 allows either).
func parseBracketed(a Address, s string) (Address, string, error) {
	end := strings.IndexByte(s, '>')
	if end < 0 {
		return a, "", fmt.Errorf("no \">\" behind the URI")
	}
	var err error
	a.URI, err = ParseURI(trim(s[1:end]))
	return a, s[end+1:], err
}

// parseAddrSpec reads a URI without brackets. RFC 3261 §20: "If the URI is not enclosed in angle brackets, any
// semicolon-delimited parameters are header-parameters, not URI parameters", and "if the URI contains a comma, question
// mark or semicolon, the URI MUST be enclosed in angle brackets".
func parseAddrSpec(s string) (a Address, rest string, err error) {
	end := strings.IndexByte(s, ';')
	if end < 0 {
		end = len(s)
	}
	uri := trimRight(s[:end])
	if i := strings.IndexAny(uri, ",?"); i >= 0 {
		return a, "", fmt.Errorf("a URI with %q must stand in angle brackets", uri[i])
	}
	a.URI, err = ParseURI(uri)
	return a, s[end:], err
}

// Tag returns the tag parameter of From and To, "" if there is none.
func (a Address) Tag() string {
	tag, _ := a.Params.Get("tag")
	return tag
}

// WithTag returns the address with its tag parameter set.
func (a Address) WithTag(tag string) Address {
	a.Params = a.Params.With("tag", tag)
	return a
}

func (a Address) String() string { return string(a.AppendTo(nil)) }

// AppendTo appends the address to dst as a name-addr, the display name quoted.
func (a Address) AppendTo(dst []byte) []byte {
	if a.Display != "" {
		dst = append(appendQuoted(dst, a.Display), ' ')
	}
	dst = append(a.URI.AppendTo(append(dst, '<')), '>')
	return append(dst, a.Params...)
}
