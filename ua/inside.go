package ua

import (
	"net/netip"

	"intercom/ua/sip"
	"intercom/ua/transport"
)

// receive takes a request within a dialog of a call.
func (in leg) receive(p transport.Packet) {
	l := in.l
	if p.Msg.Method != "BYE" && !in.hears(p) {
		return
	}
	limit := maxHeld
	if p.Msg.Method == "BYE" {
		limit *= 2 // a call can always be ended
	}
	s, ok := l.serve(p, limit)
	if !ok {
		l.refuse(p, 503, "")
		return
	}
	if !in.dialog.Receive(p.Msg) {
		l.reply(s, l.response(p.Msg, 500, "CSeq Out of Order", ""))
		return
	}
	if missing := unsupported(p.Msg); missing != "" {
		l.reply(s, withUnsupported(l.response(p.Msg, 420, "", ""), missing))
		return
	}
	if misplaced(p.Msg) {
		l.reply(s, l.response(p.Msg, 400, "Misplaced Replaces", ""))
		return
	}
	if len(l.events) > maxUnread && p.Msg.Method != "BYE" {
		l.reply(s, l.overloaded(p.Msg, ""))
		return
	}
	in.flow = p.Flow
	switch p.Msg.Method {
	case "BYE":
		in.receiveBye(s)
	case "INVITE":
		in.receiveReinvite(s)
	case "PRACK":
		in.receivePrack(s)
	case "UPDATE":
		in.receiveUpdate(s)
	case "INFO":
		in.receiveInfo(s)
	case "REFER":
		in.receiveRefer(s)
	case "NOTIFY":
		in.receiveNotify(s)
	case "SUBSCRIBE":
		in.receiveSubscribe(s)
	case "MESSAGE":
		l.takeMessage(s, in.id, in.account)
	case "OPTIONS":
		l.reply(s, capabilities(l.response(p.Msg, 200, "", "")))
	default:
		l.reply(s, l.response(p.Msg, notAllowed(p.Msg.Method), "", ""))
	}
}

// hears decides whether a request of the dialog that does more than end it is
// served, and answers it where it is not. Who had to show a password to call is
// heard by the way that he called by, and by any other with the password.
func (in leg) hears(p transport.Packet) bool {
	l := in.l
	if in.caller == "" {
		known := in.knows(p.Remote)
		if !known {
			l.turnAway(p)
		}
		return known
	}
	if p.Remote == in.flow.Remote && transportOf(p.Flow) == transportOf(in.flow) {
		return true
	}
	user, ok := l.authorize(p)
	if ok && user != "" && user != in.caller {
		l.refuse(p, 403, "")
		return false
	}
	return ok
}

// knows tells whether requests of the dialog that do more than end it may come
// from source: from somebody trusted, from where the call's last word came, or
// from the peer's own address. The tags of a dialog are its secret, but not
// one for those who can listen to the network.
func (in leg) knows(source netip.AddrPort) bool {
	addr := source.Addr().Unmap().WithZone("")
	if in.l.trust.allows(addr) || in.flow.Remote.Addr().Unmap().WithZone("") == addr {
		return true
	}
	hop, err := in.dialog.NextHop()
	if err != nil {
		return false
	}
	host, err := netip.ParseAddr(hop.Host)
	return err == nil && host.Unmap() == addr
}

// overloaded puts a request within a dialog off: a 503 would be about the whole
// user agent (RFC 3261 §21.5.4).
func (l *loop) overloaded(req *sip.Message, tag string) *sip.Message {
	resp := l.response(req, 500, "", tag)
	resp.Add("Retry-After", "5")
	return resp
}
