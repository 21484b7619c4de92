package digest

import (
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Server challenges requests and verifies the answers. It remembers nothing about a challenge until it was answered
// rightly, so that those without a password cannot make it grow.
type Server struct {
	Realm      string
	Password   func(user string) (password Secret, ok bool)
	Algorithms []string      // offered, the preferred one first; none means MD5, which every phone knows
	QOP        []string      // offered; none means auth
	Life       time.Duration // how long a nonce is good; 0 means 5 minutes
	MaxNonces  int           // nonces in use at the same time; 0 means 1024
	Rand       io.Reader     // of nonces; nil means crypto/rand

	key    []byte
	last   int64 // when the last nonce was issued, in nanoseconds
	replay replay
}

// ErrWrongCredentials says that the user or the password is not right; it does not say which.
var ErrWrongCredentials = errors.New("wrong user name or password")

// Challenges returns one challenge for each algorithm, each for a header field of its own, all with the same new nonce
// (RFC 8760 §2.3). The nonce is good for requests from source. stale says that nothing but the nonce of the credentials
// which came was at fault.
func (s *Server) Challenges(now time.Time, source netip.Addr, stale bool) []string {
	nonce := s.nonce(now, source)
	var values []string
	for _, algorithm := range s.algorithms() {
		values = append(values, Challenge{
			Realm: s.Realm, Nonce: nonce, Stale: stale, Algorithm: algorithm, QOP: s.qop(),
		}.String())
	}
	return values
}

// Verify checks the value of an Authorization header field against the request's method, body and source, and returns the
// user. The uri parameter is covered by the digest but not compared with the Request-URI, which a proxy may have changed.
//
// With stale the nonce is too old, of another source, of another server or already used with that count: challenge again
// and say so. ErrWrongCredentials is a guess at a password; any other error says that the answer could not be looked at.
func (s *Server) Verify(now time.Time, source netip.Addr, value, method string, body []byte) (user string, stale bool, err error) {
	c, err := ParseCredentials(value)
	if err != nil {
		return "", false, err
	}
	nc, err := s.check(c)
	if err != nil {
		return "", false, err
	}
	// RFC 7616 §3.3: "The server SHOULD only set stale to true if it receives a request for which the nonce is invalid."
	// The digest is not looked at then: whoever could have a password judged without a challenge could guess unseen, from
	// addresses that are not his.
	issued, err := s.issued(now, source, c.Nonce)
	if err != nil {
		return "", true, err
	}
	a, _ := algorithmOf(c.Algorithm)
	password, known := s.Password(c.Username)
	right := c.response(a, string(password), method, body)
	// The time this takes must say neither which octet differs nor whether there is such a user.
	same := subtle.ConstantTimeCompare([]byte(right), []byte(strings.ToLower(c.Response))) == 1
	if !same || !known {
		return "", false, ErrWrongCredentials
	}
	s.replay.limit = s.maxNonces()
	if !s.replay.accept(issued, nc) {
		return c.Username, true, fmt.Errorf("nonce count %08x was used before", nc)
	}
	return c.Username, false, nil
}

// check compares what the credentials claim with what was offered and returns their nonce count.
func (s *Server) check(c Credentials) (nc uint32, err error) {
	if c.Realm != s.Realm {
		return 0, fmt.Errorf("credentials are for realm %q, not %q", excerpt(c.Realm), s.Realm)
	}
	name := c.Algorithm
	if name == "" {
		name = "MD5"
	}
	a, ok := algorithmOf(name)
	if !ok || !slices.ContainsFunc(s.algorithms(), func(o string) bool { return strings.EqualFold(o, name) }) {
		return 0, fmt.Errorf("credentials use algorithm %q, which was not offered", excerpt(c.Algorithm))
	}
	if a.session && c.CNonce == "" {
		return 0, fmt.Errorf("credentials have no cnonce, which %s needs", name)
	}
	// Without qop there is no count (RFC 2069): such a nonce is good once.
	if c.QOP == "" {
		return 1<<32 - 1, nil
	}
	if !slices.Contains(s.qop(), c.QOP) {
		return 0, fmt.Errorf("credentials use qop %q, which was not offered", excerpt(c.QOP))
	}
	n, err := strconv.ParseUint(c.NC, 16, 32)
	if len(c.NC) != 8 || err != nil || n == 0 || c.CNonce == "" {
		return 0, fmt.Errorf("credentials with qop have nc %q and cnonce %q", excerpt(c.NC), excerpt(c.CNonce))
	}
	return uint32(n), nil
}

// issued tells when a nonce was made for that source, unless it is too old to be good.
func (s *Server) issued(now time.Time, source netip.Addr, nonce string) (int64, error) {
	issued, ours := nonceIssued(s.secretKey(), source, nonce)
	if !ours {
		return 0, errors.New("the nonce is not one of ours for this address")
	}
	oldest := now.Add(-s.life()).UnixNano()
	s.replay.forget(oldest)
	if issued < oldest {
		return 0, fmt.Errorf("the nonce is older than %v", s.life())
	}
	return issued, nil
}

// nonce makes a nonce; no two have the same time of issue.
func (s *Server) nonce(now time.Time, source netip.Addr) string {
	s.last = max(s.last+1, now.UnixNano())
	var salt [nonceSalt]byte
	s.random(salt[:])
	return newNonce(s.secretKey(), source, time.Unix(0, s.last), salt)
}

func (s *Server) secretKey() []byte {
	if s.key == nil {
		s.key = make([]byte, 32)
		s.random(s.key)
	}
	return s.key
}

// random fills b. crypto/rand never fails; where the given source does, it takes over.
func (s *Server) random(b []byte) {
	if s.Rand != nil {
		if _, err := io.ReadFull(s.Rand, b); err == nil {
			return
		}
	}
	rand.Read(b)
}

func (s *Server) algorithms() []string {
	if len(s.Algorithms) == 0 {
		return []string{"MD5"}
	}
	return s.Algorithms
}

func (s *Server) qop() []string {
	if len(s.QOP) == 0 {
		return []string{"auth"}
	}
	return s.QOP
}

func (s *Server) life() time.Duration {
	if s.Life == 0 {
		return 5 * time.Minute
	}
	return s.Life
}

func (s *Server) maxNonces() int {
	if s.MaxNonces == 0 {
		return 1024
	}
	return s.MaxNonces
}
