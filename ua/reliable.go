package ua

import (
	"fmt"
	"strings"
	"time"

	"intercom/ua/sdp"
	"intercom/ua/sip"
	"intercom/ua/transaction"
)

// reliable is the server's side of reliable provisional responses (RFC 3262
// §3). One at a time waits for its PRACK; the next one waits for that.
type reliable struct {
	wanted    bool             // by Require: 100rel
	possible  bool             // by Supported: 100rel
	described bool             // a reliable response has carried a description
	rseq      uint32           // of the last one, 0 before the first
	resp      *sip.Message     // not yet acknowledged
	offer     *sdp.Description // ours in resp, to be answered by the PRACK
	next      *sip.Message     // waits until resp is acknowledged
	timer     timer
	interval  time.Duration
	until     time.Time
}

// say sends a provisional response as the caller wants it: RFC 3262 §3: "The
// UAS MUST send any non-100 provisional response reliably if the initial
// request contained a Require header field with the option tag 100rel."
func (v *invited) say(resp *sip.Message) {
	r, l, t1 := &v.reliable, v.c.l, transaction.Default().T1
	if !r.wanted {
		l.reply(v.server, resp)
		return
	}
	// "The UAS MUST NOT send a second reliable provisional response until the
	// first is acknowledged."
	if r.resp != nil {
		r.next = resp
		return
	}
	if r.rseq == 0 {
		// "The value of the header field for the first reliable provisional
		// response in a transaction MUST be between 1 and 2**31 - 1."
		r.rseq = uint32(l.pick(1 << 30))
	}
	r.rseq++
	resp.Add("Require", "100rel")
	resp.Add("RSeq", fmt.Sprint(r.rseq))
	r.resp, r.described = resp, r.described || len(resp.Body) > 0
	// It is "retransmitted with an exponential backoff [...] starts at T1
	// seconds, and doubles for each retransmission".
	r.interval, r.until = t1, l.now.Add(64*t1)
	l.timers.set(&r.timer, l.now.Add(r.interval))
	l.reply(v.server, resp)
}

// sayAgain retransmits. "If a reliable provisional response is retransmitted
// for 64*T1 seconds without reception of a corresponding PRACK, the UAS SHOULD
// reject the original request with a 5xx response."
func (v *invited) sayAgain() {
	r, l := &v.reliable, v.c.l
	if !l.now.Before(r.until) {
		v.refuse(504, "")
		v.c.end(504, "the caller did not acknowledge our ringing", false)
		return
	}
	r.interval *= 2
	at := l.now.Add(r.interval)
	if r.until.Before(at) {
		at = r.until
	}
	l.timers.set(&r.timer, at)
	l.reply(v.server, r.resp)
}

// held tells whether the 2xx must wait: RFC 3262 §3: if "any of the
// unacknowledged reliable provisional responses contained a session
// description [...] it MUST NOT send a final response until those provisional
// responses are acknowledged".
func (v *invited) held() bool {
	r := &v.reliable
	return r.resp != nil && len(r.resp.Body) > 0 || r.next != nil && len(r.next.Body) > 0
}

// acknowledges tells whether a PRACK is for the response that waits for one:
// its RAck names the RSeq, and the CSeq of the INVITE.
func (r *reliable) acknowledges(prack *sip.Message) bool {
	if r.resp == nil {
		return false
	}
	want := fmt.Sprint(r.rseq, " ", r.resp.Get("CSeq"))
	return strings.Join(strings.Fields(prack.Get("RAck")), " ") == strings.Join(strings.Fields(want), " ")
}

// receivePrack takes the caller's word that a provisional response has come.
// RFC 3262 §3: a PRACK that matches no unacknowledged one "MUST" be answered
// with 481, one that does with a 2xx.
func (in leg) receivePrack(s *server) {
	c, l := in.call, in.l
	if c.in == nil || !c.in.reliable.acknowledges(s.req) {
		l.reply(s, l.response(s.req, 481, "", ""))
		return
	}
	v := c.in
	r := &v.reliable
	offer := r.offer
	r.resp, r.offer = nil, nil
	l.timers.set(&r.timer, time.Time{})
	if offer != nil {
		l.reply(s, l.response(s.req, 200, "", ""))
		if err := v.readEarlyAnswer(offer, s.req); err != nil {
			v.refuse(488, "")
			c.end(488, err.Error(), false)
			return
		}
	} else {
		in.answerOffer(s, func(*sip.Message) {})
	}
	v.acknowledged()
}

// readEarlyAnswer takes the answer to an offer of ours out of a PRACK.
func (v *invited) readEarlyAnswer(offer *sdp.Description, prack *sip.Message) error {
	answer, err := described(prack)
	if err != nil {
		return err
	}
	if answer == nil {
		return fmt.Errorf("PRACK without an answer to our offer")
	}
	s, err := sdp.Accept(offer, v.c.localMedia(), answer)
	if err != nil {
		return err
	}
	v.c.foreshadow(s)
	return nil
}

// acknowledged goes on with what has waited for a PRACK.
func (v *invited) acknowledged() {
	next := v.reliable.next
	v.reliable.next = nil
	switch {
	case v.answered:
	case next != nil && (!v.accepting || len(next.Body) > 0):
		v.say(next)
	case v.accepting:
		v.accept()
	}
}
