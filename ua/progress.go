package ua

import "intercom/ua/sdp"

// progress answers a call with 183 and a session description. It goes out
// reliably where the caller can take it (RFC 3262 §5); else the description
// tells what the 2xx will repeat (RFC 3261 §13.2.1).
func (l *loop) progress(id CallID, m Media) {
	c := l.calls[id]
	if c == nil || c.in == nil || c.in.answered || c.in.settled {
		return
	}
	v := c.in
	c.media = m
	v.reliable.wanted = v.reliable.wanted || v.reliable.possible
	resp := v.provisional(183)
	switch {
	case v.offer != nil:
		answer, s, err := c.answer(v.offer)
		if err != nil {
			v.decline(err)
			return
		}
		c.describe(resp, answer)
		v.settled = true
		v.alert(resp)
		c.foreshadow(s)
	case v.reliable.wanted:
		if err := l.secured(c.account, c.carrier()); err != nil {
			v.refuse(488, "")
			c.end(488, err.Error(), false)
			return
		}
		v.reliable.offer = sdp.Offer(c.unseen(), c.sent)
		c.describe(resp, v.reliable.offer)
		v.settled = true
		v.alert(resp)
	default:
		// An offer must be reliable: it comes with the 2xx.
		v.alert(resp)
	}
}
