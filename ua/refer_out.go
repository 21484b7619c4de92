package ua

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"intercom/ua/dialog"
	"intercom/ua/sip"
)

// transfer is our REFER: it asks the peer of a call to call somebody else, and
// hears from it how that goes (RFC 3515, RFC 5589).
type transfer struct {
	c      *call
	dialog *dialog.Dialog
	to     sip.Address
	waits  bool   // for the end of a re-INVITE
	seq    uint32 // CSeq of the REFER
	timer  timer
	over   bool
}

// transfer begins to send the peer of a call elsewhere: to a target, or if other
// is named to the peer of that call, whose place the new call takes.
func (l *loop) transfer(id CallID, target string, other CallID) {
	c := l.calls[id]
	referTo, err := l.referTo(c, target, other)
	switch {
	case c == nil || !c.up || c.ended:
		l.tell(Transferred{Call: id, Status: 481, Reason: "the call is not up", Final: true})
	case c.transfer != nil:
		l.tell(Transferred{Call: id, Status: 491, Reason: "a transfer is under way already", Final: false})
	case err != nil:
		l.tell(Transferred{Call: id, Status: 400, Reason: err.Error(), Final: true})
	default:
		c.refer(referTo)
	}
}

// referTo is the address that the peer is to call.
func (l *loop) referTo(c *call, target string, other CallID) (sip.Address, error) {
	if c == nil {
		return sip.Address{}, nil
	}
	if other == "" {
		uri, err := c.account.target(target)
		return sip.Address{URI: uri}, err
	}
	o := l.calls[other]
	if o == nil || o == c || !o.up || o.ended {
		return sip.Address{}, fmt.Errorf("call %q, whose place is to be taken, is not up", other)
	}
	return o.replaced()
}

// replaced is the peer of a call with the request to take this call's place:
// Replaces names the dialog as the peer sees it.
func (c *call) replaced() (sip.Address, error) {
	uri, err := c.reachable()
	id := c.dialog.ID()
	value := sip.Replaces{CallID: id.CallID, ToTag: id.RemoteTag, FromTag: id.LocalTag}.String()
	uri.Headers = "Replaces=" + sip.EscapeHeader(value)
	return sip.Address{URI: uri}, err
}

// reachable is where somebody else can call the peer. RFC 5589 §7.3: that is its
// Contact. But one behind a proxy, which the route set tells of, need not be
// reachable from elsewhere, nor take calls that do not come through that proxy:
// it is called by its address of record.
func (c *call) reachable() (sip.URI, error) {
	if !c.dialog.Routed() {
		return sip.ParseURI(c.dialog.Target())
	}
	peer, err := sip.ParseAddress(c.dialog.Remote())
	return peer.URI, err
}

func (c *call) refer(to sip.Address) {
	t := &transfer{c: c, dialog: c.dialog, to: to}
	c.transfer = t
	t.timer.fire = func() { t.finish(408, "nothing was heard of the transfer", true) }
	c.l.timers.set(&t.timer, c.l.now.Add(referTime))
	t.send()
}

// send sends the REFER, after a re-INVITE that is in progress: there are peers
// that refuse it with 491 meanwhile.
func (t *transfer) send() {
	c := t.c
	if t.waits = c.modification.inviting(); t.waits {
		return
	}
	c.ask(c.dialog, "REFER", func(m *sip.Message) {
		cseq, _ := m.CSeq()
		t.seq = cseq.Seq
		c.addContact(m)
		m.Add("Refer-To", t.to.String())
		if c.account != nil {
			m.Add("Referred-By", sip.Address{URI: c.account.from.URI}.String()) // RFC 3892 §3
		}
		m.Add("Supported", extensions)
	}, t.answered)
}

// settled sends a REFER that has waited for the end of a re-INVITE.
func (c *call) settled() {
	if t := c.transfer; t != nil && t.waits && !t.over && !c.ended {
		t.send()
	}
}

// answered takes the answer to the REFER. A NOTIFY may have come before it.
func (t *transfer) answered(resp *sip.Message, err error) {
	switch {
	case t.over:
	case resp == nil:
		t.finish(408, err.Error(), true)
	case resp.Status >= 300:
		t.finish(resp.Status, resp.Reason, true)
		t.c.lost(t.dialog, resp)
	case unwatched(resp):
		// RFC 4488 §4: there will be no NOTIFY, and what becomes of it is not
		// for us to know.
		t.finish(resp.Status, resp.Reason, true)
	}
}

// unwatched tells whether a 2xx to REFER says that there is no subscription.
func unwatched(resp *sip.Message) bool {
	value, _, _ := strings.Cut(resp.Get("Refer-Sub"), ";")
	return strings.EqualFold(strings.TrimSpace(value), "false")
}

// owns tells whether a NOTIFY with that id is about this REFER.
func (t *transfer) owns(id string) bool {
	return id == "" || id == strconv.FormatUint(uint64(t.seq), 10)
}

// notified takes a NOTIFY: the status of the peer's new call.
func (t *transfer) notified(s *server) {
	l := t.c.l
	fragment, err := sip.Parse(append(append([]byte(nil), s.req.Body...), "\r\n\r\n"...))
	if kind := mediaType(s.req); kind != "message/sipfrag" {
		resp := l.response(s.req, 415, "", "")
		resp.Add("Accept", "message/sipfrag")
		l.reply(s, resp)
		return
	}
	if err != nil || fragment.IsRequest() {
		l.reply(s, l.response(s.req, 400, "Bad Fragment", ""))
		return
	}
	l.reply(s, l.response(s.req, 200, "", ""))
	state, _, _ := strings.Cut(s.req.Get("Subscription-State"), ";")
	over := strings.EqualFold(strings.TrimSpace(state), "terminated")
	t.finish(fragment.Status, fragment.Reason, over || fragment.Status >= 200)
}

// finish tells how far the transfer is. When the peer talks to somebody else
// our call with it is over (RFC 5589 §6.1).
func (t *transfer) finish(status int, reason string, final bool) {
	if t.over {
		return
	}
	t.c.l.tell(Transferred{Call: t.c.id, Status: status, Reason: reason, Final: final})
	if !final {
		return
	}
	t.over = true
	t.c.l.timers.set(&t.timer, time.Time{})
	t.c.transfer = nil
	t.c.settle(t.dialog)
	if status >= 200 && status < 300 {
		t.c.hangup()
	}
}
