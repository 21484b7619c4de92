package ua

import (
	"fmt"
	"net/netip"
	"strings"

	"intercom/ua/sip"
	"intercom/ua/transport"
)

// The abilities that are told with Allow, Accept and Supported.
const (
	allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, " +
		"PRACK, UPDATE, " +
		"INFO, MESSAGE, REFER, NOTIFY, SUBSCRIBE"
	accept = sessionDescription + ", multipart/mixed, multipart/alternative"

	sessionDescription = "application/sdp"
)

// home is where a peer reaches us, as it sees it: for Via, Contact and SDP.
type home struct {
	netip.AddrPort        // the port is 0 where only an open connection leads here
	transport      string // "UDP", "TCP" or "TLS"
	secure         bool   // by sips
}

// send puts a message on the wire.
func (l *loop) send(to transport.Flow, m *sip.Message) error {
	l.trace(to, m)
	return l.net.Send(to, m)
}

// transportOf names the transport of a flow.
func transportOf(f transport.Flow) string {
	if f.Transport == "" {
		return "UDP"
	}
	return f.Transport
}

// local returns where the peer at the end of a flow reaches us. Where nobody
// can connect to us, the port of the open connection is left out: it changes
// with each, and so would our Contact.
func (l *loop) local(to transport.Flow) (home, error) {
	h := home{transport: transportOf(to)}
	addr, err := l.net.SentBy(to)
	if err != nil {
		return h, fmt.Errorf("no way to %s: %w", to.Remote, err)
	}
	h.AddrPort = netip.AddrPortFrom(addr.Addr(), l.net.LocalAddr(h.transport).Port())
	return h, nil
}

// via adds the Via of a new transaction. RFC 3261 §8.1.1.7: the branch "MUST
// always begin with the characters 'z9hG4bK'"; RFC 3581 §3: rport asks for
// the answer to come back to the port that we send from.
func (l *loop) via(m *sip.Message, local home) {
	params := sip.Params("").With("branch", sip.BranchCookie+l.token()).With("rport", "")
	v := sip.Via{Transport: local.transport, Host: local.Addr().String(), Port: local.Port(), Params: params}
	m.Prepend("Via", v.String())
}

// contact is the address at which user is reached here.
func contact(user string, local home) sip.URI {
	uri := sip.URI{Scheme: "sip", User: user, Host: local.Addr().String(), Port: local.Port()}
	switch {
	case local.secure:
		uri.Scheme = "sips"
	case local.transport == "TCP" || local.transport == "TLS":
		uri.Params = uri.Params.With("transport", strings.ToLower(local.transport))
	}
	return uri
}

// respond sends a response without a transaction. Without a Via nobody could
// tell what it answers.
func (l *loop) respond(to transport.Flow, resp *sip.Message) {
	if !resp.Has("Via") {
		return
	}
	if err := l.send(transport.Reply(to, resp), resp); err != nil {
		l.log.Debug("response not sent", "peer", to.Remote, "err", err)
	}
}

// response begins an answer of ours, tagged. RFC 3261 §8.2.6.2: "if the
// request did not contain a To tag, the UAS MUST add a tag to the To header
// field in the response (with the exception of the 100 (Trying) response)".
func (l *loop) response(req *sip.Message, status int, reason, tag string) *sip.Message {
	resp := sip.NewResponse(req, status, reason)
	if to, err := resp.To(); status != 100 && err == nil && to.Tag() == "" {
		resp.Set("To", resp.Get("To")+";tag="+tag)
	}
	if status != 100 && l.opts.Config.UserAgent != "" {
		resp.Add("Server", l.opts.Config.UserAgent)
	}
	if status == 405 || status == 501 || status == 200 && (req.Method == "INVITE" || req.Method == "UPDATE") {
		resp.Add("Allow", allow)
	}
	if status == 200 && (req.Method == "INVITE" || req.Method == "UPDATE") {
		resp.Add("Supported", extensions)
	}
	return resp
}
