// Package challenge decides whether and how a request that was answered 401
// Unauthorized or 407 Proxy Authentication Required is sent again (RFC 3261
// §22.2, §22.3). It bounds the tries, so that no server makes the user agent
// ask for ever.
package challenge

import (
	"errors"
	"fmt"
	"slices"

	"intercom/ua/digest"
	"intercom/ua/sip"
)

// maxTries is how often one request may be answered with credentials: once for
// the challenge, once more for a nonce that went stale in between.
const maxTries = 2

// maxRealms bounds whose challenges are remembered, and with them what every
// request carries.
const maxRealms = 4

// ErrRefused: the credentials were understood and refused.
var ErrRefused = errors.New("user name or password refused")

// ErrNoCredentials: the server asks for credentials and there are none.
var ErrNoCredentials = errors.New("credentials wanted and none configured")

// Attempts follows one request through its challenges, and remembers the last
// ones for the next request. The zero value is ready.
type Attempts struct {
	tries int
	known []answered
}

// answered is the current challenge of one realm.
type answered struct {
	digest.Challenge
	tried bool // answered within this request
}

// Begin starts a new request. The challenges of the last one stay, so that
// Sign can answer them beforehand.
func (a *Attempts) Begin() {
	a.tries = 0
	for i := range a.known {
		a.known[i].tried = false
	}
}

// Forget drops all challenges.
func (a *Attempts) Forget() { a.known = nil }

// Answer reads the challenges of resp and puts credentials into req, which
// the caller then sends as a new request with the next CSeq. A nonce that was
// already answered is not answered again: RFC 3261 §22.2: "the UAC MUST NOT
// re-attempt requests with the credentials that have just been rejected
// (though the request may be retried if the nonce was stale)". Some servers
// change the nonce without saying stale, so a new nonce counts as stale.
func (a *Attempts) Answer(c *digest.Client, req, resp *sip.Message) error {
	if c == nil {
		return fmt.Errorf("%d: %w", resp.Status, ErrNoCredentials)
	}
	asked, err := strongest(resp)
	if err != nil {
		return err
	}
	if a.tries == maxTries {
		return fmt.Errorf("%d for realm %q: %w", resp.Status, asked[0].Realm, ErrRefused)
	}
	for _, ch := range asked {
		if !a.learn(ch) {
			return fmt.Errorf("%d for realm %q: %w", resp.Status, ch.Realm, ErrRefused)
		}
	}
	a.tries++
	return a.Sign(c, req)
}

// learn takes a challenge up, unless it was answered already. The oldest realm makes room.
func (a *Attempts) learn(ch digest.Challenge) bool {
	i := slices.IndexFunc(a.known, func(k answered) bool { return k.Proxy == ch.Proxy && k.Realm == ch.Realm })
	switch {
	case i >= 0 && a.known[i].tried && a.known[i].Nonce == ch.Nonce:
		return false
	case i >= 0:
		a.known[i] = answered{ch, true}
		return true
	case len(a.known) == maxRealms:
		a.known = slices.Delete(a.known, 0, 1)
	}
	a.known = append(a.known, answered{ch, true})
	return true
}

// Sign puts the credentials for all known challenges into req.
func (a *Attempts) Sign(c *digest.Client, req *sip.Message) error {
	req.Del("Authorization")
	req.Del("Proxy-Authorization")
	for _, k := range a.known {
		value, err := c.Authorize(k.Challenge, req.Method, req.RequestURI, req.Body)
		if err != nil {
			return fmt.Errorf("credentials for realm %q: %w", k.Realm, err)
		}
		if k.Proxy {
			req.Add("Proxy-Authorization", value)
		} else {
			req.Add("Authorization", value)
		}
	}
	return nil
}

// strongest picks among the challenges of one response the strongest of each
// realm. RFC 3261 §22.3: "If multiple proxies challenge the same request [...]
// the UAC MUST provide credentials for each realm". RFC 8760 §2.4: the UAC
// "SHOULD use the topmost header field that it supports"; the strongest
// algorithm is the same choice where the server orders by strength, and a
// better one where it does not.
func strongest(resp *sip.Message) ([]digest.Challenge, error) {
	name, proxy := "WWW-Authenticate", false
	if resp.Status == 407 {
		name, proxy = "Proxy-Authenticate", true
	}
	var realms []string
	offered := map[string][]digest.Challenge{}
	for value := range resp.Values(name) {
		ch, err := digest.ParseChallenge(value)
		if err != nil || len(realms) == maxRealms && offered[ch.Realm] == nil {
			continue
		}
		if offered[ch.Realm] == nil {
			realms = append(realms, ch.Realm)
		}
		ch.Proxy = proxy
		offered[ch.Realm] = append(offered[ch.Realm], ch)
	}
	var asked []digest.Challenge
	for _, realm := range realms {
		if ch, ok := digest.Strongest(offered[realm]); ok {
			asked = append(asked, ch)
		}
	}
	if len(asked) == 0 {
		return nil, fmt.Errorf("%d without a challenge that can be answered in %s: %q", resp.Status, name, resp.Get(name))
	}
	return asked, nil
}
