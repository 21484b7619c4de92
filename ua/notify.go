package ua

import (
	"strings"

	"intercom/ua/dialog"
	"intercom/ua/sip"
	"intercom/ua/transport"
)

// The event packages that are known (RFC 6665 §4.4.4): refer (RFC 3515), which
// only a REFER subscribes to, and message-summary (RFC 3842), which exchanges
// tell of without being asked.
const (
	refer          = "refer"
	messageSummary = "message-summary"
	allowEvents    = refer
)

// eventOf reads the Event header field: the package and the id (RFC 6665 §8.2.1).
func eventOf(m *sip.Message) (name, id string) {
	value := m.Get("Event")
	if i := strings.IndexByte(value, ';'); i >= 0 {
		id, _ = sip.Params(value[i:]).Get("id")
		value = value[:i]
	}
	return strings.ToLower(strings.TrimSpace(value)), id
}

// badEvent: RFC 6665 §4.2.1.1: a package that is not known is answered with "a
// 489 (Bad Event) response", and §8.3.2: it "MUST also contain an Allow-Events
// header field".
func (l *loop) badEvent(req *sip.Message) *sip.Message {
	resp := l.response(req, 489, "", l.statelessTag(req))
	resp.Add("Allow-Events", allowEvents)
	return resp
}

// receiveSubscribe answers a SUBSCRIBE outside of any dialog.
func (l *loop) receiveSubscribe(p transport.Packet) {
	if name, _ := eventOf(p.Msg); name == refer {
		// RFC 3515 §2.4.4: state of a REFER is for the one who sent it, and
		// "SUBSCRIBE requests to create a subscription [...] SHOULD be 403".
		l.refuse(p, 403, "")
		return
	}
	l.respond(p.Flow, l.badEvent(p.Msg))
}

// receiveNotify answers a NOTIFY outside of any dialog. RFC 6665 §4.1.3: without
// a matching subscription "the subscriber MUST return a 481". Exchanges tell of
// waiting messages all the same, and go on doing so until they hear 200.
func (l *loop) receiveNotify(p transport.Packet) {
	switch name, _ := eventOf(p.Msg); name {
	case "":
		l.respond(p.Flow, l.badEvent(p.Msg))
	case messageSummary:
		l.refuse(p, 200, "")
	default:
		l.refuse(p, 481, "")
	}
}

// receiveSubscribe answers a SUBSCRIBE in a dialog: only the one that prolongs
// or ends what a REFER began has anything to find (RFC 3515 §2.4.4).
func (in leg) receiveSubscribe(s *server) {
	name, id := eventOf(s.req)
	r := in.referral
	switch {
	case name != refer:
		in.l.reply(s, in.l.badEvent(s.req))
	case r == nil || r.dialog != in.dialog || !r.accepted || r.silent || r.id != id:
		in.l.reply(s, in.l.response(s.req, 481, "", ""))
	default:
		r.subscribed(s)
	}
}

// receiveNotify takes a NOTIFY in a dialog to the REFER that it tells of.
func (in leg) receiveNotify(s *server) {
	name, id := eventOf(s.req)
	switch t := in.transfer; {
	case name == "":
		in.l.reply(s, in.l.badEvent(s.req))
	case name == messageSummary:
		in.l.reply(s, in.l.response(s.req, 200, "", ""))
	case name == refer && t != nil && t.dialog == in.dialog && t.owns(id):
		t.notified(s)
	default:
		in.l.reply(s, in.l.response(s.req, 481, "", ""))
	}
}

// receiveLate takes a request in the dialog of a call that is over, where a
// subscription goes on. RFC 6665 §4.5.2 and RFC 3515 §2.4.7: the subscription
// lives as long as it lives, whatever becomes of the INVITE's part of the dialog.
func (in leg) receiveLate(p transport.Packet) {
	l := in.l
	if !in.hears(p) {
		return
	}
	s, ok := l.serve(p, maxHeld)
	switch {
	case !ok:
		l.refuse(p, 503, "")
	case !in.dialog.Receive(p.Msg):
		l.reply(s, l.response(p.Msg, 500, "CSeq Out of Order", ""))
	case p.Msg.Method == "NOTIFY":
		in.receiveNotify(s)
	case p.Msg.Method == "SUBSCRIBE":
		in.receiveSubscribe(s)
	default:
		l.reply(s, l.response(p.Msg, 481, "", ""))
	}
}

// subscribedIn tells whether a subscription goes on in the dialog.
func (c *call) subscribedIn(d *dialog.Dialog) bool {
	return c.referral != nil && c.referral.accepted && c.referral.dialog == d || c.transfer != nil && c.transfer.dialog == d
}

// settle forgets the dialog of a call that is over when the last subscription in
// it has ended.
func (c *call) settle(d *dialog.Dialog) {
	if !c.subscribedIn(d) {
		delete(c.l.late, d.ID())
	}
}
