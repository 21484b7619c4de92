package ua

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"intercom/ua/sip"
)

// maxRedirects bounds how often one call is sent on.
const maxRedirects = 4

// redirected follows a 3xx to its addresses, the best first (RFC 3261 §8.1.3.4).
// With none left the call ends with the 3xx.
func (v *invitation) redirected(resp *sip.Message) {
	switch resp.Status {
	case 305, 380:
		// §21.3.4: what 305 names is a proxy and nobody to be called, and §21.3.5:
		// the services of a 380 "are described in the message body", for humans.
	default:
		v.targets = append(v.targets, v.others(resp)...)
	}
	v.refused(resp)
}

// onward turns to the next address of the redirections so far, if there is one.
func (v *invitation) onward() bool {
	if len(v.targets) == 0 || len(v.visited) > maxRedirects || v.cancelled || v.c.ended {
		return false
	}
	v.forget()
	v.target, v.targets, v.forks = v.targets[0], v.targets[1:], map[string]*fork{}
	v.attempts.Begin()
	v.route()
	return true
}

// others are the addresses of a 3xx that are new, the most preferred first.
// RFC 3261 §8.1.3.4: "The client MUST NOT add any given URI to the target set
// more than once".
func (v *invitation) others(resp *sip.Message) []sip.URI {
	type choice struct {
		uri sip.URI
		q   float64
	}
	var choices []choice
	for value := range resp.Values("Contact") {
		a, err := sip.ParseAddress(value)
		if err != nil {
			continue
		}
		// §19.1.1: the method parameter and headers of a URI are not for us
		// to obey: a redirection changes who is called, nothing else.
		a.URI.Headers = ""
		a.URI.Params = a.URI.Params.Without("method")
		uri, err := v.c.account.target(a.URI.String())
		known := func(other sip.URI) bool { return other.Equal(uri) }
		if err != nil || slices.ContainsFunc(v.visited, known) || slices.ContainsFunc(v.targets, known) ||
			slices.ContainsFunc(choices, func(c choice) bool { return known(c.uri) }) {
			continue
		}
		choices = append(choices, choice{uri, preference(a)})
	}
	slices.SortStableFunc(choices, func(a, b choice) int { return cmp.Compare(b.q, a.q) })
	uris := make([]sip.URI, len(choices))
	for i, c := range choices {
		uris[i] = c.uri
	}
	return uris
}

// preference is the q of a Contact (RFC 3261 §20.10), 1 if it does not say.
func preference(a sip.Address) float64 {
	text, _ := a.Params.Get("q")
	q, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || q < 0 || q > 1 {
		return 1
	}
	return q
}
