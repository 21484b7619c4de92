package ua

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"intercom/ua/dialog"
	"intercom/ua/sip"
	"intercom/ua/transaction"
	"intercom/ua/transport"
)

// receive takes one packet to where it belongs.
func (l *loop) receive(p transport.Packet) {
	if p.Err != nil {
		l.unreachable(p)
		return
	}
	if p.Binding != nil {
		l.receiveBinding(p)
		return
	}
	if p.Msg == nil {
		return // the transport is closed
	}
	if l.opts.Trace != nil {
		l.opts.Trace(Trace{At: p.At, Local: p.Local, Remote: p.Remote, Transport: transportOf(p.Flow), Msg: traced(p.Msg)})
	}
	switch {
	case !p.Msg.IsRequest():
		l.receiveResponse(p)
	case p.Fault != nil:
		l.receiveFaulty(p)
	default:
		l.receiveRequest(p)
	}
}

// receiveResponse finds the request that it answers. One that nobody waits
// for, or that is not well-formed, is dropped (RFC 3261 §17.1.3, §18.1.2).
func (l *loop) receiveResponse(p transport.Packet) {
	if p.Fault != nil || astray(p.Msg) {
		return
	}
	if c := l.clients[transaction.ClientKey(p.Msg)]; c != nil {
		l.apply(c, c.machine.Receive(l.now, p.Msg))
	}
}

// astray tells whether a response was for somebody behind us. RFC 3261 §8.1.3.3: "If more than one Via header field value
// is present in a response, the UAC SHOULD discard the message".
func astray(resp *sip.Message) bool {
	vias := 0
	for range resp.Values("Via") {
		vias++
	}
	return vias > 1
}

// receiveFaulty answers a malformed request of somebody known with what it is
// owed. It never comes near a call.
func (l *loop) receiveFaulty(p transport.Packet) {
	switch {
	case p.Msg.Method == "ACK": // RFC 3261 §17.1: an ACK is never answered
	case !l.trusted(p):
		l.turnAway(p)
	default:
		l.refuse(p, p.Fault.Status, p.Fault.Reason)
	}
}

func (l *loop) receiveRequest(p transport.Packet) {
	if s := l.servers[transaction.ServerKey(p.Msg)]; s != nil {
		l.applyServer(s, s.machine.Receive(l.now, p.Msg))
		return
	}
	switch p.Msg.Method {
	case "ACK":
		l.receiveAck(p)
		return
	case "CANCEL":
		l.receiveCancel(p)
		return
	}
	id, err := dialog.RequestID(p.Msg)
	if err == nil {
		if in, ok := l.dialogs[id]; ok {
			in.receive(p)
			return
		}
		if in, ok := l.late[id]; ok {
			in.receiveLate(p)
			return
		}
	}
	user, ok := l.authorize(p)
	switch {
	case !ok: // it has its answer
	case err == nil:
		// RFC 3261 §12.2.2: "If the UAS wishes to reject the request because it
		// does not wish to recreate the dialog, it MUST respond to the request
		// with a 481".
		l.refuse(p, 481, "")
	default:
		l.receiveOutside(p, user)
	}
}

// receiveOutside takes a request outside of any dialog. All but INVITE and
// MESSAGE are answered without keeping anything (RFC 3261 §8.2.7).
func (l *loop) receiveOutside(p transport.Packet, user string) {
	if misplaced(p.Msg) {
		l.refuse(p, 400, "Misplaced Replaces")
		return
	}
	switch p.Msg.Method {
	case "INVITE":
		l.receiveInvite(p, user)
	case "MESSAGE":
		l.receiveMessage(p, user)
	case "OPTIONS":
		l.receiveOptions(p)
	case "BYE", "INFO", "PRACK", "UPDATE":
		// RFC 3261 §15.1.2, RFC 6086 §4.2.2, RFC 3262 §3, RFC 3311 §5.2: it matches no dialog.
		l.refuse(p, 481, "")
	case "SUBSCRIBE":
		l.receiveSubscribe(p)
	case "NOTIFY":
		l.receiveNotify(p)
	case "REFER":
		l.receiveRefer(p, user)
	default:
		l.refuse(p, notAllowed(p.Msg.Method), "")
	}
}

// notAllowed is the status for a method that is not served: 405 if it is one
// of SIP's, 501 if it is not known at all (RFC 3261 §8.2.1, §21.5.2).
func notAllowed(method string) int {
	switch method {
	case "REGISTER", "MESSAGE", "INFO", "UPDATE", "PRACK", "REFER", "NOTIFY", "SUBSCRIBE", "PUBLISH", "OPTIONS":
		return 405
	}
	return 501
}

// statelessTag is a To tag that comes out the same for each copy of a request,
// and for an INVITE and its CANCEL.
func (l *loop) statelessTag(req *sip.Message) string {
	var room [512]byte
	text := append(room[:0], l.secret[:]...)
	text = append(text, req.CallID()...)
	text = append(text, req.Get("From")...)
	seq, _, _ := strings.Cut(req.Get("CSeq"), " ")
	text = append(text, seq...)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}
