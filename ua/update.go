package ua

import "intercom/ua/sip"

// receiveUpdate changes the session or the remote target outside of an INVITE
// (RFC 3311 §5.2), before the call is answered as well as in it, and refreshes
// the session timer of a call that is up.
func (in leg) receiveUpdate(s *server) {
	l := in.l
	if in.ended {
		l.reply(s, l.response(s.req, 481, "", ""))
		return
	}
	if resp := l.refuseTimer(s.req, ""); resp != nil {
		l.reply(s, resp)
		return
	}
	in.answerOffer(s, func(resp *sip.Message) {
		in.addContact(resp)
		in.dialog.Refresh(s.req)
		in.learn(s.req)
		if in.up {
			in.grantTimer(s.req, resp)
		}
	})
}
