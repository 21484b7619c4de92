package ua

import (
	"intercom/ua/sip"
	"intercom/ua/transport"
)

// securely finds where requests of an account to a sips target go: over TLS or
// nowhere. RFC 3261 §8.1.2: "Independent of which URI is used [...], if the
// Request-URI specifies a SIPS resource, the UAC MUST follow the procedures of
// [4] as if the input URI were a SIPS URI": that of a proxy or a registrar too.
func (l *loop) securely(a *account, target sip.URI, found func([]transport.Flow, error)) {
	switch {
	case !a.serves(target.Host):
		l.locate(target, found)
	case a.up && a.flow.Transport == "TLS" && (len(a.routes) == 0 || !a.proxy.IsZero()):
		found([]transport.Flow{a.flow}, nil)
	case a.up && len(a.routes) > 0 && a.proxy.IsZero():
		first, _ := sip.ParseAddress(a.routes[0]) // learnRoutes has parsed it
		l.locate(first.URI.Secure(), found)
	default:
		l.locate(a.server().Secure(), found)
	}
}
