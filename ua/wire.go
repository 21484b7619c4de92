package ua

import (
	"fmt"
	"net/netip"

	"intercom/ua/sip"
	"intercom/ua/transport"
)

// The abilities that are told with Allow, Accept and Supported.
const (
	allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, " +
		"PRACK, UPDATE, " +
		"INFO, MESSAGE, REFER, NOTIFY, SUBSCRIBE"
	accept = "application/sdp"
)

// send puts a message on the wire.
func (l *loop) send(to transport.Flow, m *sip.Message) error {
	if l.opts.Trace != nil {
		l.opts.Trace(Trace{At: l.now, Out: true, Local: l.udp.LocalAddr(), Remote: to.Remote, Transport: "UDP", Msg: m})
	}
	return l.udp.Send(to, m)
}

// local returns our address and port as a peer sees them, for Via, Contact and
// SDP.
func (l *loop) local(remote netip.AddrPort) (netip.AddrPort, error) {
	addr, err := l.udp.LocalAddrFor(remote)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("no way to %s: %w", remote, err)
	}
	return netip.AddrPortFrom(addr.Unmap().WithZone(""), l.udp.LocalAddr().Port()), nil
}

// via adds the Via of a new transaction. RFC 3261 §8.1.1.7: the branch "MUST
// always begin with the characters 'z9hG4bK'"; RFC 3581 §3: rport asks for
// the answer to come back to the port that we send from.
func (l *loop) via(m *sip.Message, local netip.AddrPort) {
	params := sip.Params("").With("branch", sip.BranchCookie+l.token()).With("rport", "")
	v := sip.Via{Transport: "UDP", Host: local.Addr().String(), Port: local.Port(), Params: params}
	m.Prepend("Via", v.String())
}

// contact is the address at which user is reached here.
func contact(user string, local netip.AddrPort) sip.URI {
	return sip.URI{Scheme: "sip", User: user, Host: local.Addr().String(), Port: local.Port()}
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
