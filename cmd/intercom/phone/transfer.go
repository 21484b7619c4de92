package phone

import (
	"fmt"
	"time"

	"intercom/ua"
)

// transfer sends the other side of a call to somebody else, without asking them.
func (p *Phone) transfer(c command, n *line) error {
	if n.state != answered {
		return fmt.Errorf("transfer: call %s is not up", n.id)
	}
	p.agent.Transfer(n.id, c.uri)
	return nil
}

// attended sends the other side of a call to somebody who has been asked: to the other side of another call or, if a URI is
// named, to whoever answers there. Until then the call is held.
func (p *Phone) attended(now time.Time, c command, n *line) error {
	if n.state != answered {
		return fmt.Errorf("attended: call %s is not up", n.id)
	}
	if isCall(c.uri) {
		return p.join(n, ua.CallID(c.uri))
	}
	if !n.holds {
		n.holds = true
		p.agent.Hold(n.id)
	}
	other, err := p.place(now, c.uri)
	if err != nil {
		return fmt.Errorf("attended: %w", err)
	}
	other.consults = n.id
	return nil
}

// join leaves the other sides of two calls to each other.
func (p *Phone) join(n *line, id ua.CallID) error {
	other := p.lines.find(id)
	switch {
	case other == nil:
		return fmt.Errorf("attended: there is no call %s", id)
	case other == n:
		return fmt.Errorf("attended: call %s cannot be sent to itself", id)
	case other.state != answered:
		return fmt.Errorf("attended: call %s is not up", id)
	}
	p.agent.TransferTo(n.id, other.id)
	return nil
}

// consulted goes on with an attended transfer when the one who is asked has answered, or has not.
func (p *Phone) consulted(other *line) {
	id := other.consults
	if other.consults = ""; id == "" {
		return
	}
	n, err := p.lines.find(id), error(nil)
	switch {
	case n == nil:
		err = fmt.Errorf("attended: call %s has ended in the meantime", id)
	case other.since.IsZero():
		err = fmt.Errorf("attended: %s has not answered; call %s is still held", other.peer, id)
	default:
		err = p.join(n, other.id)
	}
	if err != nil {
		p.tell(Error{Text: err.Error(), Call: id})
	}
}

// referred calls whom the other side of a call asks us to call instead.
func (p *Phone) referred(now time.Time, e ua.Referred) {
	p.tell(Referred{e.Call, e.Target, e.By, e.Replaces})
	id, err := p.nextCall()
	if err != nil {
		p.agent.Decline(e.Call, busyHere, "")
	} else {
		err = p.calls.Follow(e.Call, id)
	}
	if err != nil {
		p.tell(Error{Text: fmt.Sprintf("the transfer is not followed: %v", err), Call: e.Call})
		return
	}
	p.placing(now, id, e.Target)
}
