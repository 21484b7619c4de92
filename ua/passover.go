package ua

import (
	"fmt"
	"time"

	"intercom/ua/dialog"
	"intercom/ua/sip"
)

// inviteSilence is how long a server may leave an INVITE without a word while
// there is another one to ask. RFC 3261 §17.2.1: "The server transaction MUST
// generate a 100 (Trying) response unless it knows that the TU will generate a
// provisional or final response within 200 ms"; by now four copies have met
// with nothing. Somebody stands at the door, and Timer B would take 32 s.
const inviteSilence = 4 * time.Second

// bear sets how long the server that was just asked may be silent.
func (v *invitation) bear() {
	v.silence.fire = v.passOver
	var at time.Time
	if len(v.flows) > 1 {
		at = v.c.l.now.Add(inviteSilence)
	}
	v.c.l.timers.set(&v.silence, at)
}

// passOver turns to the next server, and leaves word for the one that was
// silent, should it wake up.
func (v *invitation) passOver() {
	if v.client == nil || len(v.flows) < 2 || v.cancelled || v.c.ended {
		return
	}
	l := v.c.l
	l.log.Warn("server passed over", "call", string(v.c.id), "peer", v.flows[0].Remote, "next", v.flows[1].Remote,
		"err", fmt.Errorf("no answer within %v", inviteSilence))
	p := &passed{c: v.c, invite: v.client, dialogs: map[string]*passedDialog{}}
	p.invite.responded, p.invite.failed = p.responded, func(error) {}
	v.client = nil
	l.doubt(v.flows[0])
	v.next()
}

// passed is an INVITE that another one has taken the place of. Nobody may be
// left ringing or waiting by it.
type passed struct {
	c         *call
	invite    *client
	cancelled bool
	dialogs   map[string]*passedDialog // by remote tag
}

type passedDialog struct {
	*dialog.Dialog
	ack acknowledgement
}

// responded cancels what rings after all, and ends what was answered (RFC 3261
// §13.2.2.4).
func (p *passed) responded(resp *sip.Message) {
	switch {
	case resp.Status >= 300:
	case resp.Status < 200:
		p.cancelled = p.cancelled || p.c.cancel(p.invite)
	default:
		p.end(resp)
	}
}

func (p *passed) end(resp *sip.Message) {
	id, err := dialog.ResponseID(resp)
	if err != nil {
		return
	}
	d := p.dialogs[id.RemoteTag]
	if d != nil {
		p.c.acknowledge(d.Dialog, p.invite.req, &d.ack)
		return
	}
	made, err := dialog.NewUAC(p.invite.req, resp)
	if err != nil || len(p.dialogs) >= maxForks {
		return
	}
	d = &passedDialog{Dialog: made}
	p.dialogs[id.RemoteTag] = d
	p.c.acknowledge(made, p.invite.req, &d.ack)
	p.c.bye(made)
}
