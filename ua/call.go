package ua

import (
	"math/rand/v2"
	"time"

	"intercom/ua/dialog"
	"intercom/ua/digest"
	"intercom/ua/sdp"
	"intercom/ua/sip"
	"intercom/ua/transport"
)

// call is one call, from Dial or Incoming to Ended and on to the last
// retransmission. Either out or in says how it began.
type call struct {
	l       *loop
	id      CallID
	account *account // nil for a call to nobody's address

	out *invitation // our INVITE
	in  *invited    // the peer's INVITE

	caller   string         // Caller who calls, "" if no password was asked for
	dialog   *dialog.Dialog // nil until a 2xx to our INVITE
	flow     transport.Flow // where the peer's last word came from
	local    home           // ours, as the peer sees it
	awaiting []*accepted    // our 2xx without ACK
	infos    []infoBody     // our INFO requests, the first one under way
	refers   int            // REFER requests of the peer so far
	referral *referral      // the one under way, nil if none is
	transfer *transfer      // our REFER, nil if none is under way
	asker    *referral      // of another call, that asked for this one
	replaces *call          // whose place this one takes when it is answered

	media   Media
	author  sdp.Author
	sent    *sdp.Description // our last description
	session Session
	keys    []sdp.Key // ours for SRTP, one for each crypto-suite; nil until they are needed
	cause   Cause     // why it ends, if anybody has said so
	up      bool      // Answered was told
	ended   bool      // Ended was told

	pause     time.Duration // Retry-After of the response that ended the call
	successor CallID        // the call that took the place of this one, "" if none

	wanted       sdp.Direction // by the owner: Hold, Resume
	direction    sdp.Direction // of our last offer that was answered
	moved        bool          // our address is another, and the peer does not know
	modification *modification // our re-INVITE under way
	updates      bool          // the peer takes UPDATE
	expiry       expiry
}

// leg is one dialog of a call. A forked INVITE has several.
type leg struct {
	*call
	dialog *dialog.Dialog
}

func (l *loop) newCall(id CallID, a *account) *call {
	c := &call{l: l, id: id, account: a, author: sdp.Author{ID: l.sessionID()}}
	c.expiry.asked = l.opts.Config.SessionExpires
	if l.opts.Config.MinSE > leastMinSE {
		c.expiry.least = l.opts.Config.MinSE
	}
	l.calls[id] = c
	return c
}

// sessionID is a random o= sess-id that fits a signed 64-bit integer.
func (l *loop) sessionID() uint64 {
	var seed [32]byte
	copy(seed[:], l.token())
	return rand.New(rand.NewChaCha8(seed)).Uint64() >> 2
}

// end tells the end of the call, once. What is still under way for it goes on
// unseen.
func (c *call) end(status int, reason string, remote bool) {
	if c.ended {
		return
	}
	c.ended = true
	delete(c.l.calls, c.id)
	if c.out != nil {
		c.l.timers.set(&c.out.timer, time.Time{})
	}
	c.l.timers.set(&c.expiry.timer, time.Time{})
	if c.modification != nil && c.modification.again {
		c.l.timers.set(&c.modification.timer, time.Time{})
	}
	if reason == "" && status != 0 {
		reason = sip.ReasonPhrase(status)
	}
	c.l.tell(Ended{
		Call: c.id, Status: status, Reason: reason, Remote: remote,
		Cause: c.cause, RetryAfter: c.pause, Successor: c.successor,
	})
	c.asker.progress(status)
	if r := c.referral; r != nil && !r.accepted {
		r.refuse(603, "")
	}
}

// join makes the requests of a dialog find the call.
func (c *call) join(d *dialog.Dialog) { c.l.dialogs[d.ID()] = leg{c, d} }

// leave ends a dialog: from here on its requests get 481, but those of a
// subscription that goes on.
func (c *call) leave(d *dialog.Dialog) {
	if _, ok := c.l.dialogs[d.ID()]; ok {
		c.l.gone(d.ID())
	}
	delete(c.l.dialogs, d.ID())
	if c.subscribedIn(d) {
		c.l.late[d.ID()] = leg{c, d}
	}
}

// credentials answers challenges for this call, nil if it has none.
func (c *call) credentials() *digest.Client {
	if c.account == nil {
		return nil
	}
	return c.account.client
}

// user is the user part of our Contact.
func (c *call) user() string {
	if c.account != nil {
		return c.account.from.URI.User
	}
	return ""
}

// addContact adds what the peer needs to reach us within the dialog. RFC 5626
// §4.3: with "ob" the requests of the peer come by the flow of the registration,
// which is open when our address is not.
func (c *call) addContact(m *sip.Message) {
	uri := contact(c.user(), c.local)
	if a := c.account; a != nil && a.up && a.outbound {
		uri.Params = uri.Params.With("ob", "")
	}
	m.Add("Contact", sip.Address{URI: uri}.String())
}

// describe adds a session description of ours to a message.
func (c *call) describe(m *sip.Message, d *sdp.Description) {
	c.sent = d
	m.Body = c.author.Write(d)
	m.Add("Content-Type", sessionDescription)
}

// described reads the session description of a message; nil if it has none.
func described(m *sip.Message) (*sdp.Description, error) {
	text := sessionBody(m)
	if len(text) == 0 {
		return nil, nil
	}
	return sdp.Parse(text)
}

// toPeer is route for what nobody waits for: a failure is for the log.
func (c *call) toPeer(d *dialog.Dialog, then func(to transport.Flow, local home)) {
	c.route(d, then, func(err error) {
		c.l.log.Warn("request of a call cannot be sent", "call", string(c.id), "err", err)
	})
}

// route finds where the requests of a dialog go. If the peer's own word for it
// leads nowhere, that is where its last message came from.
func (c *call) route(d *dialog.Dialog, then func(to transport.Flow, local home), failed func(error)) {
	hop, err := d.NextHop()
	found := func(flows []transport.Flow, err error) {
		c.l.pending--
		to := c.flow
		if err == nil {
			to = c.reuse(hop, flows)
		}
		local, err := c.l.local(to)
		if err != nil {
			failed(err)
			return
		}
		then(to, local)
	}
	c.l.pending++
	if err != nil {
		found(nil, err)
		return
	}
	c.l.locate(hop, found)
}

// reuse picks the first of the ways to the peer, or the flow by which it spoke
// last if that is one of them: a server at whose name we asked may give its
// address, for which it has no certificate (RFC 5923 §4), and a peer that asked
// at one of our addresses knows us by that. A Contact that says the address and
// port of the far end of a connection, and no transport, means that connection,
// though RFC 3263 §4.1 would take UDP: its port is none of UDP.
func (c *call) reuse(hop sip.URI, flows []transport.Flow) transport.Flow {
	for _, f := range flows {
		same := transportOf(f) == transportOf(c.flow) || c.flow.Reliable() && !hop.Params.Has("transport")
		if same && f.Remote == c.flow.Remote {
			return c.flow
		}
	}
	return flows[0]
}

// hangup ends the call from this side, whatever state it is in.
func (c *call) hangup() {
	switch {
	case c.ended:
	case c.out != nil && c.dialog == nil:
		c.out.cancel()
		c.end(487, "", false)
	case c.in != nil && !c.in.answered:
		c.in.refuse(480, "")
		c.end(480, "", false)
	default:
		// RFC 3261 §15: "the callee's UA MUST NOT send a BYE on a confirmed
		// dialog until it has received an ACK for its 2xx response or until
		// the server transaction times out". The ACK then finds it ended.
		if c.up {
			c.bye(c.dialog)
		}
		c.end(0, "", false)
	}
}

func (l *loop) hangup(id CallID) {
	if c := l.calls[id]; c != nil {
		c.hangup()
	}
}
