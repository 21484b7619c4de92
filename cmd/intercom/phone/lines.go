package phone

import (
	"fmt"
	"slices"
	"time"

	"intercom/ua"
)

// line is one call of the phone, from its first sign to its end.
type line struct {
	id       ua.CallID
	incoming bool
	state    string // as in CallStatus
	peer     string
	began    time.Time
	since    time.Time // answered

	consults ua.CallID // the call that waits to be sent to this one's other side; empty for none

	holds               bool // a hold was asked for here
	heldHere, heldThere bool // by which side

	answerAt time.Time // zero unless it is to be answered by itself
	typeAt   time.Time // zero unless keys are to be pressed by themselves
}

// The states of a line.
const (
	calling   = "calling"
	ringing   = "ringing" // there, or here if it is incoming
	early     = "early"
	answering = "answering" // the peer has not yet acknowledged that
	answered  = "answered"
	ending    = "ending" // the user agent has been told to end it
)

// The two sides of a call.
const (
	local  = "local"
	remote = "remote"
)

// held is as in CallStatus.
func (n *line) held() string {
	switch {
	case n.heldHere && n.heldThere:
		return "both"
	case n.heldHere:
		return local
	case n.heldThere:
		return remote
	}
	return ""
}

// lines are all calls, the oldest first, and which of them commands are for.
type lines struct {
	all     []*line
	current ua.CallID
}

func (l *lines) add(n *line) { l.all = append(l.all, n) }

// find returns nil for a call that is not there, any more or yet.
func (l *lines) find(id ua.CallID) *line {
	if i := slices.IndexFunc(l.all, func(n *line) bool { return n.id == id }); i >= 0 {
		return l.all[i]
	}
	return nil
}

// reach notes how far a call has come, and returns it; nil if it is not there.
func (l *lines) reach(id ua.CallID, state string) *line {
	n := l.find(id)
	if n != nil && n.state != ending {
		n.state = state
	}
	return n
}

// remove forgets a call.
func (l *lines) remove(id ua.CallID) {
	l.all = slices.DeleteFunc(l.all, func(n *line) bool { return n.id == id })
	l.giveWay(id)
}

// end notes that a call is over for whoever gives commands.
func (l *lines) end(n *line) {
	n.state, n.answerAt, n.typeAt = ending, time.Time{}, time.Time{}
	l.giveWay(n.id)
}

// giveWay makes the newest of the other calls the current one, if this one was; one that is up goes before one that is not.
func (l *lines) giveWay(id ua.CallID) {
	if l.current != id {
		return
	}
	l.current = ""
	for _, n := range l.all {
		now := l.find(l.current)
		if n.state != ending && (now == nil || now.state != answered || n.state == answered) {
			l.current = n.id
		}
	}
}

// busy is how many calls there are, without those that are ending.
func (l *lines) busy() (n int) {
	for _, line := range l.all {
		if line.state != ending {
			n++
		}
	}
	return n
}

// waiting is the incoming call that has rung longest.
func (l *lines) waiting() *line {
	if i := slices.IndexFunc(l.all, (*line).rings); i >= 0 {
		return l.all[i]
	}
	return nil
}

// rings reports whether the call waits for somebody here to answer it.
func (n *line) rings() bool { return n.incoming && n.state == ringing }

// chosen is the call that a command is for: the one it names or, if it names none, the one that rings for answer and
// reject, and for all others the current one or else the one that rings.
func (l *lines) chosen(c command) (*line, error) {
	var n *line
	picksUp := c.verb == "answer" || c.verb == "reject"
	switch {
	case c.call != "":
		if n = l.find(c.call); n == nil {
			return nil, fmt.Errorf("%s: there is no call %s", c.verb, c.call)
		}
	case picksUp:
		n = l.waiting()
	default:
		if n = l.find(l.current); n == nil {
			n = l.waiting()
		}
	}
	switch {
	case n == nil && picksUp, n != nil && picksUp && !n.rings():
		return nil, fmt.Errorf("%s: no call rings here%s", c.verb, named(c.call))
	case n == nil:
		return nil, fmt.Errorf("%s: there is no call", c.verb)
	}
	return n, nil
}

func named(id ua.CallID) string {
	if id == "" {
		return ""
	}
	return fmt.Sprintf(" by the name of %s", id)
}

// deadline is when the next thing happens by itself; zero if nothing does.
func (l *lines) deadline() (next time.Time) {
	for _, n := range l.all {
		for _, t := range []time.Time{n.answerAt, n.typeAt} {
			if !t.IsZero() && (next.IsZero() || t.Before(next)) {
				next = t
			}
		}
	}
	return next
}
