package transport

import (
	"net/netip"
	"strconv"
	"strings"

	"intercom/ua/sip"
)

const defaultPort = 5060 // RFC 3261 §19.1.2, for UDP and TCP

// stampVia writes into the top Via where a request really came from. Whatever the sender wrote there itself is replaced:
// the response goes where received points.
func stampVia(req *sip.Message, from netip.AddrPort) {
	via, err := req.TopVia()
	if err != nil {
		return // Validate has found it as well
	}
	source := from.Addr().WithZone("")
	params := via.Params.Without("received")
	if params.Has("rport") {
		// RFC 3581 §4: "it MUST set the value of the parameter to the source port of the request ... It MUST also insert a
		// received parameter containing the source IP address that the request came from, even if it is identical to the value
		// of the sent-by component."
		params = withSource(params.Without("rport"), source, from.Port())
	} else if a, err := netip.ParseAddr(via.Host); err != nil || a.Unmap() != source {
		// RFC 3261 §18.2.1: "If the host portion of the "sent-by" parameter contains a domain name, or if it contains an IP
		// address that differs from the packet source address, the server MUST add a "received" parameter to that Via header
		// field value."
		params = withSource(params, source, 0)
	}
	if params != via.Params {
		via.Params = params
		req.SetTopVia(via)
	}
}

// withSource appends received, and rport if there is a port.
func withSource(p sip.Params, source netip.Addr, port uint16) sip.Params {
	var room [256]byte
	b := append(append(room[:0], p...), ";received="...)
	b = source.AppendTo(b)
	if port != 0 {
		b = strconv.AppendUint(append(b, ";rport="...), uint64(port), 10)
	}
	return sip.Params(b)
}

// Reply returns where a response goes that answers a request which came by the flow from (RFC 3261 §18.2.2, RFC 3581 §4).
// A response whose top Via cannot be read goes back to where the request came from.
func Reply(from Flow, resp *sip.Message) Flow {
	// "If the "sent-protocol" is a reliable transport protocol such as TCP or SCTP, or TLS over those, the response MUST be
	// sent using the existing connection to the source of the original request that created the transaction".
	via, err := resp.TopVia()
	if err != nil || from.Reliable() {
		return from
	}
	host, port := via.Host, via.Port
	if received := via.Received(); received != "" {
		host = received
	}
	// RFC 3581 §4: "... MUST send the response to the IP address indicated in the received parameter, and the port
	// indicated in the rport parameter".
	if rport, _ := via.RPort(); rport != 0 {
		port = rport
	}
	// "Otherwise, if the Via header field value contains a "maddr" parameter, the response MUST be forwarded to the address
	// listed there, using the port indicated in "sent-by", or port 5060 if none is present."
	if maddr, ok := via.Params.Get("maddr"); ok {
		host, port = maddr, via.Port
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return from
	}
	if port == 0 {
		port = defaultPort
	}
	if addr == from.Remote.Addr().WithZone("") {
		addr = from.Remote.Addr() // with the zone of a link-local address
	}
	from.Remote = netip.AddrPortFrom(addr, port)
	return from
}

// viaFlow returns where a response goes whose connection is no longer open: a new one to the address in received, and the
// port in sent-by or the default of the transport (RFC 3261 §18.2.2).
func viaFlow(from Flow, resp *sip.Message) Flow {
	to := Flow{Transport: from.Transport, Remote: from.Remote}
	via, err := resp.TopVia()
	if err != nil {
		return to
	}
	port := via.Port
	if port == 0 {
		port = portOf(from.Transport)
	}
	to.Remote = netip.AddrPortFrom(from.Remote.Addr(), port)
	if to.Transport == "TLS" {
		to.Name = strings.ToLower(via.Host)
	}
	return to
}

// portOf is the default port (RFC 3261 §19.1.2).
func portOf(transport string) uint16 {
	if transport == "TLS" {
		return 5061
	}
	return defaultPort
}
