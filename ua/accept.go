package ua

import (
	"fmt"
	"slices"
	"time"

	"intercom/ua/dialog"
	"intercom/ua/sdp"
	"intercom/ua/sip"
	"intercom/ua/transaction"
	"intercom/ua/transport"
)

// accepted is a 2xx of ours to an INVITE that waits for its ACK. RFC 3261
// §13.3.1.4: it "is passed to the transport with an interval that starts at T1
// seconds and doubles for each retransmission until it reaches T2 seconds".
type accepted struct {
	c        *call
	server   *server
	resp     *sip.Message
	seq      uint32
	first    bool             // of the INVITE that made the call
	offer    *sdp.Description // ours, to be answered by the ACK
	timer    timer
	interval time.Duration
	until    time.Time
}

// describe puts our answer, or without an offer our own offer, into the 2xx.
// An answer takes effect at once, an offer with the ACK.
func (a *accepted) describe(offer *sdp.Description) error {
	c := a.c
	if offer == nil {
		if err := c.l.secured(c.account, c.carrier()); err != nil {
			return err
		}
		a.offer = sdp.Offer(c.unseen(), c.sent)
		c.describe(a.resp, a.offer)
		return nil
	}
	answer, s, err := c.answer(offer)
	if err != nil {
		return err
	}
	c.describe(a.resp, answer)
	c.change(s)
	return nil
}

// change makes a session the current one and tells of it if the call is up.
func (c *call) change(s Session) {
	changed := !sameSession(c.session, s)
	c.session = s
	if changed && c.up && !c.ended {
		c.l.tell(Updated{c.id, s})
	}
}

// foreshadow makes a session the current one before the call is up.
func (c *call) foreshadow(s Session) {
	changed := !sameSession(c.session, s)
	c.session = s
	if changed && !c.ended {
		c.l.tell(Early{c.id, s})
	}
}

func sameSession(a, b Session) bool {
	return slices.Equal(a.Receive, b.Receive) && a.Remote == b.Remote && a.RemoteRTCP == b.RemoteRTCP && a.Codec == b.Codec &&
		a.DTMF == b.DTMF && a.Noise == b.Noise && a.Mux == b.Mux && a.Ptime == b.Ptime && a.Send == b.Send && a.Recv == b.Recv && a.Keys == b.Keys
}

func (a *accepted) send() {
	l, timers := a.c.l, transaction.Default()
	cseq, _ := a.server.req.CSeq() // Validate has read it
	a.seq = cseq.Seq
	a.interval, a.until = timers.T1, l.now.Add(64*timers.T1)
	a.timer.fire = a.tick
	a.server.acked = a.c.acked
	a.c.awaiting = append(a.c.awaiting, a)
	l.pending++
	l.reply(a.server, a.resp)
	l.timers.set(&a.timer, l.now.Add(a.interval))
}

func (a *accepted) tick() {
	l := a.c.l
	if l.now.Before(a.until) {
		l.reply(a.server, a.resp)
		a.interval = min(2*a.interval, transaction.Default().T2)
		at := l.now.Add(a.interval)
		if a.until.Before(at) {
			at = a.until
		}
		l.timers.set(&a.timer, at)
		return
	}
	// "If the server retransmits the 2xx response for 64*T1 seconds without
	// receiving an ACK, the dialog is confirmed, but the session SHOULD be
	// terminated. This is accomplished with a BYE".
	c := a.c
	c.stopAwaiting()
	c.cause = Cause{Protocol: "SIP", Code: 408, Text: "ACK missing"}
	c.bye(c.dialog)
	c.end(408, "the caller did not acknowledge our answer", false)
}

// stopAwaiting ends the retransmission of every 2xx.
func (c *call) stopAwaiting() {
	for _, a := range c.awaiting {
		c.l.timers.set(&a.timer, time.Time{})
		c.l.pending--
	}
	c.awaiting = nil
}

// acked takes the ACK of a 2xx.
func (c *call) acked(ack *sip.Message) {
	seq, err := ack.CSeq()
	if err != nil {
		return
	}
	i := slices.IndexFunc(c.awaiting, func(a *accepted) bool { return a.seq == seq.Seq })
	if i < 0 {
		return
	}
	a := c.awaiting[i]
	c.awaiting = slices.Delete(c.awaiting, i, i+1)
	c.l.timers.set(&a.timer, time.Time{})
	c.l.pending--
	if c.ended {
		c.stopAwaiting()
		c.bye(c.dialog) // we hung up before the ACK
		return
	}
	if err := a.readAnswer(ack); err != nil {
		c.answerFailed(a, err)
		return
	}
	if a.first {
		c.up = true
		c.l.tell(Answered{c.id, c.session})
	}
	c.pursue()
}

// readAnswer takes the answer to an offer of ours out of the ACK.
func (a *accepted) readAnswer(ack *sip.Message) error {
	if a.offer == nil {
		return nil
	}
	answer, err := described(ack)
	if err != nil {
		return err
	}
	if answer == nil {
		return fmt.Errorf("ACK without an answer to our offer")
	}
	s, err := sdp.Accept(a.offer, a.c.localMedia(), answer)
	if err != nil {
		return err
	}
	a.c.change(s)
	return nil
}

// answerFailed ends a call that never had a session; one that is up goes on
// with the session it had.
func (c *call) answerFailed(a *accepted, err error) {
	if !a.first {
		c.l.log.Warn("session not changed", "call", string(c.id), "err", err)
		c.pursue()
		return
	}
	c.stopAwaiting()
	c.bye(c.dialog)
	c.end(488, err.Error(), false)
}

// receiveAck takes an ACK to its dialog. Those that belong nowhere are
// dropped: an ACK is never answered. What one says of the session counts only
// from those whose other requests would be heard.
func (l *loop) receiveAck(p transport.Packet) {
	id, err := dialog.RequestID(p.Msg)
	if err != nil {
		return
	}
	in, ok := l.dialogs[id]
	switch {
	case !ok || in.call.dialog != in.dialog:
	case len(p.Msg.Body) > 0 && !in.knows(p.Remote):
		l.turnAway(p)
	default:
		in.acked(p.Msg)
	}
}
