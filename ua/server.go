package ua

import (
	"time"

	"intercom/ua/sip"
	"intercom/ua/transaction"
	"intercom/ua/transport"
)

// server is a request of a peer under way.
type server struct {
	timer   timer
	key     transaction.Key
	machine serverMachine
	flow    transport.Flow
	req     *sip.Message
	merge   mergeKey
	user    string             // Caller who has shown the password, "" if none was asked for
	call    *call              // of an INVITE
	acked   func(*sip.Message) // the ACK to a 2xx, from an RFC 2543 client
}

// serverMachine is what both server transactions have in common.
type serverMachine interface {
	Receive(now time.Time, req *sip.Message) transaction.Out
	Respond(now time.Time, resp *sip.Message) transaction.Out
	TransportError(now time.Time, err error) transaction.Out
	Tick(now time.Time) transaction.Out
	Deadline() time.Time
}

// mergeKey tells that two requests are one that came by two ways (RFC 3261
// §8.2.2.2).
type mergeKey struct{ callID, fromTag, cseq string }

// maxServers bounds the transactions that peers can make us keep. Calls to be
// have half of it, so that calls that are up can always be ended.
const maxServers = 512

// serve makes the transaction of a request; false if there are too many.
func (l *loop) serve(p transport.Packet, limit int) (*server, bool) {
	if len(l.servers) >= limit {
		return nil, false
	}
	s := &server{key: transaction.ServerKey(p.Msg).Clone(), flow: p.Flow, req: p.Msg}
	if p.Msg.Method == "INVITE" {
		s.machine = transaction.NewInviteServer(l.now, p.Msg, p.Reliable(), transaction.Default())
	} else {
		s.machine = transaction.NewServer(l.now, p.Msg, p.Reliable(), transaction.Default())
	}
	s.timer.fire = func() { l.applyServer(s, s.machine.Tick(l.now)) }
	l.servers[s.key] = s
	if s.merge = mergeKeyOf(p.Msg); p.Msg.Method == "INVITE" || p.Msg.Method == "MESSAGE" {
		l.merged[s.merge] = s
	}
	l.timers.set(&s.timer, s.machine.Deadline())
	return s, true
}

func mergeKeyOf(req *sip.Message) mergeKey {
	from, _ := req.From()
	return mergeKey{req.CallID(), from.Tag(), req.Get("CSeq")}
}

// reply passes a response to the transaction.
func (l *loop) reply(s *server, resp *sip.Message) { l.applyServer(s, s.machine.Respond(l.now, resp)) }

// applyServer does what a step of a server transaction asks for.
func (l *loop) applyServer(s *server, out transaction.Out) {
	for _, m := range out.Send {
		if err := l.send(transport.Reply(s.flow, m), m); err != nil {
			l.log.Debug("response not sent", "peer", s.flow.Remote, "err", err)
			defer func() { l.applyServer(s, s.machine.TransportError(l.now, err)) }()
			break
		}
	}
	if out.Done {
		delete(l.servers, s.key)
		if l.merged[s.merge] == s {
			delete(l.merged, s.merge)
		}
		l.timers.set(&s.timer, time.Time{})
	} else {
		l.timers.set(&s.timer, s.machine.Deadline())
	}
	if out.Deliver != nil && s.acked != nil {
		s.acked(out.Deliver)
	}
}
