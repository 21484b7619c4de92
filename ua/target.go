package ua

import (
	"fmt"
	"strings"

	"intercom/ua/sip"
)

// target reads what is dialled: a URI, or a number in the account's domain.
func (a *account) target(text string) (sip.URI, error) {
	if a != nil && text != "" && !strings.ContainsAny(text, ":@") && !a.server().IsZero() {
		return a.number(text), nil
	}
	uri, err := sip.ParseURI(text)
	switch {
	case err == nil && uri.Scheme == "tel" && a != nil && !a.server().IsZero():
		return a.telephone(uri), nil
	case err != nil || !uri.IsSIP() || uri.Host == "":
		return uri, fmt.Errorf(`%q cannot be called; want a URI such as "sip:11@fritz.box"`, text)
	}
	uri.Headers = ""
	return uri, nil
}

// number is a user of the account's domain.
func (a *account) number(user string) sip.URI {
	return sip.URI{Scheme: a.from.URI.Scheme, User: sip.EscapeUser(user), Host: a.from.URI.Host, Port: a.from.URI.Port}
}

// telephone asks the account's server for a telephone number. RFC 3261 §19.1.6:
// "the entire telephone-subscriber portion of the tel URL, including any
// parameters, is placed into the userinfo part of the SIP or SIPS URI", without
// visual separators, which make equal numbers look different (RFC 3966 §5.1.1).
func (a *account) telephone(tel sip.URI) sip.URI {
	digits := strings.Map(func(c rune) rune {
		if strings.ContainsRune("-.()", c) {
			return -1
		}
		return c
	}, tel.User)
	uri := a.number(digits + strings.ToLower(string(tel.Params)))
	uri.Params = uri.Params.With("user", "phone")
	return uri
}
