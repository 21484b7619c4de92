package ua

import (
	"intercom/ua/challenge"
	"intercom/ua/dialog"
	"intercom/ua/sip"
	"intercom/ua/transport"
)

// question is a request of ours within a dialog, other than INVITE and ACK:
// sent, sent again with credentials where it is challenged, answered once.
type question struct {
	c        *call
	dialog   *dialog.Dialog
	method   string
	fill     func(*sip.Message)        // adds header fields and body
	done     func(*sip.Message, error) // gets the final response, or why there is none
	attempts challenge.Attempts
}

// ask sends a request within a dialog. fill may be nil; done is called exactly
// once, maybe before ask returns.
func (c *call) ask(d *dialog.Dialog, method string, fill func(*sip.Message), done func(*sip.Message, error)) {
	q := &question{c: c, dialog: d, method: method, fill: fill, done: done}
	q.send(nil)
}

// send builds the request only when its way is known, so that the order of
// CSeq numbers is the order on the wire.
func (q *question) send(challenged *sip.Message) {
	q.c.route(q.dialog, func(to transport.Flow, local home) {
		m := q.dialog.Request(q.method)
		if agent := q.c.l.opts.Config.UserAgent; agent != "" {
			m.Add("User-Agent", agent)
		}
		if q.fill != nil {
			q.fill(m)
		}
		if challenged != nil {
			if err := q.attempts.Answer(q.c.credentials(), m, challenged); err != nil {
				q.dialog.Withdraw()
				q.done(challenged, err)
				return
			}
		}
		q.c.l.via(m, local)
		q.c.l.request(m, to, q.responded, func(err error) { q.done(nil, err) })
	}, func(err error) { q.done(nil, err) })
}

func (q *question) responded(resp *sip.Message) {
	switch {
	case resp.Status < 200:
	case resp.Status == 401 || resp.Status == 407:
		q.send(resp)
	default:
		q.done(resp, nil)
	}
}
