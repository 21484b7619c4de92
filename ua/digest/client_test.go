package digest

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

// zeros is randomness without surprises: every cnonce is 16 zeros.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func client() *Client { return &Client{Username: "bob", Password: "zanzibar", Rand: zeros{}} }

// answer authorizes a REGISTER and takes the header field value apart again.
func answer(t *testing.T, c *Client, ch Challenge) Credentials {
	t.Helper()
	value, err := c.Authorize(ch, "REGISTER", "sip:biloxi.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	cred, err := ParseCredentials(value)
	if err != nil {
		t.Fatal(err)
	}
	return cred
}

func TestAuthorizationAsItGoesOnTheWire(t *testing.T) {
	ch, err := ParseChallenge(`Digest realm="bil\"oxi", nonce="n1", opaque="o,p", qop="auth-int,auth", algorithm=SHA-256`)
	if err != nil {
		t.Fatal(err)
	}
	c := client()
	got, err := c.Authorize(ch, "REGISTER", "sip:biloxi.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	wanted := `Digest username="bob", realm="bil\"oxi", nonce="n1", uri="sip:biloxi.com", response="` + sumSHA256(
		sumSHA256(`bob:bil"oxi:zanzibar`)+":n1:00000001:0000000000000000:auth:"+sumSHA256("REGISTER:sip:biloxi.com")) +
		`", algorithm=SHA-256, cnonce="0000000000000000", opaque="o,p", qop=auth, nc=00000001`
	if got != wanted {
		t.Errorf("got  %s\nwant %s", got, wanted)
	}
}

func TestNonceCountGrowsWithEachUseOfANonce(t *testing.T) {
	c, ch := client(), Challenge{Realm: "r", Nonce: "n1", QOP: []string{"auth"}}
	for _, nc := range []string{"00000001", "00000002", "00000003"} {
		if got := answer(t, c, ch); got.NC != nc {
			t.Errorf("nc is %s, want %s", got.NC, nc)
		}
	}
	other := Challenge{Realm: "r", Nonce: "n2", QOP: []string{"auth"}}
	if got := answer(t, c, other); got.NC != "00000001" {
		t.Errorf("nc of a new nonce is %s", got.NC)
	}
	if got := answer(t, c, ch); got.NC != "00000004" {
		t.Errorf("nc of the first nonce is %s, want 00000004", got.NC)
	}
}

func TestClientForgetsOldNonces(t *testing.T) {
	c := client()
	for i := range 100 * maxUses {
		answer(t, c, Challenge{Realm: "r", Nonce: strings.Repeat("n", i), QOP: []string{"auth"}})
	}
	if len(c.uses) != maxUses {
		t.Errorf("the client remembers %d nonces, want %d", len(c.uses), maxUses)
	}
}

func TestWithoutQOPTheOldFormIsUsed(t *testing.T) {
	got := answer(t, client(), Challenge{Realm: "r", Nonce: "n"})
	if got.QOP+got.NC+got.CNonce+got.Algorithm != "" {
		t.Errorf("%+v has what RFC 2069 does not know", got)
	}
	if wanted := sumMD5(sumMD5("bob:r:zanzibar") + ":n:" + sumMD5("REGISTER:sip:biloxi.com")); got.Response != wanted {
		t.Errorf("response is %s, want %s", got.Response, wanted)
	}
}

func TestSessionKeyKeepsItsCNonce(t *testing.T) {
	c := &Client{Username: "bob", Password: "zanzibar"}
	ch := Challenge{Realm: "r", Nonce: "n", Algorithm: "MD5-sess", QOP: []string{"auth"}}
	first, second := answer(t, c, ch), answer(t, c, ch)
	if first.CNonce == "" || first.CNonce != second.CNonce || second.NC != "00000002" {
		t.Errorf("cnonce %q, then %q with nc %s", first.CNonce, second.CNonce, second.NC)
	}
	if got := answer(t, c, Challenge{Realm: "r", Nonce: "n", Algorithm: "MD5-sess"}); got.CNonce == "" {
		t.Error("the session key without qop has no cnonce")
	}
}

func TestAuthIntCoversTheBody(t *testing.T) {
	ch := Challenge{Realm: "r", Nonce: "n", QOP: []string{"auth-int"}}
	one, err1 := client().Authorize(ch, "INVITE", "sip:a", []byte("one"))
	two, err2 := client().Authorize(ch, "INVITE", "sip:a", []byte("two"))
	if err1 != nil || err2 != nil || one == two || !strings.Contains(one, "qop=auth-int") {
		t.Errorf("%s\n%s\n%v %v", one, two, err1, err2)
	}
}

func TestChallengesThatCannotBeAnswered(t *testing.T) {
	for says, ch := range map[string]Challenge{
		"algorithm": {Realm: "r", Nonce: "n", Algorithm: "AKAv1-MD5"},
		"qop":       {Realm: "r", Nonce: "n", QOP: []string{"auth-conf"}},
	} {
		if _, err := client().Authorize(ch, "A", "b", nil); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error is %v, want one about the %s", err, says)
		}
	}
	c := &Client{Rand: io.LimitReader(zeros{}, 3)}
	if _, err := c.Authorize(Challenge{QOP: []string{"auth"}}, "A", "b", nil); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error is %v, want the one of the random source", err)
	}
}

func TestStrongestChallengeWins(t *testing.T) {
	algorithms := func(names ...string) (cs []Challenge) {
		for _, name := range names {
			cs = append(cs, Challenge{Algorithm: name, Nonce: "n" + name})
		}
		return cs
	}
	for _, c := range []struct {
		from []Challenge
		best string
		ok   bool
	}{
		{algorithms("MD5", "SHA-512-256", "SHA-256"), "SHA-512-256", true},
		{algorithms("SHA-256", "MD5"), "SHA-256", true},
		{algorithms("", "sha-256-sess"), "sha-256-sess", true},
		{algorithms("MD5", ""), "MD5", true},
		{algorithms("SHA-3", "MD5"), "MD5", true},
		{algorithms("SHA-3", "-sess"), "", false},
		{nil, "", false},
		{[]Challenge{{Algorithm: "SHA-256", QOP: []string{"auth-conf"}}, {Algorithm: "MD5", QOP: []string{"auth"}}}, "MD5", true},
	} {
		best, ok := Strongest(c.from)
		if best.Algorithm != c.best || ok != c.ok {
			t.Errorf("of %+v the strongest is %q, %v; want %q", c.from, best.Algorithm, ok, c.best)
		}
	}
}

func TestChallengesAsPeersWriteThem(t *testing.T) {
	for text, wanted := range map[string]Challenge{
		`Digest realm="fritz.box", nonce="8CBD6DB5E2C8E5E5"`: {Realm: "fritz.box", Nonce: "8CBD6DB5E2C8E5E5"},
		`digest  Realm = "asterisk" ,nonce="1/2",opaque="3",algorithm=md5, qop="auth"`: {
			Realm: "asterisk", Nonce: "1/2", Opaque: "3", Algorithm: "md5", QOP: []string{"auth"}},
		`Digest realm="a, b=\"c\"", nonce="", stale=TRUE, qop="auth, AUTH-INT", domain="sip:x", new="y",,`: {
			Realm: `a, b="c"`, QOP: []string{"auth", "auth-int"}, Stale: true, Domain: "sip:x"},
		`Digest nonce=abc, realm=door, algorithm="SHA-256", stale="false", qop=auth`: {
			Realm: "door", Nonce: "abc", Algorithm: "SHA-256", QOP: []string{"auth"}},
	} {
		got, err := ParseChallenge(text)
		if err != nil {
			t.Error(err)
			continue
		}
		if got.String() != wanted.String() {
			t.Errorf("%s\ngives %s\nwant  %s", text, got, wanted)
		}
	}
	for _, text := range []string{
		"", "Digest", `Basic realm="x"`, `Digest realm="x"`, `Digest nonce="x"`, `Digest realm="x, nonce="y"`, `Digest realm="x" nonce="y"`,
		`Digest realm="x", nonce="y", nonce="z"`, `Digest realm, nonce="y"`, `Digest ="x", realm="x", nonce="y"`, `Digest realm="x", nonce="y`,
		`Digest realm="x", nonce="y", "qop"="auth"`, "Digest " + strings.Repeat("a", 1<<16), `Digest realm="x", nonce="y"` + manyParams(100),
	} {
		if got, err := ParseChallenge(text); err == nil {
			t.Errorf("%q gives %s, want an error", text, got)
		} else if len(err.Error()) > 400 {
			t.Errorf("the error of %d octets repeats the challenge", len(err.Error()))
		}
	}
}

func manyParams(n int) string {
	var b bytes.Buffer
	for i := range n {
		b.WriteString(", p" + strings.Repeat("x", i) + "=1")
	}
	return b.String()
}

func TestNothingFromTheNetworkEndsTheHeaderField(t *testing.T) {
	ch := Challenge{Realm: "r\r\nX-Evil: 1", Nonce: "n\r\n", Opaque: "o\n", QOP: []string{"auth"}}
	value, err := client().Authorize(ch, "A", "sip:b\r\n", nil)
	if err != nil || strings.ContainsAny(value, "\r\n") {
		t.Errorf("%q, %v", value, err)
	}
}
