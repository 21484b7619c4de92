package ua

import (
	"intercom/ua/dialog"
	"intercom/ua/sip"
)

// bye ends a dialog (RFC 3261 §15.1.1). Whatever the answer, the dialog is
// over; a challenge is answered so that the peer ends it too.
func (c *call) bye(d *dialog.Dialog) {
	c.leave(d)
	c.ask(d, "BYE", c.explain, func(_ *sip.Message, err error) {
		if err != nil {
			c.l.log.Debug("BYE without an answer", "call", string(c.id), "err", err)
		}
	})
}

// receiveBye ends the call from the other side (RFC 3261 §15.1.2). A caller
// may do so before the answer: then the INVITE gets its 487.
func (in leg) receiveBye(s *server) {
	c := in.call
	if c.dialog != in.dialog {
		// RFC 3261 §15: "the callee's UA MUST NOT send a BYE" on an early dialog.
		c.l.reply(s, c.l.response(s.req, 481, "", ""))
		return
	}
	c.l.reply(s, c.l.response(s.req, 200, "", ""))
	c.explained(s.req)
	c.leave(c.dialog)
	c.stopAwaiting()
	if c.in != nil && !c.in.answered {
		c.in.refuse(487, "")
		c.end(487, "", true)
		return
	}
	c.end(0, "", true)
}
