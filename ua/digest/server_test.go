package digest

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func server() *Server {
	return &Server{Realm: "door", Algorithms: []string{"SHA-256", "MD5"}, Life: time.Minute, Password: knows("bob", "zanzibar")}
}

// here is where requests come from.
var here = netip.MustParseAddr("192.0.2.20")

// knows is a Password with one user.
func knows(user string, password Secret) func(string) (Secret, bool) {
	return func(u string) (Secret, bool) {
		if u != user {
			return "", false
		}
		return password, true
	}
}

// challenge is a new challenge of the server, read as a client reads it.
func challenge(t *testing.T, s *Server, now time.Time) Challenge {
	t.Helper()
	ch, err := ParseChallenge(s.Challenges(now, here, false)[0])
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

// authorize answers a challenge for an INVITE.
func authorize(t *testing.T, c *Client, ch Challenge) string {
	t.Helper()
	value, err := c.Authorize(ch, "INVITE", "sip:door@192.0.2.1", []byte("v=0"))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// verdict is what the server says about an INVITE with these credentials: the user, "stale" or "wrong".
func verdict(s *Server, now time.Time, value string) string {
	user, stale, err := s.Verify(now, here, value, "INVITE", []byte("v=0"))
	switch {
	case stale && err != nil:
		return "stale"
	case err != nil && user == "":
		return "wrong"
	case err == nil && !stale:
		return user
	}
	return fmt.Sprintf("%q, stale %v, %v", user, stale, err)
}

func wantVerdict(t *testing.T, why string, s *Server, now time.Time, value, wanted string) {
	t.Helper()
	if got := verdict(s, now, value); got != wanted {
		t.Errorf("%s: %s, want %s", why, got, wanted)
	}
}

func TestClientSatisfiesServer(t *testing.T) {
	for _, algorithm := range []string{"MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"} {
		for _, qop := range []string{"auth", "auth-int"} {
			s, c := server(), client()
			s.Algorithms, s.QOP = []string{algorithm}, []string{qop}
			ch := challenge(t, s, start)
			for range 3 {
				wantVerdict(t, algorithm+" "+qop, s, start, authorize(t, c, ch), "bob")
			}
		}
	}
}

func TestEveryOfferedAlgorithmIsAccepted(t *testing.T) {
	s := server()
	values := s.Challenges(start, here, false)
	if len(values) != 2 {
		t.Fatalf("%d challenges, want one for each algorithm", len(values))
	}
	for _, value := range values {
		ch, err := ParseChallenge(value)
		if err != nil {
			t.Fatal(err)
		}
		c := client()
		if ch.Algorithm == "MD5" {
			ch.Algorithm = "" // as the oldest phones answer
			answer(t, c, ch)  // its count must be another than the first one's
		}
		wantVerdict(t, value, s, start, authorize(t, c, ch), "bob")
	}
}

func TestWrongCredentials(t *testing.T) {
	s := server()
	good := authorize(t, client(), challenge(t, s, start))
	cred, _ := ParseCredentials(good)
	spoil := func(change func(*Credentials)) string {
		c := cred
		change(&c)
		return c.String()
	}
	for name, value := range map[string]string{
		"wrong password":          authorize(t, &Client{Username: "bob", Password: "Zanzibar"}, challenge(t, s, start)),
		"unknown user":            authorize(t, &Client{Username: "eve", Password: "zanzibar"}, challenge(t, s, start)),
		"unknown user, no secret": authorize(t, &Client{Username: "eve", Password: ""}, challenge(t, s, start)),
		"response of another":     spoil(func(c *Credentials) { c.Username = "eve" }),
		"no response":             spoil(func(c *Credentials) { c.Response = "" }),
		"half a response":         spoil(func(c *Credentials) { c.Response = c.Response[:32] }),
		"other uri":               spoil(func(c *Credentials) { c.URI = "sip:other" }),
		"other realm":             spoil(func(c *Credentials) { c.Realm = "gate" }),
		"other count":             spoil(func(c *Credentials) { c.NC = "00000009" }),
		"count 0":                 spoil(func(c *Credentials) { c.NC = "00000000" }),
		"count of nine digits":    spoil(func(c *Credentials) { c.NC = "000000001" }),
		"count that is none":      spoil(func(c *Credentials) { c.NC = "+0000001" }),
		"no cnonce":               spoil(func(c *Credentials) { c.CNonce = "" }),
		"qop not offered":         spoil(func(c *Credentials) { c.QOP = "auth-int" }),
		"qop left out":            spoil(func(c *Credentials) { c.QOP = "" }),
		"algorithm not offered":   spoil(func(c *Credentials) { c.Algorithm = "SHA-512-256" }),
		"weaker algorithm":        spoil(func(c *Credentials) { c.Algorithm = "MD5" }),
		"session key not offered": spoil(func(c *Credentials) { c.Algorithm = "MD5-sess" }),
		"another scheme":          "Basic Ym9iOnphbnppYmFy",
		"nothing":                 "",
	} {
		wantVerdict(t, name, s, start, value, "wrong")
	}
	if _, _, err := s.Verify(start, here, good, "BYE", nil); !errors.Is(err, ErrWrongCredentials) {
		t.Errorf("credentials of another method: %v", err)
	}
	wantVerdict(t, "the good ones after all that", s, start, good, "bob")
}

func TestBodyIsCoveredByAuthInt(t *testing.T) {
	s := server()
	s.QOP = []string{"auth-int"}
	value := authorize(t, client(), challenge(t, s, start))
	if _, _, err := s.Verify(start, here, value, "INVITE", []byte("v=1")); !errors.Is(err, ErrWrongCredentials) {
		t.Errorf("another body: %v", err)
	}
}

func TestANonceGrowsOld(t *testing.T) {
	s, c := server(), client()
	ch := challenge(t, s, start)
	wantVerdict(t, "in its last moment", s, start.Add(time.Minute), authorize(t, c, ch), "bob")
	wantVerdict(t, "a moment later", s, start.Add(time.Minute+1), authorize(t, c, ch), "stale")
	wantVerdict(t, "with a wrong password", s, start.Add(time.Hour), authorize(t, &Client{Username: "bob"}, ch), "stale")
	again, err := ParseChallenge(s.Challenges(start.Add(time.Hour), here, true)[0])
	if err != nil || !again.Stale || again.Nonce == ch.Nonce {
		t.Errorf("the next challenge is %s, %v; want stale and a new nonce", again, err)
	}
	wantVerdict(t, "with the new nonce", s, start.Add(time.Hour), authorize(t, c, again), "bob")
}

func TestReplayedCredentialsAreRefused(t *testing.T) {
	s, c := server(), client()
	ch := challenge(t, s, start)
	first, second, third := authorize(t, c, ch), authorize(t, c, ch), authorize(t, c, ch)
	wantVerdict(t, "first", s, start, first, "bob")
	wantVerdict(t, "first again", s, start, first, "stale")
	wantVerdict(t, "third, which overtook the second", s, start, third, "bob")
	wantVerdict(t, "second", s, start, second, "bob")
	for _, value := range []string{first, second, third} {
		wantVerdict(t, "all again", s, start, value, "stale")
	}
	for range 70 {
		c.Authorize(ch, "INVITE", "sip:x", nil)
	}
	wantVerdict(t, "far ahead", s, start, authorize(t, c, ch), "bob")
	wantVerdict(t, "far behind", s, start, second, "stale")
}

func TestWithoutQOPANonceIsGoodOnce(t *testing.T) {
	s, c := server(), client()
	ch := challenge(t, s, start)
	ch.QOP = nil
	value := authorize(t, c, ch)
	wantVerdict(t, "first", s, start, value, "bob")
	wantVerdict(t, "again", s, start, value, "stale")
	ch.QOP = []string{"auth"}
	wantVerdict(t, "its nonce with a count", s, start, authorize(t, c, ch), "stale")
}

func TestMemoryIsBoundedAndForgettingOpensNothing(t *testing.T) {
	s, c := server(), client()
	s.MaxNonces = 4
	var used []string
	for range 50 {
		value := authorize(t, c, challenge(t, s, start))
		wantVerdict(t, "fresh", s, start, value, "bob")
		used = append(used, value)
	}
	if n := len(s.replay.seen); n > 4 {
		t.Errorf("the server remembers %d nonces, want 4", n)
	}
	for i, value := range used {
		wantVerdict(t, fmt.Sprintf("number %d again", i), s, start, value, "stale")
	}
	for range 1000 {
		s.Challenges(start, here, false)
		verdict(s, start, authorize(t, &Client{Username: "eve"}, challenge(t, s, start)))
	}
	if n := len(s.replay.seen); n > 4 {
		t.Errorf("after a flood of wrong passwords the server remembers %d nonces", n)
	}
}

func TestAClockSetBackBringsNoUsedNonceBack(t *testing.T) {
	s, c := server(), client()
	value := authorize(t, c, challenge(t, s, start))
	wantVerdict(t, "fresh", s, start, value, "bob")
	later := start.Add(time.Hour)
	wantVerdict(t, "fresh, an hour later", s, later, authorize(t, c, challenge(t, s, later)), "bob")
	wantVerdict(t, "the first again, after the clock was set back", s, start, value, "stale")
	wantVerdict(t, "a new one", s, start, authorize(t, c, challenge(t, s, start)), "bob")
}

func TestNoncesOfAnotherServerAreStale(t *testing.T) {
	s := server()
	wantVerdict(t, "as after a restart", s, start, authorize(t, client(), challenge(t, server(), start)), "stale")
	wantVerdict(t, "made up", s, start, authorize(t, client(), Challenge{Realm: "door", Nonce: strings.Repeat("A", 43), Algorithm: "MD5", QOP: []string{"auth"}}), "stale")
}

// A nonce is worth nothing from another address: who makes his source up can guess no password, nor use what he has
// overheard.
func TestANonceIsForOneAddress(t *testing.T) {
	s, there := server(), netip.MustParseAddr("192.0.2.66")
	ch := challenge(t, s, start)
	value := authorize(t, client(), ch)
	if user, stale, err := s.Verify(start, there, value, "INVITE", []byte("v=0")); user != "" || !stale || err == nil {
		t.Errorf("from another address: %q, stale %v, %v", user, stale, err)
	}
	mapped := netip.AddrFrom16(here.As16())
	if user, stale, err := s.Verify(start, mapped, value, "INVITE", []byte("v=0")); user != "bob" || stale || err != nil {
		t.Errorf("from the same address in IPv6: %q, stale %v, %v", user, stale, err)
	}
}

// Whether a password is right must not be told to those whose nonce is not ours: stale would say so, uncounted.
func TestWithoutANonceOfOursNoPasswordIsJudged(t *testing.T) {
	s := server()
	ch := Challenge{Realm: "door", Nonce: "of mine", Algorithm: "MD5", QOP: []string{"auth"}}
	right, wrong := authorize(t, client(), ch), authorize(t, &Client{Username: "bob", Password: "guess"}, ch)
	wantVerdict(t, "right", s, start, right, "stale")
	wantVerdict(t, "wrong", s, start, wrong, "stale")
}

func TestNoTwoNoncesAreTheSame(t *testing.T) {
	s, seen := server(), map[string]bool{}
	s.Rand = zeros{}
	for range 1000 {
		nonce := challenge(t, s, start).Nonce
		if seen[nonce] {
			t.Fatalf("nonce %s came twice", nonce)
		}
		seen[nonce] = true
	}
}
