package digest

import (
	"testing"
	"time"
)

func TestClientSatisfiesServer(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, algorithm := range []string{"MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"} {
		for _, qop := range []string{"auth", "auth-int"} {
			s := Server{Realm: "door", Algorithms: []string{algorithm}, QOP: []string{qop}, Secret: knows("bob", "zanzibar")}
			ch, err := ParseChallenge(s.Challenge(now))
			if err != nil {
				t.Fatal(err)
			}
			c := Client{Username: "bob", Password: "zanzibar"}
			for range 3 {
				value, err := c.Authorize(ch, "INVITE", "sip:door@192.0.2.1", []byte("v=0"))
				if err != nil {
					t.Fatal(err)
				}
				if user, stale, err := s.Verify(now, value, "INVITE", []byte("v=0")); user != "bob" || stale || err != nil {
					t.Errorf("%s %s: %s gives %q, stale %v, %v", algorithm, qop, value, user, stale, err)
				}
			}
		}
	}
}

// knows is a Secret with one user.
func knows(user, password string) func(string) (string, bool) {
	return func(u string) (string, bool) {
		if u != user {
			return "", false
		}
		return password, true
	}
}
