package digest

import (
	"testing"
)

// FuzzChallenge: a challenge reads the same when it was written.
func FuzzChallenge(f *testing.F) {
	f.Add(`Digest realm="a\"b", nonce="c", opaque="d", stale=true, algorithm=MD5, qop="auth,auth-int", domain="e"`)
	f.Add(`digest realm = x ,, nonce=y`)
	f.Fuzz(func(t *testing.T, s string) {
		ch, err := ParseChallenge(s)
		if err != nil {
			return
		}
		again, err := ParseChallenge(ch.String())
		if _, known := algorithmOf(ch.Algorithm); known && (err != nil || again.String() != ch.String()) {
			t.Fatalf("%q was written as %q and then as %q, %v", s, ch, again, err)
		}
		Strongest([]Challenge{ch})
		value, err := client().Authorize(ch, "INVITE", "sip:x", nil)
		if err != nil {
			return
		}
		if _, err := ParseCredentials(value); err != nil {
			t.Fatalf("the answer to %q is %q: %v", s, value, err)
		}
	})
}

// FuzzCredentials: no credentials are right that were not made with the password.
func FuzzCredentials(f *testing.F) {
	f.Add(`Digest username="bob", realm="door", nonce="x", uri="sip:y", response="z", algorithm=MD5, cnonce="c", qop=auth, nc=00000001`)
	f.Add(`Digest username="bob", realm="door", nonce="", uri="", response=""`)
	f.Fuzz(func(t *testing.T, s string) {
		if user, _, err := server().Verify(start, here, s, "INVITE", nil); err == nil {
			t.Fatalf("%q is accepted as %q", s, user)
		}
	})
}
