package ua

import (
	"fmt"

	"intercom/ua/sdp"
	"intercom/ua/sip"
)

// notAcceptable is the 488 to an offer that we cannot answer with what we
// bring. RFC 3261 §13.3.1.3: "Such a response SHOULD include a Warning header
// field value explaining why the offer was rejected." Without an offer there is
// nothing to explain.
func (l *loop) notAcceptable(req *sip.Message, tag string, offer *sdp.Description, bring sdp.Local) *sip.Message {
	resp := l.response(req, 488, "", tag)
	if offer == nil {
		return resp
	}
	code, text := sdp.Objection(offer, bring)
	host := bring.Addr.String()
	if bring.Addr.Is6() {
		host = "[" + host + "]"
	}
	resp.Add("Warning", fmt.Sprintf("%d %s %q", code, host, text))
	return resp
}

// decline refuses the INVITE because of its offer.
func (v *invited) decline(err error) {
	v.conclude(v.c.l.notAcceptable(v.server.req, v.tag, v.offer, v.c.localMedia()))
	v.c.end(488, err.Error(), false)
}
