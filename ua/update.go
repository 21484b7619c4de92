package ua

import "intercom/ua/sip"

// receiveUpdate changes the session or the remote target outside of an INVITE
// (RFC 3311 §5.2), before the call is answered as well as in it.
func (in leg) receiveUpdate(s *server) {
	if in.ended {
		in.l.reply(s, in.l.response(s.req, 481, "", ""))
		return
	}
	if in.answerOffer(s, func(resp *sip.Message) { in.addContact(resp) }) {
		in.dialog.Refresh(s.req)
	}
}
