package ua

import (
	"fmt"
	"time"

	"intercom/ua/dialog"
	"intercom/ua/sdp"
	"intercom/ua/sip"
)

// fork is one of the dialogs that our INVITE has made: proxies may ring
// several telephones (RFC 3261 §12.1, §13.2.2.4).
type fork struct {
	dialog *dialog.Dialog
	early  *Session // what a provisional response has agreed
	rseq   uint32   // of the last reliable provisional response, 0 before
	agreed bool     // a reliable response has answered our offer
	ack    acknowledgement
}

// maxForks bounds the early dialogs of one INVITE, and maxAnswers all of them:
// of those that answer all but one are ended.
const (
	maxForks   = 16
	maxAnswers = 64
)

// fork finds or makes the dialog of a response; nil if it makes none.
func (v *invitation) fork(resp *sip.Message) *fork {
	id, err := dialog.ResponseID(resp)
	if err != nil {
		return nil
	}
	if f := v.forks[id.RemoteTag]; f != nil {
		f.dialog.Confirm(resp)
		return f
	}
	if n := len(v.forks); n >= maxAnswers || n >= maxForks && resp.Status < 200 {
		return nil
	}
	d, err := dialog.NewUAC(v.req, resp)
	if err != nil {
		return nil
	}
	f := &fork{dialog: d}
	v.forks[id.RemoteTag] = f
	v.c.join(d)
	return f
}

// provisional takes a 1xx.
func (v *invitation) provisional(resp *sip.Message) {
	if v.cancelled {
		v.sendCancel()
		return
	}
	if resp.Status == 100 {
		return
	}
	f := v.fork(resp)
	if f != nil && !v.acknowledgeProvisional(f, resp) {
		return
	}
	answer, err := described(resp)
	if f == nil || f.agreed || answer == nil || err != nil {
		v.ringing()
		return
	}
	s, err := sdp.Accept(v.offer, v.c.localMedia(), answer)
	if err != nil {
		v.ringing() // the final response may do better
		return
	}
	f.agreed = requires(resp, "100rel")
	repeated := f.early != nil && sameSession(*f.early, s)
	f.early = &s
	if !repeated {
		v.c.l.tell(Early{v.c.id, s})
		v.c.asker.progress(resp.Status)
	}
}

func (v *invitation) ringing() {
	if !v.rang {
		v.rang = true
		v.c.l.tell(Ringing{v.c.id})
		v.c.asker.progress(180)
	}
}

// accepted takes a 2xx. The first one makes the call; others, and one that
// comes though we have hung up, are acknowledged and ended at once. RFC 3261
// §13.2.2.4: "The UAC core MUST generate an ACK request for each 2xx received
// from the transaction layer."
func (v *invitation) accepted(resp *sip.Message) {
	f := v.fork(resp)
	if f == nil {
		// Without a To tag there is no dialog to acknowledge in.
		if v.c.dialog == nil {
			v.c.end(502, "answered without a To tag", true)
		}
		return
	}
	repeated := f.ack.begun
	v.c.acknowledge(f.dialog, v.req, &f.ack)
	if repeated {
		return
	}
	v.forgetOthers(f)
	if v.c.ended || v.c.dialog != nil {
		v.c.bye(f.dialog)
		return
	}
	v.c.dialog = f.dialog
	v.c.l.timers.set(&v.timer, time.Time{})
	s, err := v.outcome(f, resp)
	if err != nil {
		v.c.bye(f.dialog)
		v.c.end(488, err.Error(), false)
		return
	}
	v.c.learn(resp)
	v.c.timerGranted(resp)
	v.c.session, v.c.up = s, true
	v.c.l.tell(Answered{v.c.id, s})
	v.c.asker.progress(resp.Status)
}

// forgetOthers drops the early dialogs that have not answered.
func (v *invitation) forgetOthers(won *fork) {
	for _, f := range v.forks {
		if f != won && !f.ack.begun {
			v.c.leave(f.dialog)
		}
	}
}

// outcome reads the answer. RFC 3261 §13.2.1: it must be in the 2xx; where it is
// only in an earlier response of the same dialog, that one is meant. After a
// reliable answer the UAC "MUST ignore any session descriptions in subsequent
// responses to the initial INVITE".
func (v *invitation) outcome(f *fork, resp *sip.Message) (Session, error) {
	answer, err := described(resp)
	switch {
	case f.agreed:
		return *f.early, nil
	case err != nil:
		return Session{}, fmt.Errorf("answered with a %w", err)
	case answer != nil:
		return sdp.Accept(v.offer, v.c.localMedia(), answer)
	case f.early != nil:
		return *f.early, nil
	}
	return Session{}, fmt.Errorf("answered %d without a session description", resp.Status)
}
