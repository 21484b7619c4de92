package ua

import (
	"net/netip"
	"slices"
	"strings"

	"intercom/ua/sip"
)

// caller is who calls, to be shown: what a server of an account vouches for, else
// what the caller says of itself; and what is vouched for even if it is not to
// be shown. RFC 3325 §8: "when a UA receives a message from a
// previous element that it does not trust, it MUST NOT use the
// P-Asserted-Identity header field in any way". An allowed prefix is not such
// a server: telephones there speak for themselves.
func (l *loop) caller(req *sip.Message, source netip.Addr) (shown, vouched sip.Address) {
	from, _ := req.From() // Validate has read it
	if !l.trust.vouches(source) {
		return from, sip.Address{}
	}
	asserted, ok := assertedIdentity(req)
	if !ok || private(req) {
		return from, asserted
	}
	if asserted.Display == "" {
		asserted.Display = from.Display
	}
	return asserted, asserted
}

// assertedIdentity returns the SIP URI among the at most two identities (RFC
// 3325 §9.1), else the tel one.
func assertedIdentity(req *sip.Message) (sip.Address, bool) {
	var best sip.Address
	for value := range req.Values("P-Asserted-Identity") {
		a, err := sip.ParseAddress(value)
		switch {
		case err != nil:
		case a.URI.IsSIP() && a.URI.Host != "":
			return a, true
		case strings.EqualFold(a.URI.Scheme, "tel") && best.URI.IsZero():
			best = a
		}
	}
	return best, !best.URI.IsZero()
}

// private tells whether the caller asked not to be shown: RFC 3325 §9.3 ("id"),
// RFC 3323 §4.2 ("header", "user").
func private(req *sip.Message) bool {
	return slices.ContainsFunc(strings.Split(req.Get("Privacy"), ";"), func(value string) bool {
		value = strings.ToLower(strings.TrimSpace(value))
		return value == "id" || value == "user" || value == "header"
	})
}

// vouches tells whether a source is a server of an account.
func (t *trust) vouches(source netip.Addr) bool {
	source = source.Unmap().WithZone("")
	return slices.ContainsFunc(t.accounts, func(a *account) bool { return a.servers.has(source) })
}

// anonymous is the From of a call that does not say who calls (RFC 3323
// §4.1.1.3).
func anonymous() sip.Address {
	return sip.Address{Display: "Anonymous", URI: sip.URI{Scheme: "sip", User: "anonymous", Host: "anonymous.invalid"}}
}

// withhold asks the network to keep from the called side who calls: RFC 3325
// §9.2, §9.3: our server learns it and passes it to nobody.
func withhold(invite *sip.Message, who sip.Address) {
	invite.Add("P-Preferred-Identity", who.String())
	invite.Add("Privacy", "id")
}
