package digest

import (
	"fmt"
	"strings"
)

// A Challenge is the value of a WWW-Authenticate (401) or Proxy-Authenticate (407) header field (RFC 7616 §3.3).
type Challenge struct {
	Realm     string
	Nonce     string
	Opaque    string
	Algorithm string   // as received; empty means MD5
	QOP       []string // in lower case; none at all is the form of RFC 2069
	Stale     bool     // the password was right, only the nonce is too old
	Domain    string
	Proxy     bool // came with 407; the caller knows
}

// ParseChallenge reads a challenge of scheme Digest. An algorithm or qop that nobody here knows is not an error: see
// [Strongest].
func ParseChallenge(value string) (Challenge, error) {
	p, err := parseParams(value)
	if err != nil {
		return Challenge{}, fmt.Errorf("challenge: %w", err)
	}
	for _, name := range [...]string{"realm", "nonce"} {
		if _, ok := p[name]; !ok {
			return Challenge{}, fmt.Errorf("challenge %q has no %s", excerpt(value), name)
		}
	}
	return Challenge{
		Realm: p["realm"], Nonce: p["nonce"], Opaque: p["opaque"], Algorithm: p["algorithm"], Domain: p["domain"],
		QOP: strings.FieldsFunc(strings.ToLower(p["qop"]), func(r rune) bool { return r == ',' || r <= ' ' }),
		// RFC 7616 §3.3: "If stale is true (case-insensitive), the client may wish to simply retry".
		Stale: strings.EqualFold(p["stale"], "true"),
	}, nil
}

// String writes the challenge as a header field value.
func (c Challenge) String() string {
	b := []byte("Digest ")
	b = appendParam(b, "realm", c.Realm, true)
	if c.Domain != "" {
		b = appendParam(b, "domain", c.Domain, true)
	}
	b = appendParam(b, "nonce", c.Nonce, true)
	if c.Opaque != "" {
		b = appendParam(b, "opaque", c.Opaque, true)
	}
	if c.Stale {
		b = appendParam(b, "stale", "true", false)
	}
	if c.Algorithm != "" {
		b = appendParam(b, "algorithm", c.Algorithm, false)
	}
	if len(c.QOP) > 0 {
		b = appendParam(b, "qop", strings.Join(c.QOP, ","), true)
	}
	return string(b)
}

// Strongest picks the challenge to answer: SHA-512/256 before SHA-256 before MD5, the first of equals. Challenges that
// ask for an unknown algorithm or only for unknown qops are ignored (RFC 8760 §2.4); false means that none is left.
func Strongest(challenges []Challenge) (Challenge, bool) {
	best, found := Challenge{}, -1
	for _, c := range challenges {
		a, ok := algorithmOf(c.Algorithm)
		if _, err := chooseQOP(c.QOP); !ok || err != nil || a.strength <= found {
			continue
		}
		best, found = c, a.strength
	}
	return best, found >= 0
}

// chooseQOP prefers auth: the body of a SIP request may be changed on its way by those who have a right to.
func chooseQOP(offered []string) (string, error) {
	chosen := ""
	for _, qop := range offered {
		switch qop {
		case "auth":
			return "auth", nil
		case "auth-int":
			chosen = "auth-int"
		}
	}
	if chosen == "" && len(offered) > 0 {
		return "", fmt.Errorf("the challenge offers qop %q, neither auth nor auth-int", offered)
	}
	return chosen, nil
}
