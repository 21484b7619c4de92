package ua

import (
	"intercom/ua/sip"
	"intercom/ua/transport"
)

// maxRoutes bounds what a registrar can put into each of our requests.
const maxRoutes = 8

// learnRoutes keeps the Service-Route of the 2xx to a REGISTER. They
// hold until the next 2xx, which may have others or none (RFC 3608 §5).
func (a *account) learnRoutes(resp *sip.Message) {
	a.routes = nil
	for value := range resp.Values("Service-Route") {
		// RFC 3608 §4 has loose routers only.
		if r, err := sip.ParseAddress(value); err == nil && r.URI.IsSIP() && r.URI.Params.Has("lr") && len(a.routes) < maxRoutes {
			a.routes = append(a.routes, sip.Address{URI: r.URI}.String())
		}
	}
}

// addRoutes gives a request outside of a dialog its route: by the outbound
// proxy, and to what the account's server looks after by the Service-Route.
func (a *account) addRoutes(m *sip.Message, target sip.URI) {
	first := ""
	if !a.proxy.IsZero() {
		first = sip.Address{URI: a.proxy}.String()
		m.Add("Route", first)
	}
	if !a.up || !a.serves(target.Host) {
		return
	}
	for i, route := range a.routes {
		if i > 0 || route != first {
			m.Add("Route", route)
		}
	}
}

// registered finds where requests go by way of the server that holds the
// registration, which knows us; another address of the same name may not, and
// comes after it. Only a Service-Route that begins elsewhere leads elsewhere.
func (l *loop) registered(a *account, found func([]transport.Flow, error)) {
	if len(a.routes) == 0 || !a.proxy.IsZero() {
		flows := []transport.Flow{a.flow}
		for _, f := range a.all {
			if f != a.flow {
				flows = append(flows, f)
			}
		}
		found(flows, nil)
		return
	}
	first, _ := sip.ParseAddress(a.routes[0]) // learnRoutes has parsed it
	here := a.flow
	l.locate(first.URI, func(flows []transport.Flow, err error) {
		for _, f := range flows {
			if f.Remote.Addr() == here.Remote.Addr() {
				flows = []transport.Flow{here}
				break
			}
		}
		found(flows, err)
	})
}
