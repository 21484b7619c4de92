package ua

import (
	"slices"

	"intercom/ua/sip"
)

// maxRedirects bounds how often one call is sent on.
const maxRedirects = 2

// redirected follows a 3xx to its first address that was not tried yet (RFC
// 3261 §8.1.3.4: "The client MUST NOT add any given URI to the target set more
// than once"). With none left the call ends with the 3xx.
func (v *invitation) redirected(resp *sip.Message) {
	target, ok := v.another(resp)
	if !ok || len(v.visited) > maxRedirects {
		v.refused(resp)
		return
	}
	v.forget()
	v.target, v.forks = target, map[string]*fork{}
	v.attempts.Begin()
	v.route()
}

func (v *invitation) another(resp *sip.Message) (sip.URI, bool) {
	for value := range resp.Values("Contact") {
		a, err := sip.ParseAddress(value)
		if err != nil || a.URI.Scheme != "sip" || a.URI.Host == "" {
			continue
		}
		// §19.1.1: the method parameter and headers of a URI are not for us
		// to obey: a redirection changes who is called, nothing else.
		a.URI.Headers = ""
		a.URI.Params = a.URI.Params.Without("method")
		if !slices.Contains(v.visited, a.URI.String()) {
			return a.URI, true
		}
	}
	return sip.URI{}, false
}
