// Package dialog is the dialog of RFC 3261 §12: what two user agents remember
// of each other so that requests of a call find their way and their order. A
// Dialog is a plain struct; it sends nothing and knows no time.
package dialog

import (
	"errors"
	"fmt"
	"slices"

	"intercom/ua/sip"
)

// ID is a dialog as this side sees it (RFC 3261 §12): "a Call-ID value, a
// local tag and a remote tag".
type ID struct{ CallID, LocalTag, RemoteTag string }

// Dialog is one peer-to-peer relation between two user agents.
type Dialog struct {
	id        ID
	local     string   // From of our requests, with the local tag
	remote    string   // To of our requests, with the remote tag
	target    string   // remote target URI
	routes    []string // route set, first hop first
	localSeq  uint32   // CSeq of our last request
	remoteSeq uint32   // CSeq of the peer's last request
	method    string   // and its method
	seen      bool     // remoteSeq is not empty
	confirmed bool
}

// ErrNoTag: a message that should make or find a dialog names no tag.
var ErrNoTag = errors.New("message without a tag makes no dialog")

// NewUAC makes the dialog of an INVITE that we sent and a provisional or 2xx
// response with a To tag (RFC 3261 §12.1.2).
func NewUAC(invite, resp *sip.Message) (*Dialog, error) {
	seq, err := invite.CSeq()
	if err != nil {
		return nil, fmt.Errorf("INVITE of a dialog: %w", err)
	}
	id, err := ResponseID(resp)
	if err != nil {
		return nil, err
	}
	d := &Dialog{
		id: id, local: invite.Get("From"), remote: resp.Get("To"),
		target: invite.RequestURI, localSeq: seq.Seq,
	}
	d.Confirm(resp)
	return d, nil
}

// Confirm takes a further response of the INVITE into the dialog. RFC 3261
// §13.2.2.4: with a 2xx "the dialog is transitioned to the 'confirmed' state,
// and the route set for the dialog MUST be recomputed based on the 2xx".
func (d *Dialog) Confirm(resp *sip.Message) {
	if d.confirmed {
		return
	}
	d.confirmed = resp.Status >= 200
	// §12.1.2: "The route set MUST be set to the list of URIs in the
	// Record-Route header field from the response, taken in reverse order".
	d.routes = recorded(resp)
	slices.Reverse(d.routes)
	d.Refresh(resp)
}

// NewUAS makes the dialog of an INVITE that we received and will answer with
// localTag (RFC 3261 §12.1.1).
func NewUAS(invite *sip.Message, localTag string) (*Dialog, error) {
	seq, err := invite.CSeq()
	if err != nil {
		return nil, fmt.Errorf("INVITE of a dialog: %w", err)
	}
	from, err := invite.From()
	if err != nil {
		return nil, fmt.Errorf("INVITE of a dialog: %w", err)
	}
	to, err := invite.To()
	if err != nil {
		return nil, fmt.Errorf("INVITE of a dialog: %w", err)
	}
	contact, err := invite.Contact()
	if err != nil || !contact.URI.IsSIP() {
		return nil, fmt.Errorf("INVITE of a dialog: Contact %q is no SIP address (RFC 3261 §8.1.1.8 wants one)", invite.Get("Contact"))
	}
	return &Dialog{
		id:    ID{invite.CallID(), localTag, from.Tag()},
		local: to.WithTag(localTag).String(), remote: invite.Get("From"),
		target: contact.URI.String(),
		// §12.1.1: "all URIs taken in order".
		routes:    recorded(invite),
		remoteSeq: seq.Seq, method: seq.Method, seen: true,
	}, nil
}

// recorded lists the hops of Record-Route, but for those that are no SIP address:
// nobody could be asked there, and we would pass the fault on in Route.
func recorded(m *sip.Message) (routes []string) {
	for value := range m.Values("Record-Route") {
		if hop, err := sip.ParseAddress(value); err == nil && hop.URI.IsSIP() {
			routes = append(routes, value)
		}
	}
	return routes
}

// ID returns the identity of the dialog.
func (d *Dialog) ID() ID { return d.id }

// Confirmed tells a confirmed dialog from an early one.
func (d *Dialog) Confirmed() bool { return d.confirmed }

// Remote returns the peer as its address stands in From or To.
func (d *Dialog) Remote() string { return d.remote }

// Target returns the remote target: where the peer says that it is.
func (d *Dialog) Target() string { return d.target }

// Routed tells whether requests go through proxies: the route set is not empty.
func (d *Dialog) Routed() bool { return len(d.routes) > 0 }

// Accept confirms the dialog on the called side, when the 2xx goes out.
func (d *Dialog) Accept() { d.confirmed = true }

// Refresh replaces the remote target with the Contact of a target refresh
// request or its 2xx (RFC 3261 §12.2.1.2, §12.2.2); without a usable Contact
// the old one stays.
func (d *Dialog) Refresh(m *sip.Message) {
	if contact, err := m.Contact(); err == nil && contact.URI.IsSIP() {
		d.target = contact.URI.String()
	}
}

// Receive notes a request of the peer and tells whether it is in order. RFC
// 3261 §12.2.2: "If the remote sequence number was not empty, but the sequence
// number of the request is lower than the remote sequence number, the request
// is out of order and MUST be rejected with a 500". One with the number and the
// method of the last is that one once more, when its transaction is forgotten.
func (d *Dialog) Receive(req *sip.Message) bool {
	seq, err := req.CSeq()
	if err != nil || d.seen && (seq.Seq < d.remoteSeq || seq.Seq == d.remoteSeq && seq.Method == d.method) {
		return false
	}
	d.remoteSeq, d.method, d.seen = seq.Seq, seq.Method, true
	return true
}
