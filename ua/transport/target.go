package transport

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"intercom/ua/sip"
)

// target is where a URI points before any look-up (RFC 3263 §4).
type target struct {
	host      string
	addr      netip.Addr // if host is one
	port      uint16     // 0 if none is given
	transport string     // "" if none is given
	secure    bool       // sips: TLS or nothing
	name      string     // the domain that a TLS server must be
}

// service is a transport as the DNS names it (RFC 3263 §4.1).
type service struct{ transport, naptr, srv string }

// services in the order in which they are tried where the other side has no preference.
var services = [...]service{
	{"UDP", "SIP+D2U", "_sip._udp."},
	{"TCP", "SIP+D2T", "_sip._tcp."},
	{"TLS", "SIPS+D2T", "_sips._tcp."},
}

// targetOf reads a URI for somebody who speaks these transports.
func targetOf(uri sip.URI, spoken []string) (target, error) {
	if !uri.IsSIP() {
		return target{}, fmt.Errorf("no way to %q: only sip and sips URIs can be called", uri.String())
	}
	t := target{host: uri.Host, port: uri.Port, secure: uri.Scheme == "sips", name: fold(uri.Host)}
	// §4.1: "If the URI specifies a transport protocol in the transport parameter, that transport protocol SHOULD be used."
	if p, ok := uri.Params.Get("transport"); ok {
		t.transport = strings.ToUpper(p)
		if t.secure && t.transport == "TCP" {
			t.transport = "TLS" // RFC 3261 §26.2.2: "sips:...;transport=tcp" is TLS over TCP
		}
	}
	if t.secure && t.transport != "" && t.transport != "TLS" {
		return target{}, fmt.Errorf("no way to %q: sips is not spoken over %q", uri.String(), t.transport)
	}
	if len(t.among(spoken)) == 0 {
		return target{}, fmt.Errorf("no way to %q: %q is spoken here, which does not reach it", uri.String(), spoken)
	}
	// §4: "If the URI contains a maddr parameter, the TARGET is the value of the maddr parameter"; otherwise it is the host.
	if maddr, ok := uri.Params.Get("maddr"); ok && maddr != "" {
		t.host = maddr
	}
	if t.host = fold(t.host); t.host == "" {
		return target{}, fmt.Errorf("no way to %q: it names no host", uri.String())
	}
	// §4.2: "If TARGET is a numeric IP address, the client uses that address."
	if a, err := netip.ParseAddr(strings.Trim(t.host, "[]")); err == nil {
		t.addr = a.Unmap()
	}
	return t, nil
}

func fold(host string) string { return strings.ToLower(strings.TrimSuffix(host, ".")) }

// among returns the services that may lead to the target.
func (t target) among(spoken []string) (may []service) {
	for _, s := range services {
		switch {
		case !slices.Contains(spoken, s.transport):
		case t.transport != "" && t.transport != s.transport, t.secure && s.transport != "TLS":
		default:
			may = append(may, s)
		}
	}
	return may
}

// first is the transport where no record names one. RFC 3263 §4.1: "the client SHOULD use UDP for a SIP URI, and TCP for a
// SIPS URI", which is TLS; or else what there is.
func (t target) first(spoken []string) string { return t.among(spoken)[0].transport }

// flow leads to an address of the target.
func (t target) flow(transport string, to netip.AddrPort) Flow {
	f := Flow{Transport: transport, Remote: to}
	if transport == "TLS" {
		f.Name = t.name
	}
	return f
}

// at leads to an address of the target at its own port, or the transport's.
func (t target) at(transport string, a netip.Addr) Flow {
	port := t.port
	if port == 0 {
		port = portOf(transport)
	}
	return t.flow(transport, netip.AddrPortFrom(a.Unmap(), port))
}
