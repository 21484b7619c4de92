package sip

import (
	"fmt"
	"strings"
)

// A URI is a SIP, SIPS (RFC 3261 §19.1) or tel URI (RFC 3966), or one of a scheme that this package does not know, whose
// text is kept.
type URI struct {
	Scheme   string // in lower case
	User     string // of sip and sips, as received (escapes kept); the number of a tel URI
	Password string
	Host     string // without the brackets of an IPv6 reference
	Port     uint16 // 0 if none is given
	Params   Params
	Headers  string // behind the "?", as received
	Opaque   string // all that follows the ":" of an unknown scheme
}

// ParseURI reads a URI. It must fill the whole text: white space anywhere is an error.
func ParseURI(s string) (URI, error) {
	if n := span(s, uriChar); n != len(s) {
		return URI{}, fmt.Errorf("URI %q: %q cannot stand in a URI", excerpt(s), s[n])
	}
	colon := strings.IndexByte(s, ':')
	if colon < 0 || !isScheme(s[:colon]) {
		return URI{}, fmt.Errorf("URI %q has no scheme such as \"sip:\"", excerpt(s))
	}
	u := URI{Scheme: lowerScheme(s[:colon])}
	var err error
	switch rest := s[colon+1:]; u.Scheme {
	case "sip", "sips":
		err = u.parseSIP(rest)
	case "tel":
		err = u.parseTel(rest)
	default:
		u.Opaque = rest
	}
	if err != nil {
		return URI{}, fmt.Errorf("URI %q: %w", excerpt(s), err)
	}
	return u, nil
}

// parseSIP reads [userinfo "@"] hostport uri-parameters [headers].
func (u *URI) parseSIP(s string) error {
	// "@" must be escaped everywhere else, and the user part may hold ";" and "?" itself (RFC 4475 §3.1.1.9).
	if at := strings.IndexByte(s, '@'); at >= 0 {
		if at == 0 {
			return fmt.Errorf("no user before \"@\"")
		}
		u.User, s = s[:at], s[at+1:]
		if colon := strings.IndexByte(u.User, ':'); colon >= 0 {
			u.User, u.Password = u.User[:colon], u.User[colon+1:]
		}
	}
	var err error
	if u.Host, u.Port, s, err = cutHost(s); err != nil {
		return err
	}
	if q := strings.IndexByte(s, '?'); q >= 0 {
		s, u.Headers = s[:q], s[q+1:]
	}
	u.Params, err = parseURIParams(s)
	return err
}

// parseTel reads the number and the parameters of RFC 3966 §3.
func (u *URI) parseTel(s string) error {
	end := strings.IndexByte(s, ';')
	if end < 0 {
		end = len(s)
	}
	if end == 0 {
		return fmt.Errorf("no telephone number")
	}
	u.User = s[:end]
	var err error
	u.Params, err = parseURIParams(s[end:])
	return err
}

// parseURIParams checks the parameters of a URI. Their octets are those of a URI already; names may hold more than a
// token's (RFC 3261 §25.1 paramchar).
func parseURIParams(s string) (Params, error) {
	if s == "" {
		return "", nil
	}
	if s[0] != ';' {
		return "", fmt.Errorf("%q follows the host", excerpt(s))
	}
	for rest := s; rest != ""; {
		var name string
		if name, _, rest = cutParam(rest); name == "" {
			return "", fmt.Errorf("a parameter in %q has no name", excerpt(s))
		}
	}
	return Params(s), nil
}

// isScheme tells whether s is ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ).
func isScheme(s string) bool {
	for i := range len(s) {
		switch c := s[i] | 0x20; {
		case 'a' <= c && c <= 'z':
		case i > 0 && ('0' <= s[i] && s[i] <= '9' || s[i] == '+' || s[i] == '-' || s[i] == '.'):
		default:
			return false
		}
	}
	return s != ""
}

func lowerScheme(s string) string {
	switch s {
	case "sip", "sips", "tel":
		return s
	}
	return strings.ToLower(s)
}

// IsSIP tells whether the scheme is sip or sips.
func (u URI) IsSIP() bool { return u.Scheme == "sip" || u.Scheme == "sips" }

// IsZero tells whether the URI is empty.
func (u URI) IsZero() bool { return u == URI{} }

// HostPort returns host and port as they are written in a URI, an IPv6 address in brackets, the port only if given.
func (u URI) HostPort() string { return string(appendHost(nil, u.Host, u.Port)) }

func (u URI) String() string { return string(u.AppendTo(nil)) }

// AppendTo appends the URI to dst.
func (u URI) AppendTo(dst []byte) []byte {
	dst = append(append(dst, u.Scheme...), ':')
	switch u.Scheme {
	case "sip", "sips":
		if u.User != "" {
			dst = append(dst, u.User...)
			if u.Password != "" {
				dst = append(append(dst, ':'), u.Password...)
			}
			dst = append(dst, '@')
		}
		dst = appendHost(dst, u.Host, u.Port)
	case "tel":
		dst = append(dst, u.User...)
	default:
		return append(dst, u.Opaque...)
	}
	dst = append(dst, u.Params...)
	if u.Headers != "" {
		dst = append(append(dst, '?'), u.Headers...)
	}
	return dst
}
