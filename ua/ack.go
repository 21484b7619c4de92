package ua

import (
	"intercom/ua/dialog"
	"intercom/ua/sip"
	"intercom/ua/transport"
)

// acknowledgement is the ACK of a 2xx. RFC 3261 §13.2.2.4: it "MUST be passed
// to the client transport every time a retransmission of the 2xx final
// response that triggered the ACK arrives".
type acknowledgement struct {
	begun bool
	m     *sip.Message // nil until its way is known
	to    transport.Flow
}

// acknowledge sends the ACK of a 2xx to an INVITE of ours, in the dialog and
// with its route set, and each further time the same one.
func (c *call) acknowledge(d *dialog.Dialog, invite *sip.Message, a *acknowledgement) {
	if a.begun {
		if a.m != nil {
			c.sendAck(a)
		}
		return
	}
	a.begun = true
	cseq, _ := invite.CSeq() // we wrote it
	m := d.Ack(cseq.Seq)
	// RFC 3261 §22.1: the ACK carries the same credentials as the INVITE, as
	// it cannot be challenged.
	for _, name := range []string{"Authorization", "Proxy-Authorization"} {
		for value := range invite.Values(name) {
			m.Add(name, value)
		}
	}
	c.toPeer(d, func(to transport.Flow, local home) {
		c.l.via(m, local)
		a.m, a.to = m, to
		c.sendAck(a)
	})
}

func (c *call) sendAck(a *acknowledgement) {
	if err := c.l.send(a.to, a.m); err != nil {
		c.l.log.Warn("ACK not sent", "call", string(c.id), "err", err)
	}
}
