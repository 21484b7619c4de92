package ua

import (
	"intercom/ua/sip"
	"intercom/ua/transaction"
	"intercom/ua/transport"
)

// cancel gives the INVITE up. RFC 3261 §9.1: before a provisional response
// "the CANCEL request MUST NOT be sent; rather, the client MUST wait for the
// arrival of a provisional response".
func (v *invitation) cancel() {
	v.cancelled = true
	v.sendCancel()
}

func (v *invitation) sendCancel() {
	if v.client == nil {
		return
	}
	if v.c.cancel(v.client) {
		v.client = nil // one CANCEL is enough
	}
}

// cancel sends the CANCEL of an INVITE if it is time for it.
func (c *call) cancel(invite *client) bool {
	l := c.l
	machine := invite.machine.(*transaction.InviteClient)
	m := machine.Cancel(l.now)
	if m == nil {
		return false
	}
	c.explain(m)
	l.timers.set(&invite.timer, machine.Deadline())
	// The answer to the CANCEL says nothing; that to the INVITE follows.
	l.request(m, invite.flow, func(*sip.Message) {}, func(err error) {
		l.log.Debug("CANCEL without an answer", "call", string(c.id), "err", err)
	})
	return true
}

// receiveCancel takes a CANCEL to its INVITE (RFC 3261 §9.2).
func (l *loop) receiveCancel(p transport.Packet) {
	s := l.servers[transaction.InviteKeyOfCancel(p.Msg)]
	switch {
	case !l.trusted(p) && (s == nil || s.flow.Remote.Addr() != p.Remote.Addr()):
		l.turnAway(p)
	case s == nil:
		l.refuse(p, 481, "")
	default:
		// "The CANCEL request itself is answered with 200, and the To tag
		// SHOULD be that of the response to the INVITE".
		l.respond(p.Flow, l.response(p.Msg, 200, "", s.tag(l, p.Msg)))
		if c := s.call; c != nil && c.in != nil && c.in.server == s && !c.in.answered {
			c.explained(p.Msg)
			c.in.refuse(487, "")
			c.leave(c.dialog)
			c.end(487, "", true)
		}
	}
}

// tag is the local tag in the answers to the INVITE of a CANCEL.
func (s *server) tag(l *loop, cancel *sip.Message) string {
	if s.call != nil && s.call.in != nil {
		return s.call.in.tag
	}
	return l.statelessTag(cancel)
}
