package ua

import (
	"intercom/ua/sdp"
	"intercom/ua/sip"
)

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
		v.propose(resp)
	default:
		// An offer must be reliable: it comes with the 2xx.
		v.alert(resp)
	}
}

// ringWith answers a call with 180, which carries our offer if the caller can
// hear of it in no other way.
func (l *loop) ringWith(id CallID, m Media) {
	c := l.calls[id]
	if c == nil || c.in == nil || !c.in.mustPropose() {
		l.ring(id)
		return
	}
	if v := c.in; !v.answered && v.ringing == nil {
		c.media = m
		v.propose(v.provisional(180))
	}
}

// mustPropose tells whether the first provisional response must carry our offer.
// RFC 3261 §13.2.1: without an offer in the INVITE ours "MUST be in the first
// reliable non-failure message", and this caller takes reliable ones only.
func (v *invited) mustPropose() bool {
	return v.offer == nil && v.reliable.wanted && !v.settled
}

// propose sends a reliable provisional response with our offer, which the PRACK
// answers.
func (v *invited) propose(resp *sip.Message) {
	c := v.c
	if err := c.l.secured(c.account, c.carrier()); err != nil {
		v.refuse(488, "")
		c.end(488, err.Error(), false)
		return
	}
	v.reliable.offer = sdp.Offer(c.unseen(), c.sent)
	c.describe(resp, v.reliable.offer)
	v.settled = true
	v.alert(resp)
}
