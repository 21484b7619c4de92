package ua

import (
	"strconv"

	"intercom/ua/sip"
)

// answerOffer answers a request that may carry an offer and is not an INVITE:
// with 200 and our answer, or with what refuses the offer. grant adds to the
// 200.
func (in leg) answerOffer(s *server, grant func(resp *sip.Message)) {
	c, l := in.call, in.l
	resp := in.refuseOffer(s.req)
	if resp == nil {
		resp = l.response(s.req, 200, "", "")
		if offer, _ := described(s.req); offer != nil { // refuseOffer has read it
			answer, session, err := c.answer(offer)
			if err != nil {
				resp = l.notAcceptable(s.req, "", offer, c.localMedia())
			} else {
				c.describe(resp, answer)
				defer in.change(session)
			}
		}
	}
	if resp.Status == 200 {
		grant(resp)
	}
	l.reply(s, resp)
}

// refuseOffer returns the response to an offer that cannot be looked at or
// comes at the wrong time, nil if there is no offer or it may be answered.
func (in leg) refuseOffer(req *sip.Message) *sip.Message {
	l := in.l
	if name, value, refused := refuseContent(req); refused {
		resp := l.response(req, 415, "", "")
		resp.Add(name, value)
		return resp
	}
	offer, err := described(req)
	switch {
	case err != nil:
		return l.response(req, 488, "Bad Session Description", "")
	case offer == nil:
		return nil
	case !accepts(req):
		return l.response(req, 406, "", "")
	case in.offering():
		// RFC 3311 §5.2: if the UAS "has generated an offer [...] to which it
		// has not yet received an answer, the UAS MUST reject the UPDATE with a
		// 491 response".
		return l.response(req, 491, "", "")
	case in.offered():
		// And if it "has received an offer [...] to which it has not yet
		// generated an answer, the UAS MUST reject the UPDATE with a 500
		// response, and MUST include a Retry-After header field with a randomly
		// chosen value between 0 and 10 seconds".
		resp := l.response(req, 500, "", "")
		resp.Add("Retry-After", strconv.Itoa(l.pick(11)))
		return resp
	}
	return nil
}

// offering tells whether an offer of ours waits for its answer in this dialog.
func (in leg) offering() bool {
	c := in.call
	if f := in.fork(); f != nil && !c.up {
		return !f.agreed
	}
	return c.offering()
}

// offered tells whether an offer of the peer waits for our answer, or ours
// must come first.
func (in leg) offered() bool {
	v := in.in
	return v != nil && !v.answered && !(v.settled && v.reliable.described)
}

// fork is the dialog of the leg among those of our INVITE; nil in a call that
// came in.
func (in leg) fork() *fork {
	if in.out == nil {
		return nil
	}
	return in.out.forks[in.dialog.ID().RemoteTag]
}

// change makes a session the current one of the dialog.
func (in leg) change(s Session) {
	f := in.fork()
	switch {
	case in.up:
		in.call.change(s)
	case f == nil:
		in.foreshadow(s)
	case !sameSession(*f.early, s):
		f.early = &s
		in.l.tell(Early{in.id, s})
	}
}

// offering tells whether an offer of ours within the call waits for its
// answer.
func (c *call) offering() bool {
	for _, a := range c.awaiting {
		if a.offer != nil {
			return true
		}
	}
	return c.in != nil && c.in.reliable.offer != nil || c.modification.inviting()
}
