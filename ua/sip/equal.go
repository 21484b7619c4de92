package sip

import "strings"

// Equal compares two URIs as RFC 3261 §19.1.4 says (RFC 3966 §5 for tel).
func (u URI) Equal(v URI) bool {
	if u.Scheme != v.Scheme {
		return false
	}
	switch u.Scheme {
	case "sip", "sips":
		return sameEscaped(u.User, v.User, false) && sameEscaped(u.Password, v.Password, false) &&
			sameHost(u.Host, v.Host) && u.Port == v.Port &&
			sameURIParams(u.Params, v.Params) && sameURIParams(v.Params, u.Params) &&
			sameURIHeaders(u.Headers, v.Headers) && sameURIHeaders(v.Headers, u.Headers)
	case "tel":
		return strings.EqualFold(dialable(u.User), dialable(v.User)) && allParamsIn(u.Params, v.Params) && allParamsIn(v.Params, u.Params)
	}
	return u.Opaque == v.Opaque
}

// sameURIParams looks at each parameter of p. "Any uri-parameter appearing in both URIs must match"; user, ttl, method,
// maddr and, by the examples of that section, transport must not be missing in one; "all other uri-parameters appearing in
// only one URI are ignored".
func sameURIParams(p, q Params) bool {
	for name := range p.All() {
		value, _ := p.Get(name) // the first, should the name stand there twice
		other, ok := q.Get(name)
		switch {
		case ok && !sameEscaped(value, other, true):
			return false
		case !ok && decides(name):
			return false
		}
	}
	return true
}

func decides(name string) bool {
	switch strings.ToLower(name) {
	case "user", "ttl", "method", "maddr", "transport":
		return true
	}
	return false
}

func allParamsIn(p, q Params) bool {
	for name := range p.All() {
		value, _ := p.Get(name)
		if other, ok := q.Get(name); !ok || !strings.EqualFold(value, other) {
			return false
		}
	}
	return true
}

// sameURIHeaders: "URI header components are never ignored"; their order does not matter.
func sameURIHeaders(a, b string) bool {
	for a != "" {
		var field string
		field, a, _ = strings.Cut(a, "&")
		if !hasURIHeader(b, field) {
			return false
		}
	}
	return true
}

func hasURIHeader(headers, field string) bool {
	name, value, _ := strings.Cut(field, "=")
	for headers != "" {
		var other string
		other, headers, _ = strings.Cut(headers, "&")
		if n, v, _ := strings.Cut(other, "="); sameEscaped(n, name, true) && sameEscaped(v, value, false) {
			return true
		}
	}
	return false
}

// dialable removes the visual separators of a telephone number (RFC 3966 §3).
func dialable(number string) string {
	if !strings.ContainsAny(number, "-.()") {
		return number
	}
	return strings.NewReplacer("-", "", ".", "", "(", "", ")", "").Replace(number)
}
