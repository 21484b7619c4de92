package ua

import (
	"strconv"
	"strings"
	"time"

	"intercom/ua/dialog"
	"intercom/ua/sdp"
	"intercom/ua/sip"
	"intercom/ua/transport"
)

// invited is the peer's INVITE until it has a final response.
type invited struct {
	c         *call
	server    *server
	tag       string           // our To tag
	offer     *sdp.Description // nil if the offer is left to us
	ringing   *sip.Message     // the last provisional response, sent again each minute
	again     time.Time
	reliable  reliable  // how provisional responses are sent
	settled   bool      // a description of ours went out before the 2xx
	accepting bool      // the owner has answered, the 2xx waits for a PRACK
	end       time.Time // of the caller's patience, or ours
	timer     timer
	answered  bool // a final response was given
}

const (
	// ringAgain: RFC 3261 §13.3.1.1: "To prevent cancellation, the UAS MUST
	// send a non-100 provisional response at every minute".
	ringAgain = time.Minute
	// maxRinging is how long a call waits for a decision.
	maxRinging = 3 * time.Minute
)

// receiveInvite takes an INVITE outside of any dialog from somebody trusted.
func (l *loop) receiveInvite(p transport.Packet, user string) {
	// RFC 3261 §8.2.2.2: a request without a To tag whose From tag, Call-ID and
	// CSeq "exactly match those associated with an ongoing transaction, but the
	// request does not match that transaction" came by two ways: "The UAS core
	// SHOULD generate a 482".
	if l.merged[mergeKeyOf(p.Msg)] != nil {
		l.refuse(p, 482, "")
		return
	}
	s, ok := l.serve(p, maxHeld/2)
	if !ok {
		l.refuse(p, 503, "")
		return
	}
	s.user = user
	offer, resp := l.examine(s)
	if resp == nil {
		resp = l.admit(s, offer)
	}
	if resp != nil {
		l.reply(s, resp)
	}
}

// examine returns the offer of an INVITE, or the response that refuses it
// (RFC 3261 §8.2).
func (l *loop) examine(s *server) (*sdp.Description, *sip.Message) {
	tag := l.statelessTag(s.req)
	if missing := unsupported(s.req); missing != "" {
		return nil, withUnsupported(l.response(s.req, 420, "", tag), missing)
	}
	if resp := l.refuseTimer(s.req, tag); resp != nil {
		return nil, resp
	}
	if name, value, refused := refuseContent(s.req); refused {
		resp := l.response(s.req, 415, "", tag)
		resp.Add(name, value)
		return nil, resp
	}
	if !accepts(s.req) {
		return nil, l.response(s.req, 406, "", tag)
	}
	offer, err := described(s.req)
	if err != nil {
		l.log.Info("call refused", "peer", s.flow.Remote, "err", err)
		return nil, l.response(s.req, 400, "Bad Session Description", tag)
	}
	return offer, nil
}

// admit makes the call, or returns the response that refuses it.
func (l *loop) admit(s *server, offer *sdp.Description) *sip.Message {
	tag := l.statelessTag(s.req)
	old, status, err := l.replacing(s.req)
	most := l.opts.Config.MaxCalls
	if old != nil {
		most++ // in place of the other
	}
	switch {
	case err != nil:
		l.log.Info("call refused", "peer", s.flow.Remote, "err", err)
		return l.response(s.req, status, "", tag)
	case l.stopping, len(l.events) > maxUnread:
		return l.response(s.req, 503, "", tag)
	case len(l.calls) >= most:
		return l.response(s.req, 486, "", tag)
	}
	tag = l.token()
	d, err := dialog.NewUAS(s.req, tag)
	if err != nil {
		l.log.Info("call refused", "peer", s.flow.Remote, "err", err)
		return l.response(s.req, 400, "Bad Contact", tag)
	}
	local, err := l.local(s.flow)
	if err != nil {
		return l.response(s.req, 500, "", tag)
	}
	called := l.calledAccount(s.req, s.flow.Remote.Addr().Unmap())
	if resp := l.refuseFirst(s, tag, offer, called, local); resp != nil {
		return resp
	}
	// RFC 3261 §12.1.1: "If the request that initiated the dialog contained a
	// SIPS URI in the Request-URI [...] the Contact header field in the response
	// MUST be a SIPS URI."
	if uri, err := sip.ParseURI(s.req.RequestURI); err == nil {
		local.secure = uri.Scheme == "sips"
	}
	l.incoming++
	c := l.newCall(CallID("in-"+strconv.Itoa(l.incoming)), called)
	c.dialog, c.local, c.flow, c.replaces, c.caller = d, local, s.flow, old, s.user
	c.in = &invited{c: c, server: s, tag: tag, offer: offer}
	c.in.timer.fire = c.in.tick
	c.in.reliable = reliable{wanted: requires(s.req, "100rel"), possible: supports(s.req, "100rel")}
	c.in.reliable.timer.fire = c.in.sayAgain
	s.call = c
	c.learn(s.req)
	c.join(d)
	c.in.patience()
	l.reply(s, l.response(s.req, 100, "", ""))
	l.tell(c.in.event())
	return nil
}

// refuseFirst returns the response to an INVITE whose offer, nil if it is left to
// us, cannot lead to a call of the account.
func (l *loop) refuseFirst(s *server, tag string, offer *sdp.Description, a *account, local home) *sip.Message {
	if err := l.secured(a, local.transport); err != nil {
		l.log.Info("call refused", "peer", s.flow.Remote, "err", err)
		return l.response(s.req, 488, "", tag)
	}
	with := sdp.Local{Addr: local.Addr(), Formats: l.opts.Formats, Protection: l.protection(a)}
	if offer == nil || sdp.Possible(offer, with) {
		return nil
	}
	l.log.Info("call refused", "peer", s.flow.Remote, "err", sdp.ErrNotAcceptable)
	return l.notAcceptable(s.req, tag, offer, with)
}

func (v *invited) event() Incoming {
	req := v.server.req
	from, vouched := v.c.l.caller(req, v.server.flow.Remote.Addr())
	to, _ := req.To() // Validate has read it
	e := Incoming{
		Call: v.c.id, From: from.URI.String(), FromName: from.Display, User: v.c.caller, To: to.URI.String(),
		Source: v.server.flow.Remote, Trusted: true, HasOffer: v.offer != nil, RingNeedsOffer: v.mustPropose(),
		AtOnce: wantsAnswer(req),
	}
	if !vouched.URI.IsZero() {
		e.Asserted = vouched.URI.String()
	}
	if v.c.account != nil {
		e.Account = v.c.account.Name
	}
	if v.c.replaces != nil {
		e.Replaces = v.c.replaces.id
	}
	return e
}

// patience reads Expires (RFC 3261 §13.3.1: "If the request is an INVITE that
// contains an Expires header field, the UAS core sets a timer for the number of
// seconds indicated") and bounds it.
func (v *invited) patience() {
	limit := maxRinging
	if n, err := strconv.ParseUint(strings.TrimSpace(v.server.req.Get("Expires")), 10, 32); err == nil {
		limit = min(limit, time.Duration(n)*time.Second)
	}
	v.end = v.c.l.now.Add(limit)
	v.wait()
}

func (v *invited) wait() {
	at := v.end
	if v.ringing != nil && v.again.Before(at) {
		at = v.again
	}
	v.c.l.timers.set(&v.timer, at)
}

// tick sends the 180 again, or gives the call up: "If the timer fires before
// the UAS generates a final response, a 487 (Request Terminated) response
// SHOULD be generated."
func (v *invited) tick() {
	if v.c.l.now.Before(v.end) {
		again := v.ringing
		if v.reliable.wanted {
			again = v.provisional(v.ringing.Status) // what it described has arrived
		}
		v.alert(again)
		return
	}
	v.refuse(487, "")
	v.c.end(487, "", true)
}

func (l *loop) ring(id CallID) {
	c := l.calls[id]
	if c == nil || c.in == nil || c.in.answered || c.in.ringing != nil {
		return
	}
	// RFC 3261 §13.2.1: without an offer in the INVITE ours "MUST be in the
	// first reliable non-failure message", and there are no media for it yet.
	if c.in.reliable.wanted && c.in.offer == nil {
		l.log.Debug("ringing not told to the caller", "call", string(id))
		return
	}
	c.in.alert(c.in.provisional(180))
}

// provisional begins a response of 101 to 199.
func (v *invited) provisional(status int) *sip.Message {
	resp := v.c.l.response(v.server.req, status, "", v.tag)
	v.copyRoutes(resp)
	v.c.addContact(resp)
	return resp
}

// alert sends a provisional response, and says when it is due again.
func (v *invited) alert(resp *sip.Message) {
	v.ringing = resp
	v.again = v.c.l.now.Add(ringAgain)
	v.wait()
	v.say(resp)
}

// copyRoutes: RFC 3261 §12.1.1: "the UAS MUST copy all Record-Route header
// field values from the request into the response".
func (v *invited) copyRoutes(resp *sip.Message) { copyRoutes(resp, v.server.req) }

func copyRoutes(resp, req *sip.Message) {
	for value := range req.Values("Record-Route") {
		resp.Add("Record-Route", value)
	}
}

// refuse gives a final response that makes no call.
func (v *invited) refuse(status int, reason string) {
	v.conclude(v.c.l.response(v.server.req, status, reason, v.tag))
}

func (v *invited) conclude(final *sip.Message) {
	v.finish()
	v.c.leave(v.c.dialog)
	v.c.l.reply(v.server, final)
}

func (v *invited) finish() {
	v.answered = true
	v.c.l.timers.set(&v.timer, time.Time{})
	v.c.l.timers.set(&v.reliable.timer, time.Time{})
}

func (l *loop) reject(id CallID, status int, reason string) {
	c := l.calls[id]
	if c == nil || c.in == nil || c.in.answered {
		return
	}
	if status < 300 || status > 699 {
		l.log.Error("a call cannot be rejected with this status", "call", string(id), "status", status)
		status, reason = 480, ""
	}
	c.in.refuse(status, reason)
	c.end(status, reason, false)
}

// redirect sends a caller on (RFC 3261 §21.3.3).
func (l *loop) redirect(id CallID, to string) {
	c := l.calls[id]
	if c == nil || c.in == nil || c.in.answered {
		return
	}
	target, err := c.account.target(to)
	if err != nil {
		l.log.Error("a caller cannot be sent elsewhere", "call", string(id), "err", err)
		l.reject(id, 480, "")
		return
	}
	moved := l.response(c.in.server.req, 302, "", c.in.tag)
	moved.Set("Contact", sip.Address{URI: target}.String())
	c.in.conclude(moved)
	c.end(302, "", false)
}

// answer takes the call: with the answer to the caller's offer, or with an
// offer of ours that the ACK answers (RFC 3261 §13.2.1).
func (l *loop) answer(id CallID, m Media) {
	c := l.calls[id]
	if c == nil || c.in == nil || c.in.answered {
		return
	}
	v := c.in
	if !v.settled {
		c.media = m
	}
	if v.held() {
		v.accepting = true
		return
	}
	v.accept()
}

// accept sends the 2xx.
func (v *invited) accept() {
	c := v.c
	if c.replaces != nil && c.replaces.ended {
		v.refuse(603, "") // RFC 3891 §3, as for a call that is over from the start
		c.end(603, "the call to be replaced is over", true)
		return
	}
	resp := c.l.response(v.server.req, 200, "", v.tag)
	copyRoutes(resp, v.server.req)
	c.addContact(resp)
	pending := &accepted{c: c, server: v.server, resp: resp, first: true}
	if err := v.describe(pending); err != nil {
		v.decline(err)
		return
	}
	v.finish()
	c.grantTimer(v.server.req, resp)
	c.dialog.Accept()
	pending.send()
	c.supersede()
}

// describe puts into the 2xx what offer and answer still lack.
func (v *invited) describe(pending *accepted) error {
	switch {
	case v.settled && v.reliable.described:
		return nil
	case v.settled:
		// RFC 3261 §13.2.1: "the same exact answer may also be placed in any
		// provisional responses sent prior to the answer", so it is repeated.
		v.c.describe(pending.resp, v.c.sent)
		return nil
	}
	return pending.describe(v.offer)
}
