package digest

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
)

// A Client answers challenges with one user name and password. It counts how often it used each nonce, so a nonce may be
// used again for the next request without asking for a new challenge (RFC 7616 §3.4.5).
type Client struct {
	Username string
	Password Secret
	Rand     io.Reader // of cnonces; nil means crypto/rand

	uses []use // the latest nonces, oldest first
}

// use is what must be remembered about a nonce.
type use struct {
	realm, nonce string
	cnonce       string // kept for the life of the nonce, as the -sess algorithms ask
	count        uint32 // requests so far
}

// maxUses bounds the nonces that are remembered; a call needs one for the registrar and one for each proxy on its way.
const maxUses = 8

// Authorize returns the value of the Authorization header field (Proxy-Authorization for a 407) for one request: its
// method, its Request-URI as it is sent and its body.
func (c *Client) Authorize(ch Challenge, method, uri string, body []byte) (string, error) {
	a, ok := algorithmOf(ch.Algorithm)
	if !ok {
		return "", fmt.Errorf("the challenge of realm %q wants algorithm %q, not MD5, SHA-256 or SHA-512-256", excerpt(ch.Realm), excerpt(ch.Algorithm))
	}
	qop, err := chooseQOP(ch.QOP)
	if err != nil {
		return "", err
	}
	cred := Credentials{
		Username: c.Username, Realm: ch.Realm, Nonce: ch.Nonce, URI: uri,
		Algorithm: ch.Algorithm, Opaque: ch.Opaque, QOP: qop,
	}
	if qop != "" || a.session {
		u, err := c.use(ch)
		if err != nil {
			return "", err
		}
		u.count++
		cred.CNonce, cred.NC = u.cnonce, fmt.Sprintf("%08x", u.count)
	}
	cred.Response = cred.response(a, string(c.Password), method, body)
	return cred.String(), nil
}

// use finds what is known about the challenge's nonce, or begins to remember it.
func (c *Client) use(ch Challenge) (*use, error) {
	for i := range c.uses {
		if u := &c.uses[i]; u.nonce == ch.Nonce && u.realm == ch.Realm {
			return u, nil
		}
	}
	random := c.Rand
	if random == nil {
		random = rand.Reader
	}
	var b [8]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return nil, fmt.Errorf("no random octets for a cnonce: %w", err)
	}
	if len(c.uses) == maxUses {
		c.uses = slices.Delete(c.uses, 0, 1)
	}
	c.uses = append(c.uses, use{realm: ch.Realm, nonce: ch.Nonce, cnonce: hex.EncodeToString(b[:])})
	return &c.uses[len(c.uses)-1], nil
}
