package ua

import (
	"intercom/ua/transport"
)

// receive takes a request within a dialog of a call.
func (in leg) receive(p transport.Packet) {
	l := in.l
	if p.Msg.Method != "BYE" && !in.knows(p.Remote) {
		l.turnAway(p)
		return
	}
	s, ok := l.serve(p, maxServers)
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
