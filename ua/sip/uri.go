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
	var u URI
	if err := u.parse(s); err != nil {
		return URI{}, err
	}
	return u, nil
}

func (u *URI) parse(s string) error {
	colon := span(s, schemeChar)
	if colon == len(s) || s[colon] != ':' || !isScheme(s[:colon]) {
		return fmt.Errorf("URI %q has no scheme such as \"sip:\"", excerpt(s))
	}
	u.Scheme = lowerScheme(s[:colon])
	var err error
	switch rest := s[colon+1:]; u.Scheme {
	case "sip", "sips":
		err = u.parseSIP(rest)
	case "tel":
		err = u.parseTel(rest)
	default:
		u.Opaque = rest
		err = checkURIChars(rest)
	}
	if err != nil {
		return fmt.Errorf("URI %q: %w", excerpt(s), err)
	}
	return nil
}

// parseSIP reads [userinfo "@"] hostport uri-parameters [headers].
func (u *URI) parseSIP(s string) error {
	// "@" must be escaped everywhere else, and the user part may hold ";" and "?" itself (RFC 4475 §3.1.1.9).
	user := span(s, userChar)
	at := user
	if user < len(s) && s[user] == ':' {
		at += max(0, strings.IndexByte(s[user:], '@'))
	}
	if at < len(s) && s[at] == '@' {
		if user == 0 {
			return fmt.Errorf("no user before \"@\"")
		}
		u.User, u.Password, s = s[:user], s[min(user+1, at):at], s[at+1:]
		if err := checkURIChars(u.Password); err != nil {
			return err
		}
	}
	var err error
	if u.Host, u.Port, s, err = cutHost(s); err != nil || s == "" {
		return err
	}
	if q := strings.IndexByte(s, '?'); q >= 0 {
		s, u.Headers = s[:q], s[q+1:]
		if err := checkURIChars(u.Headers); err != nil {
			return err
		}
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
	if err := checkURIChars(u.User); err != nil {
		return err
	}
	var err error
	u.Params, err = parseURIParams(s[end:])
	return err
}

// parseURIParams checks the parameters of a URI. Their names may hold more than a token's (RFC 3261 §25.1 paramchar).
func parseURIParams(s string) (Params, error) {
	if isPlainParams(s) {
		return Params(s), nil
	}
	if s[0] != ';' {
		return "", fmt.Errorf("%q follows the host", excerpt(s))
	}
	if err := checkURIChars(s); err != nil {
		return "", err
	}
	for rest := s; rest != ""; {
		var name string
		if name, _, rest = cutParam(rest); name == "" {
			return "", fmt.Errorf("a parameter in %q has no name", excerpt(s))
		}
	}
	return Params(s), nil
}

func checkURIChars(s string) error {
	if n := span(s, uriChar); n != len(s) {
		return fmt.Errorf("%q cannot stand in a URI", s[n])
	}
	return nil
}

// isScheme tells whether s, made of schemeChar, begins with a letter.
func isScheme(s string) bool { return s != "" && 'a' <= s[0]|0x20 && s[0]|0x20 <= 'z' }

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

// Secure returns the way to the same place that is taken for a SIPS resource: TLS and nothing else. A port that was given
// for another transport says nothing of where TLS is.
func (u URI) Secure() URI {
	if u.Scheme != "sip" {
		return u
	}
	u.Scheme = "sips"
	if by, _ := u.Params.Get("transport"); !strings.EqualFold(by, "tls") {
		u.Port, u.Params = 0, u.Params.Without("transport")
	}
	return u
}
