package challenge

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"intercom/ua/digest"
	"intercom/ua/sip"
)

func client() *digest.Client {
	return &digest.Client{Username: "door", Password: "secret", Rand: strings.NewReader(strings.Repeat("x", 1000))}
}

func invite() *sip.Message { return sip.NewRequest("INVITE", "sip:11@192.0.2.1") }

func challenged(status int, values ...string) *sip.Message {
	resp := sip.NewResponse(invite(), status, "")
	name := "WWW-Authenticate"
	if status == 407 {
		name = "Proxy-Authenticate"
	}
	for _, v := range values {
		resp.Add(name, v)
	}
	return resp
}

func TestEachRealmIsAnsweredInItsField(t *testing.T) { // RFC 3261 §22.2, §22.3
	var a Attempts
	req := invite()
	if err := a.Answer(client(), req, challenged(407, `Digest realm="proxy", nonce="p1", qop="auth"`)); err != nil {
		t.Fatal(err)
	}
	if err := a.Answer(client(), req, challenged(401, `Digest realm="phone", nonce="w1"`)); err != nil {
		t.Fatal(err)
	}
	if v := req.Get("Proxy-Authorization"); !strings.Contains(v, `nonce="p1"`) {
		t.Errorf("Proxy-Authorization %q", v)
	}
	if v := req.Get("Authorization"); !strings.Contains(v, `nonce="w1"`) {
		t.Errorf("Authorization %q", v)
	}
	if err := a.Answer(client(), req, challenged(401, `Digest realm="phone", nonce="w2"`)); !errors.Is(err, ErrRefused) {
		t.Errorf("a third try: %v", err)
	}
}

func TestSeveralRealmsAskAtOnce(t *testing.T) { // RFC 3261 §22.3
	var a Attempts
	req := invite()
	if err := a.Answer(client(), req, challenged(407, `Digest realm="inner", nonce="i1", algorithm=SHA-256`, `Digest realm="outer", nonce="o1"`, `Digest realm="inner", nonce="i2"`)); err != nil {
		t.Fatal(err)
	}
	if all := strings.Join(slices.Collect(req.Values("Proxy-Authorization")), "\n"); !strings.Contains(all, "i1") || !strings.Contains(all, "o1") || strings.Contains(all, "i2") {
		t.Errorf("Proxy-Authorization %q", all)
	}
	if err := a.Answer(client(), req, challenged(407, `Digest realm="outer", nonce="o1"`)); !errors.Is(err, ErrRefused) {
		t.Errorf("refused by one of them: %v", err)
	}
}

// A server that has a new realm each time does not make the requests grow.
func TestRealmsAreBounded(t *testing.T) {
	var a Attempts
	req := invite()
	for i := range 20 {
		a.Begin()
		var asked []string
		for j := range 20 {
			asked = append(asked, fmt.Sprintf(`Digest realm="%d %d", nonce="n"`, i, j))
		}
		if err := a.Answer(client(), req, challenged(401, asked...)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(slices.Collect(req.Values("Authorization"))); n != maxRealms {
		t.Errorf("%d credentials, want %d", n, maxRealms)
	}
}

func TestSameNonceIsNotAnsweredTwice(t *testing.T) { // RFC 3261 §22.2
	var a Attempts
	req := invite()
	again := challenged(401, `Digest realm="r", nonce="n", stale=true`)
	if err := a.Answer(client(), req, again); err != nil {
		t.Fatal(err)
	}
	if err := a.Answer(client(), req, again); !errors.Is(err, ErrRefused) {
		t.Errorf("got %v", err)
	}
	a.Begin()
	if err := a.Answer(client(), req, again); err != nil {
		t.Errorf("the next request: %v", err)
	}
}

func TestChallengesThatCannotBeAnswered(t *testing.T) {
	for _, values := range [][]string{nil, {"Basic realm=x"}, {`Digest realm="r", nonce="n", algorithm=ROT13`}} {
		var a Attempts
		req := invite()
		if err := a.Answer(client(), req, challenged(401, values...)); err == nil || errors.Is(err, ErrRefused) || req.Has("Authorization") {
			t.Errorf("%q: %v", values, err)
		}
	}
	var a Attempts
	if err := a.Answer(nil, invite(), challenged(401, `Digest realm="r", nonce="n"`)); !errors.Is(err, ErrNoCredentials) {
		t.Errorf("without credentials: %v", err)
	}
}
