package phone

import (
	"fmt"

	"intercom/ua"
)

// hold keeps the other side waiting, or no longer. What comes of it is told when the peer has agreed or not.
func (p *Phone) hold(c command, n *line) error {
	on := c.verb == "hold"
	switch {
	case n.state != answered:
		return fmt.Errorf("%s: call %s is not up", c.verb, n.id)
	case on == n.holds && on:
		return fmt.Errorf("hold: call %s is held already", n.id)
	case on == n.holds:
		return fmt.Errorf("resume: call %s is not held from here", n.id)
	}
	n.holds = on
	p.lines.current = n.id
	if on {
		p.agent.Hold(n.id)
	} else {
		p.agent.Resume(n.id)
	}
	return nil
}

// updated tells what a change of the session means. A hold of ours that the peer answers by holding too is one hold.
func (p *Phone) updated(e ua.Updated) {
	n := p.lines.find(e.Call)
	if n == nil {
		return
	}
	here, there := n.heldHere, n.heldThere
	n.heldHere, n.heldThere = n.holds && !e.Session.Recv, heldThere(e.Session)
	switch sound := sound(e.Session); {
	case n.heldHere && !here:
		p.tell(Held{e.Call, local, sound})
	case here && !n.heldHere:
		p.tell(Resumed{e.Call, local, sound})
	case n.heldThere && !there:
		p.tell(Held{e.Call, remote, sound})
	case there && !n.heldThere:
		p.tell(Resumed{e.Call, remote, sound})
	default:
		p.tell(Updated{e.Call, sound})
	}
}

func (p *Phone) notUpdated(e ua.NotUpdated) {
	what := "resume"
	if n := p.lines.find(e.Call); n != nil {
		if n.holds {
			what = "hold"
		}
		n.holds = n.heldHere
	}
	p.tell(Error{Text: fmt.Sprintf("%s: the peer did not agree: %d %s", what, e.Status, e.Reason), Call: e.Call})
}

// heldThere reports whether the peer wants to hear nothing (RFC 3264 §8.4), or has no address, as before that RFC.
func heldThere(s ua.Session) bool { return !s.Send || !s.Remote.IsValid() }
