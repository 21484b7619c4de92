package transport

import (
	"fmt"
	"net/netip"
	"strings"

	"intercom/ua/sip"
)

// target is where a URI points before any look-up (RFC 3263 §4).
type target struct {
	host string
	addr netip.Addr // if host is one
	port uint16     // 0 if none is given
}

func (t target) portOr(port uint16) uint16 {
	if t.port != 0 {
		return t.port
	}
	return port
}

func targetOf(uri sip.URI) (target, error) {
	if uri.Scheme != "sip" {
		return target{}, fmt.Errorf("no way to %q: only sip URIs can be called over UDP", uri.String())
	}
	// §4.1: "If the URI specifies a transport protocol in the transport parameter, that transport protocol SHOULD be used."
	if t, ok := uri.Params.Get("transport"); ok && !strings.EqualFold(t, "udp") {
		return target{}, fmt.Errorf("no way to %q: transport %q is not spoken here, \"udp\" is", uri.String(), t)
	}
	t := target{host: uri.Host, port: uri.Port}
	// §4: "If the URI contains a maddr parameter, the TARGET is the value of the maddr parameter"; otherwise it is the host.
	if maddr, ok := uri.Params.Get("maddr"); ok && maddr != "" {
		t.host = maddr
	}
	t.host = strings.ToLower(strings.TrimSuffix(t.host, "."))
	if t.host == "" {
		return target{}, fmt.Errorf("no way to %q: it names no host", uri.String())
	}
	// §4.2: "If TARGET is a numeric IP address, the client uses that address."
	if a, err := netip.ParseAddr(strings.Trim(t.host, "[]")); err == nil {
		t.addr = a.Unmap()
	}
	return t, nil
}
