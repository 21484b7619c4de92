package ua

import (
	"time"

	"intercom/ua/sip"
	"intercom/ua/transaction"
	"intercom/ua/transport"
)

// client is a request of ours under way: its transaction, where it goes, and
// who waits for the answers.
type client struct {
	timer     timer
	key       transaction.Key
	machine   clientMachine
	flow      transport.Flow
	req       *sip.Message
	answered  bool // a final response, or word that none will come
	responded func(*sip.Message)
	failed    func(error)
}

// clientMachine is what both client transactions have in common.
type clientMachine interface {
	Receive(now time.Time, resp *sip.Message) transaction.Out
	TransportError(now time.Time, err error) transaction.Out
	Tick(now time.Time) transaction.Out
	Deadline() time.Time
}

// request starts a transaction. responded gets every response that the
// transaction passes on, failed a timeout or an error of the transport; both
// may be called before request returns.
func (l *loop) request(req *sip.Message, to transport.Flow, responded func(*sip.Message), failed func(error)) *client {
	c := &client{key: transaction.ClientKey(req), req: req, flow: to, responded: responded, failed: failed}
	var out transaction.Out
	if req.Method == "INVITE" {
		c.machine, out = transaction.NewInviteClient(l.now, req, to.Reliable(), transaction.Default())
	} else {
		c.machine, out = transaction.NewClient(l.now, req, to.Reliable(), transaction.Default())
	}
	c.timer.fire = func() { l.apply(c, c.machine.Tick(l.now)) }
	l.clients[c.key] = c
	l.pending++
	l.apply(c, out)
	return c
}

// apply does what a step of a client transaction asks for.
func (l *loop) apply(c *client, out transaction.Out) {
	for _, m := range out.Send {
		if err := l.send(c.flow, m); err != nil {
			// A datagram that did not leave now may leave when it is sent
			// again, but nobody should wait for that: the next server, or the
			// next try, is better.
			defer func() { l.apply(c, c.machine.TransportError(l.now, err)) }()
			break
		}
	}
	if out.Done {
		delete(l.clients, c.key)
		l.timers.set(&c.timer, time.Time{})
	} else {
		l.timers.set(&c.timer, c.machine.Deadline())
	}
	if out.Deliver != nil {
		c.finish(l, out.Deliver.Status >= 200)
		c.responded(out.Deliver)
	}
	if out.Err != nil && !c.answered {
		c.finish(l, true)
		c.failed(out.Err)
		l.doubt(c.flow)
	}
}

func (c *client) finish(l *loop, final bool) {
	if final && !c.answered {
		c.answered = true
		l.pending--
	}
}

// unreachable is told of an ICMP error, or of a connection that has ended: all
// requests under way by that way will not be answered.
func (l *loop) unreachable(p transport.Packet) {
	var hit []*client
	for _, c := range l.clients {
		if !c.answered && c.goesBy(p.Flow) {
			hit = append(hit, c)
		}
	}
	for _, c := range hit {
		l.apply(c, c.machine.TransportError(l.now, p.Err))
	}
	if p.Reliable() {
		l.doubt(p.Flow) // a registrar sends its calls over that connection
	}
}

// goesBy tells whether the request has gone by a flow that something has
// happened to. RFC 3261 §18.1.1: one that is too large for UDP goes by TCP.
func (c *client) goesBy(f transport.Flow) bool {
	by, over := transportOf(c.flow), transportOf(f)
	switch {
	case c.flow.Remote != f.Remote:
		return false
	case by == "UDP" && over == "TCP":
		return len(c.req.Append(nil)) > 1300
	}
	return by == over && c.flow.Name == f.Name
}
