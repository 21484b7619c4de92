package digest

import "fmt"

// Credentials are the value of an Authorization or Proxy-Authorization header field (RFC 7616 §3.4).
type Credentials struct {
	Username, Realm, Nonce, URI, Response string
	Algorithm, Opaque                     string
	QOP, CNonce, NC                       string // all empty in the form of RFC 2069; NC is 8 hexadecimal digits
}

// ParseCredentials reads credentials of scheme Digest.
func ParseCredentials(value string) (Credentials, error) {
	p, err := parseParams(value)
	if err != nil {
		return Credentials{}, fmt.Errorf("credentials: %w", err)
	}
	for _, name := range [...]string{"username", "realm", "nonce", "uri", "response"} {
		if _, ok := p[name]; !ok {
			return Credentials{}, fmt.Errorf("credentials have no %s", name)
		}
	}
	return Credentials{
		Username: p["username"], Realm: p["realm"], Nonce: p["nonce"], URI: p["uri"], Response: p["response"],
		Algorithm: p["algorithm"], Opaque: p["opaque"], QOP: p["qop"], CNonce: p["cnonce"], NC: p["nc"],
	}, nil
}

// String writes the credentials as a header field value.
func (c Credentials) String() string {
	b := []byte("Digest ")
	b = appendParam(b, "username", c.Username, true)
	b = appendParam(b, "realm", c.Realm, true)
	b = appendParam(b, "nonce", c.Nonce, true)
	b = appendParam(b, "uri", c.URI, true)
	b = appendParam(b, "response", c.Response, true)
	if c.Algorithm != "" {
		b = appendParam(b, "algorithm", c.Algorithm, false)
	}
	if c.CNonce != "" {
		b = appendParam(b, "cnonce", c.CNonce, true)
	}
	if c.Opaque != "" {
		b = appendParam(b, "opaque", c.Opaque, true)
	}
	if c.QOP != "" {
		b = appendParam(b, "qop", c.QOP, false)
		b = appendParam(b, "nc", c.NC, false)
	}
	return string(b)
}

// response computes the request-digest (RFC 7616 §3.4.1) that the credentials must carry for that password.
func (c Credentials) response(a algorithm, password, method string, body []byte) string {
	// RFC 7616 §3.4.2: A1 = unq(username) ":" unq(realm) ":" passwd
	a1 := a.sum(c.Username + ":" + c.Realm + ":" + password)
	if a.session {
		// A1 = H( unq(username) ":" unq(realm) ":" passwd ) ":" unq(nonce) ":" unq(cnonce)
		a1 = a.sum(a1 + ":" + c.Nonce + ":" + c.CNonce)
	}
	// RFC 7616 §3.4.3: A2 = Method ":" request-uri, and for auth-int ":" H(entity-body)
	a2 := method + ":" + c.URI
	if c.QOP == "auth-int" {
		a2 += ":" + a.sum(string(body))
	}
	if c.QOP == "" {
		// RFC 2069 §2.1.2: H( H(A1) ":" unq(nonce) ":" H(A2) )
		return a.sum(a1 + ":" + c.Nonce + ":" + a.sum(a2))
	}
	return a.sum(a1 + ":" + c.Nonce + ":" + c.NC + ":" + c.CNonce + ":" + c.QOP + ":" + a.sum(a2))
}
