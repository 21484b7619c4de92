package phone

import (
	"net/netip"
	"time"

	"intercom/ua"
)

// tell tells an event, also to the log of those who only read that.
func (p *Phone) tell(e Event) {
	if e, ok := e.(Error); ok {
		p.opt.Log.Warn(e.Text, "call", string(e.Call))
	}
	if p.opt.Watch.Tell != nil {
		p.opt.Watch.Tell(time.Now(), e)
	}
}

// handle takes what the user agent tells.
func (p *Phone) handle(now time.Time, e ua.Event) {
	ended, over := p.calls.Handle(e)
	if over && p.opt.Watch.Ended != nil {
		defer p.opt.Watch.Ended(ended)
	}
	if p.opt.Watch.Event != nil {
		p.opt.Watch.Event(now, e)
	}
	switch e := e.(type) {
	case ua.Registered:
		p.registered[e.Account] = true
		p.tell(Registered{e.Account, int(e.Expires / time.Second)})
	case ua.RegistrationFailed:
		p.registered[e.Account] = false
		p.tell(Unregistered{e.Account, e.Err.Error(), e.WrongPassword, seconds(max(0, e.Next.Sub(now)))})
	case ua.Unregistered:
		p.registered[e.Account] = false
		p.tell(Unregistered{Account: e.Account})
	case ua.Message:
		p.tell(Message{e.Call, e.From, e.FromName, e.To, e.Account, e.User, address(e.Source), e.Text})
	case ua.Replied:
		p.tell(Replied{e.Method, p.asked[e.ID], e.Status, e.Reason, e.Agent, e.Allow})
		delete(p.asked, e.ID)
	case ua.Incoming:
		p.incoming(now, e)
	case ua.Ended:
		p.ended(now, e, figures(ended.Media))
	default:
		p.progress(now, e)
	}
}

func (p *Phone) incoming(now time.Time, e ua.Incoming) {
	n := &line{id: e.Call, incoming: true, state: ringing, peer: e.From, began: now}
	p.lines.add(n)
	p.tell(Incoming{e.Call, e.From, e.FromName, e.To, e.Account, e.User, address(e.Source), e.Replaces})
	switch {
	case e.Replaces != "":
		// Who is already talking is not rung again.
		n.answerAt = now
	case p.opt.Auto:
		n.answerAt = now.Add(p.opt.AnswerAfter)
		fallthrough
	default:
		if err := p.calls.Ring(e.Call); err != nil {
			p.tell(Error{Text: err.Error(), Call: e.Call})
		}
	}
}

// progress takes what happens between the beginning and the end of a call.
func (p *Phone) progress(now time.Time, e ua.Event) {
	switch e := e.(type) {
	case ua.Ringing:
		p.lines.reach(e.Call, ringing)
		p.tell(Ringing{e.Call})
	case ua.Early:
		if n := p.lines.find(e.Call); n != nil && !n.incoming { // here it rings on
			p.lines.reach(e.Call, early)
		}
		p.tell(Early{e.Call, sound(e.Session)})
	case ua.Answered:
		if n := p.lines.reach(e.Call, answered); n != nil {
			n.since, n.heldThere = now, heldThere(e.Session)
			if p.opt.Digits != "" {
				n.typeAt = now.Add(p.opt.DigitsAfter)
			}
			defer p.consulted(n)
		}
		p.tell(Answered{e.Call, sound(e.Session)})
	case ua.Updated:
		p.updated(e)
	case ua.NotUpdated:
		p.notUpdated(e)
	case ua.Referred:
		p.referred(now, e)
	case ua.Transferred:
		p.tell(Transferred{e.Call, e.Status, e.Reason, e.Final})
	}
}

func (p *Phone) ended(now time.Time, e ua.Ended, media *Figures) {
	told := Ended{Call: e.Call, Status: e.Status, Reason: why(e), By: local, Media: media, Successor: e.Successor}
	if e.Remote {
		told.By = remote
	}
	n := p.lines.find(e.Call)
	if n != nil && !n.since.IsZero() {
		told.Seconds = seconds(now.Sub(n.since))
	}
	if p.lines.current == e.Call && p.lines.find(e.Successor) != nil {
		p.lines.current = e.Successor
	}
	p.lines.remove(e.Call)
	p.tell(told)
	if n != nil {
		p.consulted(n)
	}
}

// why is what a refusal says, or for a call that was up or cancelled, what the Reason of its end says.
func why(e ua.Ended) string {
	const terminated = 487
	if e.Cause.Text != "" && (e.Status == 0 || e.Status == terminated) {
		return e.Cause.Text
	}
	return e.Reason
}

func sound(s ua.Session) Sound {
	return Sound{s.Codec.Name, address(s.Remote), direction(s), s.Keys.Send.Suite}
}

// direction is in the words of RFC 3264 §5.1.
func direction(s ua.Session) string {
	switch {
	case s.Send && s.Recv:
		return "sendrecv"
	case s.Send:
		return "sendonly"
	case s.Recv:
		return "recvonly"
	}
	return "inactive"
}

// address is empty for none.
func address(a netip.AddrPort) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}
