package digest

import (
	"fmt"
	"strings"
)

// maxParams is the number of parameters beyond which a header field value is not read; RFC 7616 knows 14.
const maxParams = 32

// parseParams reads `Digest name=value, name="value", ...` and returns the parameters by their name in lower case. White
// space is allowed around "," and "="; any value may be quoted or not, because peers differ about which are. A line break is
// read as the white space that it folds to (RFC 3261 §7.3.1).
func parseParams(value string) (map[string]string, error) {
	value = strings.NewReplacer("\r", " ", "\n", " ").Replace(value)
	scheme, rest, _ := strings.Cut(strings.TrimLeft(value, " \t"), " ")
	if !strings.EqualFold(scheme, "Digest") {
		return nil, fmt.Errorf("authentication scheme %q is not \"Digest\"", excerpt(scheme))
	}
	params := map[string]string{}
	for rest = skip(rest); rest != ""; rest = skip(rest) {
		var name, v string
		var err error
		if name, v, rest, err = cutParam(rest); err != nil {
			return nil, err
		}
		if _, twice := params[name]; twice {
			return nil, fmt.Errorf("parameter %s stands there twice", name)
		}
		if len(params) == maxParams {
			return nil, fmt.Errorf("more than %d parameters", maxParams)
		}
		params[name] = v
	}
	return params, nil
}

// skip passes over white space and commas; empty list elements are legal (RFC 7230 §7).
func skip(s string) string { return strings.TrimLeft(s, " \t,") }

// cutParam cuts one name=value from s.
func cutParam(s string) (name, value, rest string, err error) {
	name, rest, ok := strings.Cut(s, "=")
	name = strings.ToLower(strings.TrimRight(name, " \t"))
	if !ok || name == "" || strings.ContainsAny(name, " \t,\"") {
		return "", "", "", fmt.Errorf("%q where name=value was expected", excerpt(s))
	}
	rest = strings.TrimLeft(rest, " \t")
	if strings.HasPrefix(rest, `"`) {
		if value, rest, ok = cutQuoted(rest); !ok {
			return "", "", "", fmt.Errorf("the quoted value of %s does not end", name)
		}
	} else {
		end := strings.IndexByte(rest, ',')
		if end < 0 {
			end = len(rest)
		}
		value, rest = strings.TrimRight(rest[:end], " \t"), rest[end:]
	}
	if next := strings.TrimLeft(rest, " \t"); next != "" && next[0] != ',' {
		return "", "", "", fmt.Errorf("%q behind the value of %s where a comma was expected", excerpt(next), name)
	}
	return name, value, rest, nil
}

// cutQuoted cuts a quoted-string from the beginning of s and undoes its quoting.
func cutQuoted(s string) (value, rest string, ok bool) {
	var b []byte
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return string(b), s[i+1:], true
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b = append(b, s[i])
	}
	return "", "", false
}

// appendParam appends `, name=value`; the comma is left out behind the scheme.
func appendParam(b []byte, name, value string, quoted bool) []byte {
	if b[len(b)-1] != ' ' {
		b = append(b, ", "...)
	}
	b = append(append(b, name...), '=')
	if !quoted {
		return append(b, value...)
	}
	b = append(b, '"')
	for i := range len(value) {
		switch value[i] {
		case '\r', '\n': // could end the header field
			continue
		case '"', '\\':
			b = append(b, '\\')
		}
		b = append(b, value[i])
	}
	return append(b, '"')
}

// excerpt shortens text from the network for an error message.
func excerpt(s string) string {
	const limit = 80
	if len(s) <= limit {
		return s
	}
	return s[:limit] + "…"
}
