package ua

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"intercom/ua/challenge"
	"intercom/ua/register"
	"intercom/ua/sip"
	"intercom/ua/transaction"
	"intercom/ua/transport"
)

// query is a request of ours outside of any dialog, and its way to one answer:
// over the servers of its target and through challenges.
type query struct {
	l        *loop
	account  *account
	method   string
	target   sip.URI
	from     sip.Address
	callID   string
	seq      uint32
	flows    []transport.Flow   // to be tried; the first one is under way
	request  *client            // to that one
	silence  timer              // of our patience with it
	local    home               // ours towards it
	fill     func(*sip.Message) // adds header fields and body
	done     func(*sip.Message, error)
	attempts challenge.Attempts
}

// query asks target for something. done is called exactly once, maybe before
// query returns: with the final response, or with why there is none.
func (l *loop) query(a *account, method string, target sip.URI, fill func(*sip.Message), done func(*sip.Message, error)) {
	q := &query{
		l: l, account: a, method: method, target: target, from: a.from.WithTag(l.token()), callID: l.token(), fill: fill, done: done,
	}
	l.serversOf(a, target, func(flows []transport.Flow, err error) {
		if err != nil {
			done(nil, err)
			return
		}
		q.flows = flows
		q.begin()
	})
}

// begin sends the request to the first of the servers that are left, passing
// over those that asked to be left alone.
func (q *query) begin() {
	for len(q.flows) > 1 && q.l.now.Before(q.l.quiet[q.flows[0].Remote]) {
		q.flows = q.flows[1:]
	}
	if q.l.now.Before(q.l.quiet[q.flows[0].Remote]) {
		q.done(nil, errors.New("the server has asked for a pause"))
		return
	}
	local, err := q.l.local(q.flows[0])
	if err != nil {
		q.failed(err)
		return
	}
	q.local = local
	q.send(q.build())
}

// build makes the request (RFC 3261 §8.1.1).
func (q *query) build() *sip.Message {
	q.seq++
	m := sip.NewRequest(q.method, q.target.String())
	m.Add("Max-Forwards", "70")
	q.account.addRoutes(m, q.target)
	m.Add("From", q.from.String())
	m.Add("To", sip.Address{URI: q.target}.String())
	m.Add("Call-ID", q.callID)
	m.Add("CSeq", sip.CSeq{Seq: q.seq, Method: q.method}.String())
	if agent := q.l.opts.Config.UserAgent; agent != "" {
		m.Add("User-Agent", agent)
	}
	q.fill(m)
	return m
}

func (q *query) send(m *sip.Message) {
	q.l.via(m, q.local)
	c := q.l.request(m, q.flows[0], q.responded, q.failed)
	if !c.answered && len(q.flows) > 1 {
		q.request, q.silence.fire = c, q.passOver
		q.l.timers.set(&q.silence, q.l.now.Add(silenceTime))
	}
}

// passOver turns to the next server. The silent one gets no more copies: one
// that it reads when it wakes up would be there twice.
func (q *query) passOver() {
	q.l.log.Warn("server passed over", "request", q.method, "peer", q.flows[0].Remote, "next", q.flows[1].Remote, "err", errSilent)
	q.l.forget(q.request)
	q.failed(errSilent)
}

func (q *query) responded(resp *sip.Message) {
	q.l.timers.set(&q.silence, time.Time{})
	switch {
	case resp.Status < 200:
	case resp.Status == 401 || resp.Status == 407:
		m := q.build()
		if err := q.attempts.Answer(q.account.client, m, resp); err != nil {
			q.done(resp, err)
			return
		}
		q.send(m)
	case resp.Status == 503:
		q.unavailable(resp)
	default:
		q.done(resp, nil)
	}
}

// unavailable heeds 503, as for calls (RFC 3261 §21.5.4).
func (q *query) unavailable(resp *sip.Message) {
	if pause := register.RetryAfter(resp); pause > 0 {
		q.l.avoid(q.flows[0].Remote, pause)
	}
	if len(q.flows) == 1 {
		q.done(resp, nil)
		return
	}
	q.failed(nil)
}

// failed turns to the next server (RFC 3263 §4.3).
func (q *query) failed(err error) {
	q.l.timers.set(&q.silence, time.Time{})
	if len(q.flows) == 1 {
		q.done(nil, err)
		return
	}
	q.flows = q.flows[1:]
	q.begin()
}

// inquire starts a query of the owner, whose answer is an event.
func (l *loop) inquire(id, method string, accountName, to string, fill func(*sip.Message)) {
	a := l.account(accountName)
	target, err := a.target(to)
	switch {
	case l.stopping:
		l.tell(Replied{ID: id, Method: method, Status: 503, Reason: "shutting down"})
	case a == nil:
		l.tell(Replied{ID: id, Method: method, Status: 400, Reason: fmt.Sprintf("no account %q", accountName)})
	case err != nil:
		l.tell(Replied{ID: id, Method: method, Status: 400, Reason: err.Error()})
	case len(l.clients) >= maxClients:
		l.tell(Replied{ID: id, Method: method, Status: 503, Reason: "too many requests under way"})
	default:
		l.query(a, method, target, fill, func(resp *sip.Message, err error) { l.tell(replied(id, method, resp, err)) })
	}
}

// maxClients bounds the requests that the owner can have under way.
const maxClients = 256

// replied tells of an answer. RFC 3261 §8.1.3.1: no answer counts as 408, an
// error of the transport as 503.
func replied(id, method string, resp *sip.Message, err error) Replied {
	e := Replied{ID: id, Method: method, Status: 503}
	if errors.Is(err, transaction.ErrTimeout) {
		e.Status = 408
	}
	if resp != nil {
		e.Status, e.Reason = resp.Status, resp.Reason
		e.Agent = resp.Get("Server")
		if e.Agent == "" {
			e.Agent = resp.Get("User-Agent")
		}
		for value := range resp.Values("Allow") {
			e.Allow = append(e.Allow, value)
		}
	}
	if err != nil {
		e.Reason = err.Error()
	}
	return e
}

// maxMessage is what RFC 3428 §8 allows outside of a session, less room for
// the header: "MESSAGE requests [...] MUST NOT exceed 1300 bytes, unless the
// UAC has positive knowledge that the message will not traverse a
// congestion-unsafe link".
const maxMessage = 900

// message sends a text: in a call if one is named, else to a target.
func (l *loop) message(id string, t Text) {
	fill := func(m *sip.Message) {
		m.Add("Content-Type", "text/plain;charset=UTF-8")
		m.Body = []byte(t.Text)
	}
	c := l.calls[t.Call]
	switch {
	case len(t.Text) > maxMessage || !utf8.ValidString(t.Text):
		reason := fmt.Sprintf("want a text in UTF-8 of at most %d octets", maxMessage)
		l.tell(Replied{ID: id, Method: "MESSAGE", Status: 413, Reason: reason})
	case t.Call == "":
		l.inquire(id, "MESSAGE", t.Account, strings.TrimSpace(t.Target), fill)
	case c == nil || !c.up || c.ended:
		l.tell(Replied{ID: id, Method: "MESSAGE", Status: 481, Reason: "the call is not up"})
	default:
		d := c.dialog
		c.ask(d, "MESSAGE", fill, func(resp *sip.Message, err error) {
			l.tell(replied(id, "MESSAGE", resp, err))
			c.lost(d, resp)
		})
	}
}
