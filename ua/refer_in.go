package ua

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"intercom/ua/dialog"
	"intercom/ua/sip"
)

// referral is a REFER of the peer: it asks us to call somebody else (RFC 3515,
// RFC 5589). First it waits for the owner's decision; accepted, it tells the
// peer how the new call goes.
type referral struct {
	c      *call
	dialog *dialog.Dialog // of the REFER
	server *server        // the REFER
	tag    string         // ours in the answers to it, where they make the dialog
	target string         // whom to call, without headers
	other  string         // Replaces of the call to be, "" if none
	by     string         // Referred-By, "" if none
	silent bool           // nobody wants to know (RFC 4488)
	timer  timer          // of the decision, then of the subscription

	accepted bool
	id       string // of the subscription
	until    time.Time
	status   int  // of the new call, as last told or to be told
	telling  bool // a NOTIFY is under way
	more     bool // there is news since
	over     bool
}

const (
	// maxDeciding is how long the owner may think about a REFER: less than the
	// 32 s after which the peer gives up.
	maxDeciding = 15 * time.Second
	// referTime is how long the peer is told of the new call at most.
	referTime = maxInviting + 10*time.Second
	// maxLate bounds the calls that are over and live on for a subscription.
	maxLate = 64
	// maxReferTo bounds what is copied out of a REFER, in octets.
	maxReferTo = 1024
)

// receiveRefer takes a REFER in a dialog.
func (in leg) receiveRefer(s *server) { in.takeRefer(s, in.dialog, "") }

// takeRefer takes a REFER that is about the call to the owner, if its sender may
// send calls elsewhere at all. d is its own dialog, which is the call's or one
// that it makes; of that one tag is ours.
func (in leg) takeRefer(s *server, d *dialog.Dialog, tag string) {
	c, l := in.call, in.l
	refuse := func(status int, reason string) { l.reply(s, l.response(s.req, status, reason, tag)) }
	target, status, err := referTo(s.req)
	switch {
	case c.ended:
		refuse(481, "")
	case l.opts.Config.Transfers != TransfersTrusted || l.stopping:
		refuse(603, "")
	case c.caller == "" && !l.trust.allows(s.flow.Remote.Addr()):
		refuse(403, "")
	case !c.up || c.dialog != in.dialog:
		refuse(403, "Not Answered Yet")
	case err != nil:
		l.log.Info("transfer refused", "call", string(c.id), "err", err)
		refuse(status, "")
	case c.referral != nil, len(l.late) >= maxLate:
		l.reply(s, l.overloaded(s.req, tag))
	default:
		r := &referral{c: c, dialog: d, server: s, tag: tag, by: clean(s.req.Get("Referred-By")), status: 100}
		if c.refers++; c.refers > 1 && d == in.dialog {
			// RFC 3515 §2.4.6: of several REFER in one dialog all but the first must
			// be told apart by "the sequence number [...] from the CSeq".
			cseq, _ := s.req.CSeq()
			r.id = strconv.FormatUint(uint64(cseq.Seq), 10)
		}
		r.consider(target)
	}
}

// consider asks the owner.
func (r *referral) consider(target sip.URI) {
	c, s := r.c, r.server
	if value, n := target.Header("Replaces"); n == 1 {
		r.other = clean(value)
	}
	target.Headers = ""
	target.Params = target.Params.Without("method")
	r.target = target.String()
	// RFC 4488 §4: "Refer-Sub: false" asks for no subscription.
	value, _, _ := strings.Cut(s.req.Get("Refer-Sub"), ";")
	r.silent = strings.EqualFold(strings.TrimSpace(value), "false")
	r.timer.fire = r.expire
	c.l.timers.set(&r.timer, c.l.now.Add(maxDeciding))
	c.referral = r
	r.dialog.Refresh(s.req)
	c.l.tell(Referred{Call: c.id, Target: r.target, By: r.by, Replaces: r.other != ""})
}

// clean drops what is longer than anybody needs or would split a message.
func clean(s string) string {
	if len(s) > maxReferTo || strings.ContainsAny(s, "\r\n\x00") {
		return ""
	}
	return s
}

// referTo reads whom a REFER is about, or returns the status it is owed. RFC
// 3515 §2.4.1: "A REFER request MUST contain exactly one Refer-To header field
// value"; §2.4.2: "If the agent [...] receives a REFER with no or more than one
// Refer-To it MUST be refused with 400".
func referTo(req *sip.Message) (target sip.URI, status int, err error) {
	var values []string
	for value := range req.Values("Refer-To") {
		values = append(values, value)
	}
	if len(values) != 1 || len(values[0]) > maxReferTo {
		return sip.URI{}, 400, fmt.Errorf("REFER with %d Refer-To header fields %q; want a short one", len(values), values)
	}
	a, err := sip.ParseAddress(values[0])
	if err != nil {
		return sip.URI{}, 400, fmt.Errorf("Refer-To: %w", err)
	}
	if !a.URI.IsSIP() && a.URI.Scheme != "tel" {
		return sip.URI{}, 416, fmt.Errorf("Refer-To %q cannot be called", values[0])
	}
	method, given := a.URI.Params.Get("method")
	if given && method != "INVITE" {
		return sip.URI{}, 603, fmt.Errorf("REFER asks for the method %q; only calls are placed", method)
	}
	if value, n := a.URI.Header("Replaces"); n > 1 {
		return sip.URI{}, 400, fmt.Errorf("Refer-To %q names %d calls to be replaced", values[0], n)
	} else if n == 1 {
		if _, err := sip.ParseReplaces(value); err != nil {
			return sip.URI{}, 400, fmt.Errorf("Refer-To: %w", err)
		}
	}
	return a.URI, 0, nil
}

// follow places the call that a REFER asked for.
func (l *loop) follow(id, as CallID, m Media) {
	c := l.calls[id]
	if c == nil || c.referral == nil || c.referral.accepted {
		l.tell(Ended{Call: as, Status: 481, Reason: "nobody asks for this call any more", Remote: true})
		return
	}
	r := c.referral
	if l.calls[as] != nil {
		l.log.Error("a call of this name is already there", "call", string(as))
		r.refuse(603, "")
		return
	}
	r.accept()
	d := Dial{Target: r.target, Media: m, replaces: r.other, referredBy: r.by, referral: r}
	if c.account != nil {
		d.Account = c.account.Name
	}
	l.dial(as, d)
}

// decline refuses to place the call.
func (l *loop) decline(id CallID, status int, reason string) {
	c := l.calls[id]
	if c == nil || c.referral == nil || c.referral.accepted {
		return
	}
	if status < 300 || status > 699 {
		l.log.Error("a transfer cannot be refused with this status", "call", string(id), "status", status)
		status, reason = 603, ""
	}
	c.referral.refuse(status, reason)
}

func (r *referral) refuse(status int, reason string) {
	r.c.l.reply(r.server, r.c.l.response(r.server.req, status, reason, r.tag))
	r.close()
}

// accept answers the REFER. RFC 3515 §2.4.5: "Upon accepting a REFER the agent
// MUST immediately send a NOTIFY".
func (r *referral) accept() {
	l := r.c.l
	r.accepted = true
	resp := l.response(r.server.req, 202, "", r.tag)
	copyRoutes(resp, r.server.req)
	r.c.addContact(resp)
	if r.silent {
		resp.Add("Refer-Sub", "false")
		l.timers.set(&r.timer, time.Time{})
		l.reply(r.server, resp)
		return
	}
	l.reply(r.server, resp)
	if r.dialog != r.c.dialog {
		l.late[r.dialog.ID()] = leg{r.c, r.dialog}
	}
	r.prolong(referTime)
	r.tell()
}

func (r *referral) prolong(d time.Duration) {
	r.until = r.c.l.now.Add(d)
	r.c.l.timers.set(&r.timer, r.until)
}

// expire comes when the owner has not decided, or when the subscription ends.
func (r *referral) expire() {
	if !r.accepted {
		r.refuse(603, "")
		return
	}
	r.tell()
}

// progress takes a new state of the new call.
func (r *referral) progress(status int) {
	if r == nil || r.over || status == r.status || r.status >= 200 {
		return
	}
	r.status = status
	switch {
	case !r.silent:
		r.tell()
	case status >= 200:
		r.close()
	}
}

// tell sends a NOTIFY with the newest state. Over UDP two at a time could
// overtake each other, so each waits for the answer to the one before.
func (r *referral) tell() {
	if r.telling {
		r.more = true
		return
	}
	r.telling, r.more = true, false
	last := r.status >= 200 || !r.c.l.now.Before(r.until)
	r.c.ask(r.dialog, "NOTIFY", func(m *sip.Message) { r.fill(m, last) }, func(resp *sip.Message, err error) {
		r.telling = false
		switch {
		case r.over:
		case last, err != nil, resp.Status >= 300:
			// RFC 6665 §4.2.2: a NOTIFY that fails ends the subscription.
			r.close()
		case r.more:
			r.tell()
		}
	})
}

// fill writes what a NOTIFY says: RFC 3515 §2.4.5: "the body of a NOTIFY MUST
// begin with a SIP Response Status-Line".
func (r *referral) fill(m *sip.Message, last bool) {
	event, state := refer, ""
	if r.id != "" {
		event += ";id=" + r.id
	}
	switch {
	case !last:
		state = fmt.Sprintf("active;expires=%d", int(r.until.Sub(r.c.l.now).Seconds()))
	case r.status >= 200:
		state = "terminated;reason=noresource"
	default:
		state = "terminated;reason=timeout"
	}
	r.c.addContact(m)
	m.Add("Event", event)
	m.Add("Subscription-State", state)
	m.Add("Content-Type", "message/sipfrag;version=2.0")
	m.Body = fmt.Appendf(nil, "SIP/2.0 %d %s\r\n", r.status, sip.ReasonPhrase(r.status))
}

// subscribed takes a SUBSCRIBE of the peer: a new lifetime, or the end. RFC 6665
// §4.2.1.2: each is answered with a NOTIFY.
func (r *referral) subscribed(s *server) {
	lifetime := referTime
	if n, err := strconv.ParseUint(strings.TrimSpace(s.req.Get("Expires")), 10, 32); err == nil {
		lifetime = min(lifetime, time.Duration(n)*time.Second)
	}
	resp := r.c.l.response(s.req, 200, "", "")
	resp.Add("Expires", strconv.Itoa(int(lifetime.Seconds())))
	r.c.addContact(resp)
	r.c.l.reply(s, resp)
	if lifetime > 0 {
		r.prolong(lifetime)
	} else {
		r.until = r.c.l.now
	}
	r.tell()
}

// close forgets the REFER. A new call that it led to goes on.
func (r *referral) close() {
	if r.over {
		return
	}
	r.over = true
	r.c.l.timers.set(&r.timer, time.Time{})
	if r.c.referral == r {
		r.c.referral = nil
	}
	r.c.settle(r.dialog)
}
