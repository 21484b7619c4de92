package ua

import (
	"crypto/sha256"
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
	req     *sip.Message // nil some time after the final response
	size    int          // counted in held
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
// §8.2.2.2): a digest, so that it does not hold on to the request.
type mergeKey [16]byte

// maxHeld bounds what the transactions that peers begin may hold, in octets.
// Calls to be have half of it, so that calls that are up can always be ended.
const maxHeld = 4 << 20

// serve makes the transaction of a request; false if there are too many.
func (l *loop) serve(p transport.Packet, limit int) (*server, bool) {
	size := sizeOf(p.Msg)
	if l.held+size > limit {
		return nil, false
	}
	s := &server{key: transaction.ServerKey(p.Msg).Clone(), flow: p.Flow, req: p.Msg, size: size}
	l.held += size
	if p.Msg.Method == "INVITE" {
		s.machine = transaction.NewInviteServer(l.now, p.Msg, p.Reliable(), transaction.Default())
	} else {
		s.machine = transaction.NewServer(l.now, p.Msg, p.Reliable(), transaction.Default())
	}
	s.timer.fire = func() { l.applyServer(s, s.machine.Tick(l.now)) }
	l.servers[s.key] = s
	if p.Msg.Method == "INVITE" || p.Msg.Method == "MESSAGE" {
		s.merge = mergeKeyOf(p.Msg)
		l.merged[s.merge] = s
	}
	l.timers.set(&s.timer, s.machine.Deadline())
	return s, true
}

// sizeOf is about what the transaction of a request holds: the machine, and the
// request or the response made from it.
func sizeOf(req *sip.Message) int {
	n := 512 + len(req.Body)
	for _, h := range req.Headers {
		n += len(h.Name) + len(h.Value)
	}
	return n
}

func mergeKeyOf(req *sip.Message) mergeKey {
	from, _ := req.From()
	var room [512]byte
	text := append(room[:0], req.CallID()...)
	text = append(append(text, 0), from.Tag()...)
	text = append(append(text, 0), req.Get("CSeq")...)
	sum := sha256.Sum256(text)
	return mergeKey(sum[:16])
}

// reply passes a response to the transaction.
func (l *loop) reply(s *server, resp *sip.Message) {
	if resp.Status >= 200 {
		l.answeredNow = append(l.answeredNow, s)
	}
	l.applyServer(s, s.machine.Respond(l.now, resp))
}

// forgetServer is the end of a transaction.
func (l *loop) forgetServer(s *server) {
	if l.servers[s.key] == s {
		delete(l.servers, s.key)
		l.held -= s.size
	}
	if l.merged[s.merge] == s {
		delete(l.merged, s.merge)
	}
	l.timers.set(&s.timer, time.Time{})
}

// lighten drops what an answered request needs no longer: for half a minute it
// is kept for the sake of its copies alone, and they may be many.
func (l *loop) lighten() {
	for i, s := range l.answeredNow {
		s.req = nil
		l.answeredNow[i] = nil
	}
	l.answeredNow = l.answeredNow[:0]
}

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
		l.forgetServer(s)
	} else {
		l.timers.set(&s.timer, s.machine.Deadline())
	}
	if out.Deliver != nil && s.acked != nil {
		s.acked(out.Deliver)
	}
}
