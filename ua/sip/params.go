package sip

import (
	"fmt"
	"iter"
	"strings"
)

// Params are the parameters behind a URI or a header field value, as received: ";a=b;c". White space around ";" and "="
// is allowed and ignored.
type Params string

// Get returns the value of a parameter, unquoted, and whether the parameter is there; a parameter without "=" has the
// value "". Names are compared without regard to case.
func (p Params) Get(name string) (value string, ok bool) {
	for rest := string(p); rest != ""; {
		var n, v string
		if n, v, rest = cutParam(rest); len(n) == len(name) && strings.EqualFold(n, name) {
			return Unquote(v), true
		}
	}
	return "", false
}

// Has tells whether a parameter is there.
func (p Params) Has(name string) bool {
	_, ok := p.Get(name)
	return ok
}

// All yields every parameter in order with its value unquoted.
func (p Params) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for rest := string(p); rest != ""; {
			var n, v string
			if n, v, rest = cutParam(rest); n != "" && !yield(n, Unquote(v)) {
				return
			}
		}
	}
}

// With returns the parameters with one set: in its old place if it was there, at the end if not. An empty value is
// written without "=". A value that is neither a token nor a host is quoted.
func (p Params) With(name, value string) Params {
	param := ";" + name
	if value != "" {
		param += "=" + quoteUnlessPlain(value)
	}
	var b strings.Builder
	found := false
	for rest := string(p); rest != ""; {
		before := rest
		var n string
		n, _, rest = cutParam(rest)
		switch {
		case !strings.EqualFold(n, name):
			b.WriteString(before[:len(before)-len(rest)])
		case !found:
			b.WriteString(param)
			found = true
		}
	}
	if !found {
		b.WriteString(param)
	}
	return Params(b.String())
}

// Without returns the parameters less one.
func (p Params) Without(name string) Params {
	if !p.Has(name) {
		return p
	}
	var b strings.Builder
	for rest := string(p); rest != ""; {
		before := rest
		var n string
		if n, _, rest = cutParam(rest); !strings.EqualFold(n, name) {
			b.WriteString(before[:len(before)-len(rest)])
		}
	}
	return Params(b.String())
}

// quoteUnlessPlain quotes a value that is not made of the octets of a token, a host or an IPv6 reference.
func quoteUnlessPlain(value string) string {
	for i := range len(value) {
		switch c := value[i]; {
		case charClasses[c]&tokenChar != 0, c == '[', c == ']', c == ':':
		default:
			return quote(value)
		}
	}
	return value
}

// cutParam cuts the first parameter from s, which begins with its ";". The value is as received, quotes included.
func cutParam(s string) (name, value, rest string) {
	if s[0] == ';' {
		s = s[1:]
	}
	end, equals := len(s), -1
scan:
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ';':
			end = i
			break scan
		case '=':
			if equals < 0 {
				equals = i
			}
		case '"':
			n := quotedEnd(s[i:])
			if n < 0 {
				break scan
			}
			i += n
		}
	}
	if equals < 0 {
		return trim(s[:end]), "", s[end:]
	}
	return trim(s[:equals]), trim(s[equals+1 : end]), s[end:]
}

// parseParams checks that s is empty or a row of parameters that each have a name and, behind "=", a value.
func parseParams(s string) (Params, error) {
	if isPlainParams(s) {
		return Params(s), nil
	}
	s = trim(s)
	if s != "" && s[0] != ';' {
		return "", fmt.Errorf("%q where a parameter must begin with \";\"", excerpt(s))
	}
	for rest := s; rest != ""; {
		var name, value string
		before := rest
		name, value, rest = cutParam(rest)
		if span(name, tokenChar) != len(name) || name == "" {
			return "", fmt.Errorf("parameter %q has no token for a name", excerpt(name))
		}
		if err := checkParamValue(value); err != nil {
			return "", fmt.Errorf("parameter %s: %w", name, err)
		}
		if value == "" && strings.IndexByte(before[:len(before)-len(rest)], '=') >= 0 {
			return "", fmt.Errorf("parameter %s has no value behind \"=\"", name)
		}
	}
	return Params(s), nil
}

// isPlainParams tells, in one pass, whether s is a row of parameters without white space, quotes or anything odd, as
// nearly all are.
func isPlainParams(s string) bool {
	for i := 0; i < len(s); {
		if s[i] != ';' {
			return false
		}
		i++
		n := span(s[i:], tokenChar)
		if n == 0 {
			return false
		}
		if i += n; i < len(s) && s[i] == '=' {
			i++
			if n = span(s[i:], valueChar); n == 0 {
				return false
			}
			i += n
		}
	}
	return true
}

// checkParamValue accepts a quoted-string, or any row of octets without white space and quotes: the grammar wants a token
// or a host, and received=[2001:db8::1] is neither (RFC 5118 §4.5).
func checkParamValue(value string) error {
	if value != "" && value[0] == '"' {
		if quotedEnd(value) != len(value)-1 {
			return fmt.Errorf("quoted-string %q does not end where its quote does", excerpt(value))
		}
		return nil
	}
	if n := span(value, uriChar); n != len(value) || strings.IndexByte(value, ',') >= 0 {
		return fmt.Errorf("value %q is neither a token, a host nor a quoted-string", excerpt(value))
	}
	return nil
}
