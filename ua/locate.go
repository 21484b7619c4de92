package ua

import (
	"strconv"

	"intercom/ua/sip"
	"intercom/ua/transport"
)

// locate finds where requests to uri go. then is called at once for a literal
// address or a name just looked up, else when the resolver has answered.
func (l *loop) locate(uri sip.URI, then func([]transport.Flow, error)) {
	l.asked++
	id := strconv.Itoa(l.asked)
	if a, ok := l.resolver.Resolve(id, uri); ok {
		then(a.Flows, a.Err)
		return
	}
	l.lookups[id] = then
}

func (l *loop) answered(a transport.Answer) {
	if then := l.lookups[a.ID]; then != nil {
		delete(l.lookups, a.ID)
		then(a.Flows, a.Err)
	}
}
