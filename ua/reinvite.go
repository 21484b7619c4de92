package ua

// receiveReinvite changes the session of a call at the peer's wish: hold and
// resumption, another address, another codec (RFC 3261 §14.2, RFC 3264 §8).
// What cannot be done is refused, and the call goes on as it was.
func (in leg) receiveReinvite(s *server) {
	c, l := in.call, in.l
	refuse := func(status int, reason string) { l.reply(s, l.response(s.req, status, reason, "")) }
	switch {
	case c.out != nil && !c.up:
		// RFC 3261 §14.2: "A UAS that receives an INVITE on a dialog while an
		// INVITE it had sent on that dialog is in progress MUST return a 491".
		refuse(491, "")
		return
	case c.in != nil && !c.in.answered:
		// "A UAS that receives a second INVITE before it sends the final
		// response to a first INVITE with a lower CSeq sequence number on the
		// same dialog MUST return a 500 (Server Internal Error) response to the
		// second INVITE and MUST include a Retry-After header field".
		resp := l.response(s.req, 500, "", "")
		resp.Add("Retry-After", "5")
		l.reply(s, resp)
		return
	case c.ended, c.offering():
		// An offer of ours is open (RFC 3264 §4: no two offers at a time), or a
		// re-INVITE.
		refuse(491, "")
		return
	}
	if resp := l.refuseTimer(s.req, ""); resp != nil {
		l.reply(s, resp)
		return
	}
	if name, value, refused := refuseContent(s.req); refused {
		resp := l.response(s.req, 415, "", "")
		resp.Add(name, value)
		l.reply(s, resp)
		return
	}
	if !accepts(s.req) {
		refuse(406, "")
		return
	}
	offer, err := described(s.req)
	if err != nil {
		refuse(488, "Bad Session Description")
		return
	}
	resp := l.response(s.req, 200, "", "")
	c.addContact(resp)
	pending := &accepted{c: c, server: s, resp: resp}
	if err := pending.describe(offer); err != nil {
		l.reply(s, l.notAcceptable(s.req, "", offer, c.localMedia()))
		return
	}
	in.dialog.Refresh(s.req)
	c.learn(s.req)
	c.grantTimer(s.req, resp)
	pending.send()
}
