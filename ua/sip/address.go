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
	var a Address
	if err := a.parse(trim(s)); err != nil {
		return Address{}, fmt.Errorf("address %q: %w", excerpt(s), err)
	}
	return a, nil
}

func (a *Address) parse(s string) error {
	open := 0
	if s != "" && s[0] == '"' {
		end := quotedEnd(s)
		if end < 0 {
			return fmt.Errorf("the quoted display name does not end")
		}
		a.Display = unescapeQuoted(s[1:end])
		if s = trimLeft(s[end+1:]); s == "" || s[0] != '<' {
			return fmt.Errorf("no \"<\" behind the display name")
		}
	} else if s != "" && s[0] == '<' {
		return a.parseBracketed(s)
	} else if open = strings.IndexByte(s, '<'); open < 0 || strings.IndexByte(s[:open], '"') >= 0 {
		return a.parseAddrSpec(s)
	} else if a.Display = trimRight(s[:open]); strings.IndexByte(a.Display, ',') >= 0 {
		// RFC 3261 §25.1 makes an unquoted display name a row of tokens. The field is less strict; a comma, though,
		// would make it two values of a list (RFC 4475 §3.1.2.15).
		return fmt.Errorf("display name %q holds a comma and must be quoted", excerpt(a.Display))
	}
	return a.parseBracketed(s[open:])
}

// parseBracketed reads "<" URI ">" and the parameters. White space inside the brackets is ignored (RFC 4475 §3.1.2.14
// allows either).
func (a *Address) parseBracketed(s string) error {
	end := strings.IndexByte(s, '>')
	if end < 0 {
		return fmt.Errorf("no \">\" behind the URI")
	}
	if err := a.URI.parse(trim(s[1:end])); err != nil {
		return err
	}
	var err error
	a.Params, err = parseParams(s[end+1:])
	return err
}

// parseAddrSpec reads a URI without brackets and the parameters. RFC 3261 §20: "If the URI is not enclosed in angle
// brackets, any semicolon-delimited parameters are header-parameters, not URI parameters", and "if the URI contains a
// comma, question mark or semicolon, the URI MUST be enclosed in angle brackets".
func (a *Address) parseAddrSpec(s string) error {
	end := strings.IndexByte(s, ';')
	if end < 0 {
		end = len(s)
	}
	uri := trimRight(s[:end])
	if i := strings.IndexAny(uri, ",?"); i >= 0 {
		return fmt.Errorf("a URI with %q must stand in angle brackets", uri[i])
	}
	if err := a.URI.parse(uri); err != nil {
		return err
	}
	var err error
	a.Params, err = parseParams(s[end:])
	return err
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
