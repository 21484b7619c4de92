package dialog

import (
	"strings"

	"intercom/ua/sip"
)

// Request builds the next request of the dialog (RFC 3261 §12.2.1.1) without
// Via, Contact and body: "requests within a dialog MUST contain strictly
// monotonically increasing and contiguous CSeq sequence numbers".
func (d *Dialog) Request(method string) *sip.Message {
	d.localSeq++
	return d.build(method, d.localSeq)
}

// Withdraw is called when the request that was built last is not sent after all: the next one has its CSeq number.
func (d *Dialog) Withdraw() { d.localSeq-- }

// Seq is the CSeq number of our last request.
func (d *Dialog) Seq() uint32 { return d.localSeq }

// Ack builds the ACK of the 2xx to our INVITE with that CSeq number. RFC 3261
// §13.2.2.4: "The sequence number of the CSeq header field MUST be the same as
// the INVITE being acknowledged".
func (d *Dialog) Ack(inviteSeq uint32) *sip.Message { return d.build("ACK", inviteSeq) }

// build applies the route set: RFC 3261 §12.2.1.1 with loose routers, and for
// a strict router as first hop (no lr) its URI becomes the Request-URI and the
// remote target goes to the end of the Route.
func (d *Dialog) build(method string, seq uint32) *sip.Message {
	uri, routes := d.target, d.routes
	if len(routes) > 0 {
		if first, err := sip.ParseAddress(routes[0]); err == nil && !first.URI.Params.Has("lr") {
			uri = first.URI.String()
			routes = append(append([]string(nil), routes[1:]...), "<"+d.target+">")
		}
	}
	m := sip.NewRequest(method, uri)
	if len(routes) > 0 {
		m.Add("Route", strings.Join(routes, ", "))
	}
	m.Add("Max-Forwards", "70")
	m.Add("From", d.local)
	m.Add("To", d.remote)
	m.Add("Call-ID", d.id.CallID)
	m.Add("CSeq", sip.CSeq{Seq: seq, Method: method}.String())
	return m
}

// NextHop is the URI whose address the requests of the dialog go to: the
// first of the route set, else the remote target. RFC 3261 §8.1.2:
// "Independent of which URI is used [...], if the Request-URI specifies a SIPS
// resource, the UAC MUST follow the procedures of [4] as if the input URI were
// a SIPS URI."
func (d *Dialog) NextHop() (sip.URI, error) {
	target, err := sip.ParseURI(d.target)
	if len(d.routes) == 0 {
		return target, err
	}
	first, routeErr := sip.ParseAddress(d.routes[0])
	if err == nil && target.Scheme == "sips" {
		return first.URI.Secure(), routeErr
	}
	return first.URI, routeErr
}
