package ua

import (
	"errors"
	"time"

	"intercom/ua/challenge"
	"intercom/ua/register"
	"intercom/ua/sdp"
	"intercom/ua/sip"
	"intercom/ua/transaction"
	"intercom/ua/transport"
)

// modification is a re-INVITE of ours, with every try that challenges and
// glare make of it (RFC 3261 §14.1).
type modification struct {
	c         *call
	told      bool             // the owner waits for its outcome
	direction sdp.Direction    // wanted when it was sent
	local     sdp.Local        // what we offer
	offer     *sdp.Description // in these words
	attempts  challenge.Attempts
	collided  int  // how often it met one of the peer
	moves     bool // it tells the peer of our new address

	req    *sip.Message
	client *client
	ack    acknowledgement
	timer  timer // patience with the peer, or the wait after a collision
	again  bool  // it is the wait
	over   bool  // the outcome is known
}

const (
	// maxCollisions bounds how often a re-INVITE that meets one of the peer is
	// sent again.
	maxCollisions = 5
	// maxModifying is how long a peer may leave a re-INVITE unanswered; nobody
	// has to be fetched for it.
	maxModifying = 32 * time.Second
	// moveAgain is the wait before the next try to tell a peer of our address.
	moveAgain = 2 * time.Second
	// maxRefusalPause is the longest Retry-After that a modification waits for.
	maxRefusalPause = 10 * time.Second
)

// modify is what Hold and Resume do.
func (l *loop) modify(id CallID, direction sdp.Direction) {
	c := l.calls[id]
	switch {
	case c == nil: // it has just ended
	case !c.up:
		l.tell(NotUpdated{id, 481, "the call is not up"})
	default:
		c.wanted = direction
		c.pursue()
	}
}

// pursue begins a re-INVITE if the owner wants what is not yet so. RFC 3261
// §14.1: "a UAC MUST NOT initiate a new INVITE transaction within a dialog
// while another INVITE transaction is in progress in either direction".
func (c *call) pursue() {
	if c.up && !c.ended && (c.wanted != c.direction || c.moved) && c.modification == nil && len(c.awaiting) == 0 {
		c.reinvite(c.wanted != c.direction)
	}
}

// reinvite sends a re-INVITE with an offer of the wanted direction.
func (c *call) reinvite(told bool) {
	m := &modification{c: c, told: told}
	m.timer.fire = m.expire
	c.modification = m
	m.send(nil)
}

// inviting tells whether the INVITE transaction is in progress.
func (m *modification) inviting() bool { return m != nil && !m.again }

// send sends the re-INVITE, or sends it again in answer to a challenge.
func (m *modification) send(challenged *sip.Message) {
	c := m.c
	m.again = false
	c.route(c.dialog, func(to transport.Flow, local home) {
		if c.ended {
			c.modification = nil
			return
		}
		req := m.build()
		if err := m.sign(req, challenged); err != nil {
			c.dialog.Withdraw()
			m.refused(challenged.Status, err.Error())
			return
		}
		c.l.via(req, local)
		m.req = req
		c.l.timers.set(&m.timer, c.l.now.Add(maxModifying))
		client := c.l.request(req, to, func(resp *sip.Message) { m.responded(req, resp) }, m.failed)
		if !client.answered {
			m.client = client
		}
	}, m.failed)
}

// sign answers a challenge; without one it answers those of earlier tries.
func (m *modification) sign(req, challenged *sip.Message) error {
	if challenged != nil {
		return m.attempts.Answer(m.c.credentials(), req, challenged)
	}
	if err := m.attempts.Sign(m.c.credentials(), req); err != nil {
		m.c.l.log.Debug("re-INVITE without credentials", "call", string(m.c.id), "err", err)
	}
	return nil
}

func (m *modification) build() *sip.Message {
	c := m.c
	req := c.dialog.Request("INVITE")
	c.addContact(req)
	req.Add("Allow", allow)
	req.Add("Supported", within)
	c.askTimer(req)
	if agent := c.l.opts.Config.UserAgent; agent != "" {
		req.Add("User-Agent", agent)
	}
	m.direction = c.wanted
	m.moves, c.moved = c.moved || m.moves, false
	m.local = c.localMedia()
	m.local.Direction = c.offered()
	m.local.Keys = c.kept()
	m.offer = sdp.Offer(m.local, c.sent)
	c.describe(req, m.offer)
	return req
}

// offered is the direction to offer. RFC 3264 §8.4: a stream that is put on
// hold is marked sendonly if it "was previously a sendrecv media stream", and
// inactive if it was recvonly: when the peer holds us too.
func (c *call) offered() sdp.Direction {
	if c.wanted == sdp.SendOnly && !c.session.Send {
		return sdp.Inactive
	}
	return c.wanted
}

// responded takes a response to the request req of this modification.
func (m *modification) responded(req, resp *sip.Message) {
	c := m.c
	switch {
	case resp.Status < 200:
	case resp.Status < 300:
		c.dialog.Refresh(resp)
		c.acknowledge(c.dialog, req, &m.ack)
		if !m.over {
			m.granted(resp)
		}
	case m.over:
	case c.ended:
		m.finish()
	case resp.Status == 401 || resp.Status == 407:
		m.send(resp)
	case resp.Status == 422 && c.expiry.raise(resp):
		m.send(nil)
	case resp.Status == 491:
		m.collide(c.glare())
	case resp.Status == 500 && resp.Has("Retry-After"):
		m.collide(min(register.RetryAfter(resp), maxRefusalPause))
	case resp.Status == 408 || resp.Status == 481:
		// RFC 3261 §12.2.1.2: "If the response for a request within a dialog is
		// a 481 [...] or a 408 [...], the UAC SHOULD terminate the dialog."
		m.finish()
		c.lose(resp.Status, resp.Reason, true)
	default:
		m.refused(resp.Status, resp.Reason)
	}
}

// granted takes the answer in a 2xx.
func (m *modification) granted(resp *sip.Message) {
	c := m.c
	m.finish()
	if c.ended {
		return
	}
	c.learn(resp)
	c.timerGranted(resp)
	s, err := m.outcome(resp)
	if err != nil {
		m.refused(resp.Status, err.Error())
		return
	}
	c.direction = m.direction
	if m.told {
		c.session = s
		c.l.tell(Updated{c.id, s})
	} else {
		c.change(s)
	}
	c.pursue()
}

// outcome reads the answer to our offer in a 2xx.
func (m *modification) outcome(resp *sip.Message) (Session, error) {
	answer, err := described(resp)
	if err != nil {
		return Session{}, err
	}
	if answer == nil {
		return Session{}, errors.New("no answer to our offer")
	}
	return sdp.Accept(m.offer, m.local, answer)
}

// refused: RFC 3261 §14.1: on a non-2xx final response "the session parameters
// MUST remain unchanged, as if no re-INVITE had been issued".
func (m *modification) refused(status int, reason string) {
	c := m.c
	m.finish()
	c.l.log.Warn("session not changed", "call", string(c.id), "status", status, "err", reason)
	c.wanted = c.direction
	if !c.ended && !c.expiry.refresh.IsZero() {
		c.refreshLater()
	}
	if m.told && !c.ended {
		c.l.tell(NotUpdated{c.id, status, reason})
	}
}

// failed: no answer at all counts as 408, which ends the dialog (RFC 3261
// §12.2.1.2); a request that cannot leave as 503.
func (m *modification) failed(err error) {
	switch {
	case m.over:
	case m.c.ended:
		m.finish()
	case errors.Is(err, transaction.ErrTimeout):
		m.finish()
		m.c.lose(408, "no answer within the call", false)
	case m.moves:
		m.collide(moveAgain) // the way to the peer may come back a moment later than ours
	default:
		m.refused(503, err.Error())
	}
}

// collide waits before the next try.
func (m *modification) collide(pause time.Duration) {
	m.collided++
	if m.collided > maxCollisions {
		m.refused(491, "")
		return
	}
	m.again, m.client = true, nil
	m.c.l.timers.set(&m.timer, m.c.l.now.Add(pause))
	m.c.settled()
}

// glare is how long a re-INVITE waits that met one of the peer. RFC 3261
// §14.1: "If the UAC is the owner of the Call-ID of the dialog ID (meaning it
// generated the value), T has a randomly chosen value between 2.1 and 4
// seconds in units of 10 ms", else "of between 0 and 2 seconds in units of 10
// ms".
func (c *call) glare() time.Duration {
	if c.out != nil {
		return 2100*time.Millisecond + time.Duration(c.l.pick(191))*10*time.Millisecond
	}
	return time.Duration(c.l.pick(201)) * 10 * time.Millisecond
}

// expire sends the re-INVITE again after a collision, or gives up a peer that
// says no more than "trying".
func (m *modification) expire() {
	c := m.c
	switch {
	case m.again && len(c.awaiting) > 0:
		// The peer's own re-INVITE is under way.
		c.l.timers.set(&m.timer, c.l.now.Add(transaction.Default().T1))
	case m.again:
		m.send(nil)
	default:
		if m.client != nil {
			c.cancel(m.client)
		}
		m.refused(408, "no answer to a change of the session")
	}
}

// finish ends the modification; a 2xx that comes later is still acknowledged.
func (m *modification) finish() {
	m.over, m.client = true, nil
	m.c.l.timers.set(&m.timer, time.Time{})
	if m.c.modification == m {
		m.c.modification = nil
		m.c.expiry.asking = false
		m.c.settled()
	}
}

// lose ends a call whose peer does not know it any more, or does not answer.
func (c *call) lose(status int, reason string, remote bool) {
	c.bye(c.dialog)
	c.end(status, reason, remote)
}
