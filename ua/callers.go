package ua

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"intercom/ua/digest"
	"intercom/ua/sip"
	"intercom/ua/transport"
)

// Caller is one [[caller]] table: somebody who may call from any address, after
// showing a password.
type Caller struct {
	// Username is what the telephone authenticates as, and what the owner is told
	// of it as Incoming.User.
	Username string `toml:"username"`

	// Password is what the telephone must know, of at least 8 characters. It is
	// not shown however the caller is printed.
	Password Secret `toml:"password"`
}

// leastPassword is the length of the shortest password, in characters: with the
// 60 guesses a minute that are looked at, more than a life.
const leastPassword = 8

// Check returns every fault of the caller.
func (c Caller) Check() (faults []ConfigFault) {
	if c.Username == "" || strings.ContainsAny(c.Username, "\r\n\x00") || !utf8.ValidString(c.Username) {
		faults = append(faults, ConfigFault{"username", c.Username, "the name that the telephone logs in with"})
	}
	if utf8.RuneCountInString(string(c.Password)) < leastPassword || strings.ContainsAny(string(c.Password), "\r\n\x00") {
		faults = append(faults, ConfigFault{"password", "(not shown)", fmt.Sprintf("one line of text, of at least %d characters", leastPassword)})
	}
	return faults
}

// checkCallers reports the faults of all callers.
func checkCallers(all []Caller) error {
	var errs []error
	for i, c := range all {
		if slices.ContainsFunc(all[:i], func(d Caller) bool { return c.Username == d.Username }) {
			errs = append(errs, fmt.Errorf("caller %q: there is another of this name", c.Username))
		}
		if faults := c.Check(); len(faults) > 0 {
			errs = append(errs, fmt.Errorf("caller %q: %w", c.Username, joined(faults)))
		}
	}
	return errors.Join(errs...)
}

// callers verifies those who come from elsewhere (RFC 3261 §22.2). Of those who
// know no password it keeps no more than the wrong ones of the last minute.
type callers struct {
	server   digest.Server
	expected bool      // there is somebody who has a password
	failures []failure // the oldest first
	logged   tally
}

// failure is a wrong password.
type failure struct {
	source netip.Prefix
	at     time.Time
}

const (
	// maxFailures is how many wrong passwords of one source are looked at within
	// failureTime, and maxAllFailures how many of all sources together: what one
	// can guess with many addresses.
	maxFailures    = 5
	maxAllFailures = 60
	failureTime    = time.Minute
)

func newCallers(all []Caller, accounts []*account, rand io.Reader) callers {
	passwords := map[string]Secret{}
	for _, c := range all {
		passwords[c.Username] = c.Password
	}
	// RFC 3261 §22.1: realm strings "MUST be globally unique. It is RECOMMENDED
	// that a realm string contain a hostname or domain name".
	realm := "intercom"
	if len(accounts) > 0 {
		realm = accounts[0].from.URI.Host
	}
	return callers{expected: len(all) > 0, server: digest.Server{
		Realm:    realm,
		Password: func(user string) (Secret, bool) { p, ok := passwords[user]; return p, ok },
		// RFC 8760 §2.3: the preferred one comes first. Many telephones know MD5
		// alone, and §2.4 has them pass over the other, which baresip 1.0 does not.
		Algorithms: []string{"SHA-256", "MD5"},
		QOP:        []string{"auth", "auth-int"},
		Rand:       rand,
	}}
}

// authorize decides whether a request that is no ACK or CANCEL is heard, and
// answers it where it is not: those who are trusted, and those who show a
// password, whose name is returned. RFC 3261 §22.1: "a server MUST NOT
// challenge an ACK", and §22.1: "CANCEL [...] cannot be resubmitted; therefore,
// it cannot be challenged".
func (l *loop) authorize(p transport.Packet) (user string, ok bool) {
	if l.trusted(p) {
		return "", true
	}
	c := &l.callers
	source := place(p.Remote.Addr())
	switch {
	case !c.expected:
		l.turnAway(p)
		return "", false
	case c.lockedOut(l.now, source):
		l.refused.lockedOut.Add(1)
		return "", false
	}
	value := c.credentials(p.Msg)
	if value == "" {
		l.challenge(p, false)
		return "", false
	}
	user, stale, err := c.server.Verify(l.now, p.Remote.Addr(), value, p.Msg.Method, p.Msg.Body)
	if err == nil {
		return user, true
	}
	if errors.Is(err, digest.ErrWrongCredentials) {
		l.wrongPassword(p, source)
	}
	l.challenge(p, stale)
	return "", false
}

// place is what counts as one source of guesses: an address, or a network of
// IPv6, in which anybody has as many as he likes.
func place(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits) // these lengths are right
	return p
}

// lockedOut tells whether nothing is heard from a source, after too many wrong
// passwords.
func (c *callers) lockedOut(now time.Time, source netip.Prefix) bool {
	c.failures = slices.DeleteFunc(c.failures, func(f failure) bool { return now.Sub(f.at) >= failureTime })
	n := 0
	for _, f := range c.failures {
		if f.source == source {
			n++
		}
	}
	return n >= maxFailures || len(c.failures) >= maxAllFailures
}

// wrongPassword counts a guess. A nonce of ours for its address came with it, so
// nobody can make up guesses of others.
func (l *loop) wrongPassword(p transport.Packet, source netip.Prefix) {
	l.refused.wrongPasswords.Add(1)
	l.callers.failures = append(l.callers.failures, failure{source, l.now})
	if n := l.callers.logged.another(l.now); n > 0 {
		l.log.Warn("callers with a wrong name or password refused", slog.Int("count", n), slog.Any("peer", p.Remote))
	}
}

// credentials are those for our realm; "" if there are none.
func (c *callers) credentials(req *sip.Message) string {
	for value := range req.Values("Authorization") {
		if cred, err := digest.ParseCredentials(value); err == nil && cred.Realm == c.server.Realm {
			return value
		}
	}
	return ""
}

// challenge asks for a password, keeping nothing (RFC 3261 §22.2, §8.2.7).
func (l *loop) challenge(p transport.Packet, stale bool) {
	l.refused.challenged.Add(1)
	resp := l.response(p.Msg, 401, "", l.statelessTag(p.Msg))
	for _, value := range l.callers.server.Challenges(l.now, p.Remote.Addr(), stale) {
		resp.Add("WWW-Authenticate", value)
	}
	l.respond(p.Flow, resp)
}
