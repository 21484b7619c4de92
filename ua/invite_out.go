package ua

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"intercom/ua/challenge"
	"intercom/ua/register"
	"intercom/ua/sdp"
	"intercom/ua/sip"
	"intercom/ua/transaction"
	"intercom/ua/transport"
)

// invitation is our INVITE on its way to an answer: through servers that do
// not respond, challenges and redirections, until a final response.
type invitation struct {
	c       *call
	from    sip.Address // with our tag
	to      sip.Address // as dialled
	target  sip.URI     // Request-URI
	callID  string
	seq     uint32
	flows   []transport.Flow // to be tried; the first one is under way
	req     *sip.Message
	client  *client
	offer   *sdp.Description
	visited []sip.URI // targets so far
	targets []sip.URI // that redirections have named, to be tried

	replaces   string // the call whose place this one is to take
	referredBy string // who asked for it
	anonymous  bool
	alertInfo  string

	attempts  challenge.Attempts
	forks     map[string]*fork // by To tag
	rang      bool             // Ringing was told
	cancelled bool
	timer     timer // of our patience
	silence   timer // of our patience with a server that says nothing
}

// maxInviting is how long a call goes on without an answer when its owner does
// not hang up: three minutes, as a proxy's Timer C (RFC 3261 §16.6).
const maxInviting = 3 * time.Minute

// mostCalls bounds the calls at the same time, whoever placed them.
const mostCalls = 64

// dial begins an outgoing call.
func (l *loop) dial(id CallID, d Dial) {
	if l.calls[id] != nil {
		l.log.Error("a call of this name is already there", "call", string(id))
		return
	}
	a := l.account(d.Account)
	c := l.newCall(id, a)
	c.media, c.asker = d.Media, d.referral
	switch target, err := a.target(d.Target); {
	case l.stopping:
		c.end(503, "shutting down", false)
	case a == nil:
		c.end(400, fmt.Sprintf("no account %q", d.Account), false)
	case len(l.calls) > mostCalls:
		c.end(503, fmt.Sprintf("already %d calls", mostCalls), false)
	case err != nil:
		c.end(400, err.Error(), false)
	default:
		c.invite(target, d)
	}
}

func (c *call) invite(target sip.URI, d Dial) {
	from := c.account.from
	if d.DisplayName != "" {
		from.Display = d.DisplayName
	}
	if d.Anonymous {
		from = anonymous()
	}
	c.out = &invitation{
		c: c, anonymous: d.Anonymous, from: from.WithTag(c.l.token()), to: sip.Address{URI: target}, target: target,
		callID: c.l.token(), forks: map[string]*fork{}, replaces: d.replaces, referredBy: d.referredBy,
		alertInfo: clean(d.AlertInfo),
	}
	c.out.timer.fire = c.out.expire
	c.l.timers.set(&c.out.timer, c.l.now.Add(maxInviting))
	c.out.route()
}

// expire gives up a peer that says no more than "trying" or "ringing".
func (v *invitation) expire() {
	v.cancel()
	v.c.end(408, fmt.Sprintf("no answer within %v", maxInviting), false)
}

// route finds the servers for the target and begins with the first.
func (v *invitation) route() {
	v.visited = append(v.visited, v.target)
	found := func(flows []transport.Flow, err error) {
		switch {
		case v.cancelled:
		case err != nil:
			v.c.end(503, err.Error(), false)
		default:
			v.flows = flows
			v.send()
		}
	}
	v.c.l.serversOf(v.c.account, v.target, found)
}

// serversOf finds where requests of an account to a target go.
func (l *loop) serversOf(a *account, target sip.URI, found func([]transport.Flow, error)) {
	switch {
	case target.Scheme == "sips":
		l.securely(a, target, found)
	case !a.serves(target.Host):
		l.locate(target, found)
	case a.up && a.flow.Remote.IsValid():
		l.registered(a, found)
	default:
		l.locate(a.server(), found)
	}
}

// send sends the INVITE to the first of the servers that are left, passing
// over those that asked to be left alone.
func (v *invitation) send() {
	l := v.c.l
	for len(v.flows) > 0 && l.now.Before(l.quiet[v.flows[0].Remote]) {
		v.flows = v.flows[1:]
	}
	if len(v.flows) == 0 {
		v.c.end(503, "the server has asked for a pause", true)
		return
	}
	to := v.flows[0]
	local, err := l.local(to)
	if err != nil {
		v.c.end(503, err.Error(), false)
		return
	}
	if err := l.secured(v.c.account, local.transport); err != nil {
		v.c.end(488, err.Error(), false)
		return
	}
	local.secure = v.target.Scheme == "sips" // RFC 3261 §8.1.1.8
	v.c.local = local
	v.submit(v.build(), to, local)
}

// submit sends a built INVITE.
func (v *invitation) submit(m *sip.Message, to transport.Flow, local home) {
	v.c.l.via(m, local)
	v.req = m
	client := v.c.l.request(m, to, v.responded, v.failed)
	if !client.answered {
		v.client = client
		v.bear()
	}
}

// build makes the INVITE (RFC 3261 §13.2.1, §8.1.1).
func (v *invitation) build() *sip.Message {
	v.seq++
	m := sip.NewRequest("INVITE", v.target.String())
	m.Add("Max-Forwards", "70")
	v.c.account.addRoutes(m, v.target)
	m.Add("From", v.from.String())
	m.Add("To", v.to.String())
	m.Add("Call-ID", v.callID)
	m.Add("CSeq", sip.CSeq{Seq: v.seq, Method: "INVITE"}.String())
	v.c.addContact(m)
	m.Add("Allow", allow)
	m.Add("Supported", extensions)
	if v.anonymous {
		withhold(m, v.c.account.from)
	}
	v.c.askTimer(m)
	if agent := v.c.l.opts.Config.UserAgent; agent != "" {
		m.Add("User-Agent", agent)
	}
	if v.referredBy != "" {
		m.Add("Referred-By", v.referredBy) // RFC 3892 §2.2: copied as it is
	}
	if v.alertInfo != "" {
		m.Add("Alert-Info", v.alertInfo)
	}
	if v.replaces != "" {
		m.Add("Replaces", v.replaces)
		m.Add("Require", "replaces") // RFC 5589 §7: else the target would have two calls
	}
	v.offer = sdp.Offer(v.c.unseen(), nil)
	v.c.describe(m, v.offer)
	return m
}

// responded takes a response to the INVITE.
func (v *invitation) responded(resp *sip.Message) {
	v.c.flow = v.flows[0]
	v.c.l.timers.set(&v.silence, time.Time{})
	switch {
	case resp.Status < 200:
		v.provisional(resp)
	case resp.Status < 300:
		v.accepted(resp)
	case v.c.ended:
		v.forget()
	case resp.Status < 400:
		v.redirected(resp)
	case resp.Status == 401 || resp.Status == 407:
		v.challenged(resp)
	case resp.Status == 422:
		v.lengthened(resp)
	case resp.Status == 503:
		v.unavailable(resp)
	default:
		v.refused(resp)
	}
}

// refused turns to the next target, or ends the call with the peer's word. RFC
// 3261 §21.6: a 6xx says that there is no need to look elsewhere.
func (v *invitation) refused(resp *sip.Message) {
	if resp.Status < 600 && v.onward() {
		return
	}
	v.forget()
	v.c.pause = register.RetryAfter(resp)
	v.c.explained(resp)
	v.c.end(resp.Status, resp.Reason, true)
}

// forget drops the early dialogs. RFC 3261 §13.2.2.3: a non-2xx final response
// terminates them all.
func (v *invitation) forget() {
	for _, f := range v.forks {
		if f.dialog != v.c.dialog {
			v.c.leave(f.dialog)
		}
	}
}

func (v *invitation) challenged(resp *sip.Message) {
	v.forget()
	v.forks = map[string]*fork{}
	m := v.build()
	if err := v.attempts.Answer(v.c.credentials(), m, resp); err != nil {
		v.c.end(resp.Status, err.Error(), true)
		return
	}
	v.submit(m, v.flows[0], v.c.local)
}

// lengthened asks again for a session that lasts as long as the peer wants it
// (RFC 4028 §7.3).
func (v *invitation) lengthened(resp *sip.Message) {
	if !v.c.expiry.raise(resp) {
		v.refused(resp)
		return
	}
	v.forget()
	v.forks = map[string]*fork{}
	m := v.build()
	if err := v.attempts.Sign(v.c.credentials(), m); err != nil {
		v.c.end(resp.Status, err.Error(), false)
		return
	}
	v.submit(m, v.flows[0], v.c.local)
}

// unavailable heeds 503 Service Unavailable. RFC 3261 §21.5.4: "A client [...]
// receiving a 503 SHOULD attempt to forward the request to an alternate server.
// It SHOULD NOT forward any other requests to that server for the duration
// specified in the Retry-After header field, if present."
func (v *invitation) unavailable(resp *sip.Message) {
	if pause := register.RetryAfter(resp); pause > 0 {
		v.c.l.avoid(v.flows[0].Remote, pause)
	}
	if v.next() {
		return
	}
	v.refused(resp)
}

// next turns to the next server (RFC 3263 §4.3).
func (v *invitation) next() bool {
	if len(v.flows) < 2 || v.cancelled {
		return false
	}
	v.flows = v.flows[1:]
	v.send()
	return true
}

// failed: RFC 3261 §8.1.3.1: a timeout counts as 408, an error of the
// transport as 503.
func (v *invitation) failed(err error) {
	if v.next() || v.onward() {
		return
	}
	v.forget()
	if errors.Is(err, transaction.ErrTimeout) {
		v.c.end(408, fmt.Sprintf("no answer from %s", v.flows[0].Remote), false)
		return
	}
	v.c.end(503, err.Error(), false)
}

// How many servers are left alone at most, and for how long: redirections may
// lead to any number of them.
const (
	maxQuiet = 64
	maxPause = time.Hour
)

// avoid leaves a server alone for a while. Those whose time is over go.
func (l *loop) avoid(server netip.AddrPort, pause time.Duration) {
	for addr, until := range l.quiet {
		if !l.now.Before(until) {
			delete(l.quiet, addr)
		}
	}
	if len(l.quiet) < maxQuiet {
		l.quiet[server] = l.now.Add(min(pause, maxPause))
	}
}
