package ua

import (
	"errors"
	"time"

	"intercom/ua/sip"
	"intercom/ua/transaction"
)

// expiry is the session timer of a call (RFC 4028): one side refreshes the
// session at half its interval, the other ends it if that does not happen.
type expiry struct {
	interval time.Duration // agreed; zero without a timer
	ours     bool          // we refresh
	asked    time.Duration // in our next request, zero if none is asked for
	least    time.Duration // Min-SE of our requests, zero if none is needed
	raised   int           // how often a 422 has raised them
	asking   bool          // a refresh is under way
	refresh  time.Time     // when to refresh, zero if the peer does
	end      time.Time     // when to end the call
	timer    timer
}

const (
	// leastMinSE: RFC 4028 §5: "The default value for Min-SE is 90 seconds [...]
	// it MUST NOT be less than 90 seconds."
	leastMinSE = 90 * time.Second
	// leastInterval keeps a peer from having us refresh without a pause.
	leastInterval = 20 * time.Second
	// refreshAgain is the wait after a refresh that was not granted.
	refreshAgain = 5 * time.Second
	// maxRaised bounds how often 422 may have one request sent again.
	maxRaised = 2
)

// askTimer adds to an INVITE or UPDATE what we would have of the session timer
// (RFC 4028 §7.1, §7.4). Within a call the refresher stays who it is.
func (c *call) askTimer(m *sip.Message) {
	t := &c.expiry
	e := sip.SessionExpires{Interval: t.wish()}
	switch {
	case e.Interval == 0:
		return
	case t.interval > 0 && t.ours:
		e.Refresher = "uac"
	case t.interval > 0:
		e.Refresher = "uas"
	}
	m.Add("Session-Expires", e.String())
	if t.least > 0 {
		m.Add("Min-SE", sip.Seconds(t.least))
	}
}

// wish is the interval that the next request asks for, zero for none.
func (t *expiry) wish() time.Duration {
	if t.interval > 0 {
		return max(t.interval, t.least)
	}
	return t.asked
}

// raise heeds a 422 and tells whether the request may be sent again. RFC 4028
// §7.3: the UAC "MAY retry [...] with a Session-Expires header field value that
// is greater than or equal to" the Min-SE of the response.
func (t *expiry) raise(resp *sip.Message) bool {
	least, err := sip.ParseSeconds(resp.Get("Min-SE"))
	if err != nil || least > maxExpires || t.raised == maxRaised {
		return false
	}
	t.raised++
	t.least = max(t.least, least)
	t.asked = max(t.asked, t.least)
	return true
}

// timerGranted takes the session timer out of the 2xx to a request of ours (RFC
// 4028 §7.2). Without one the session does not expire.
func (c *call) timerGranted(resp *sip.Message) {
	c.expiry.raised = 0
	e, err := sip.ParseSessionExpires(resp.Get("Session-Expires"))
	if err != nil {
		c.startTimer(0, false)
		return
	}
	c.startTimer(e.Interval, e.Refresher != "uas")
}

// refuseTimer returns the 422 for a session that is to expire too soon, nil if
// it is not. RFC 4028 §9: a UAC that does not know session timers could not
// understand it, unless the interval is none at all.
func (l *loop) refuseTimer(req *sip.Message, tag string) *sip.Message {
	e, err := sip.ParseSessionExpires(req.Get("Session-Expires"))
	least := l.opts.Config.MinSE
	if err != nil || e.Interval >= least || !supports(req, "timer") && e.Interval >= leastMinSE {
		return nil
	}
	resp := l.response(req, 422, "", tag)
	resp.Add("Min-SE", sip.Seconds(least))
	return resp
}

// grantTimer answers what a request of the peer says of the session timer (RFC
// 4028 §9), in the 2xx and in fact.
func (c *call) grantTimer(req, resp *sip.Message) {
	e, err := sip.ParseSessionExpires(req.Get("Session-Expires"))
	switch {
	case err == nil && !supports(req, "timer"):
		// "If the UAC doesn't support" it, the refresher can only be "uas".
		e.Refresher = "uas"
	case err == nil && e.Refresher == "":
		e.Refresher = "uac"
	case err == nil:
	case c.expiry.interval > 0 && (c.expiry.ours || supports(req, "timer")):
		// What was agreed stays, though this request does not say so.
		e = sip.SessionExpires{Interval: c.expiry.interval, Refresher: "uac"}
		if c.expiry.ours {
			e.Refresher = "uas"
		}
	default:
		c.startTimer(0, false)
		return
	}
	resp.Add("Session-Expires", e.String())
	if e.Refresher == "uac" {
		// RFC 4028 §9: "If the refresher parameter in the Session-Expires header
		// field in the 2xx response has a value of 'uac', the UAS MUST place a
		// Require header field into the response with the value 'timer'."
		resp.Add("Require", "timer")
	}
	c.startTimer(e.Interval, e.Refresher == "uas")
}

// startTimer begins a new interval. RFC 4028 §10: "the refresh [is] sent once
// half the session interval has elapsed"; whoever does not refresh sends a BYE
// before the end: "the minimum of 32 seconds and one third of the session
// interval" before.
func (c *call) startTimer(interval time.Duration, ours bool) {
	t := &c.expiry
	t.interval, t.ours, t.refresh, t.end = 0, ours, time.Time{}, time.Time{}
	if interval > 0 {
		t.interval = max(interval, leastInterval)
		t.end = c.l.now.Add(t.interval - min(32*time.Second, t.interval/3))
	}
	if interval > 0 && ours {
		t.refresh = c.l.now.Add(t.interval / 2)
	}
	c.waitTimer()
}

func (c *call) waitTimer() {
	t := &c.expiry
	t.timer.fire = c.tickTimer
	at := t.end
	if !t.asking && !t.refresh.IsZero() && t.refresh.Before(at) {
		at = t.refresh
	}
	c.l.timers.set(&t.timer, at)
}

func (c *call) tickTimer() {
	if !c.l.now.Before(c.expiry.end) {
		c.cause = Cause{Protocol: "SIP", Code: 408, Text: "Session Expired"}
		c.lose(408, "the session was not refreshed", false)
		return
	}
	c.refresh()
}

// refresh refreshes the session: by UPDATE without an offer where the peer has
// it (RFC 4028 §7.4), else by a re-INVITE.
func (c *call) refresh() {
	t := &c.expiry
	switch {
	case !c.up || c.modification != nil || len(c.awaiting) > 0:
		c.refreshLater()
		return
	case c.updates:
		t.asking = true
		c.ask(c.dialog, "UPDATE", func(m *sip.Message) {
			c.addContact(m)
			m.Add("Supported", extensions)
			c.askTimer(m)
		}, c.refreshed)
	default:
		t.asking = true
		c.reinvite(false)
	}
	c.waitTimer()
}

func (c *call) refreshLater() {
	c.expiry.refresh = c.l.now.Add(refreshAgain)
	c.waitTimer()
}

// refreshed takes the outcome of an UPDATE.
func (c *call) refreshed(resp *sip.Message, err error) {
	t := &c.expiry
	t.asking = false
	switch {
	case c.ended:
	case resp == nil && errors.Is(err, transaction.ErrTimeout):
		// RFC 4028 §10: if the refresh "times out or generates a 408 or 481
		// response, then the UAC sends a BYE request".
		c.lose(408, "no answer within the call", false)
	case resp == nil:
		c.refreshLater()
	case resp.Status < 300:
		c.dialog.Refresh(resp)
		c.timerGranted(resp)
	case resp.Status == 408, resp.Status == 481:
		c.lose(resp.Status, resp.Reason, true)
	case resp.Status == 422 && t.raise(resp):
		c.refresh()
	case resp.Status == 405, resp.Status == 501:
		c.updates = false
		c.refresh()
	default:
		c.refreshLater()
	}
}

// learn notes whether the peer takes UPDATE, from a request or response that
// tells.
func (c *call) learn(m *sip.Message) {
	if m.Has("Allow") {
		c.updates = lists(m, "Allow", "UPDATE")
	}
}
