package phone

import (
	"fmt"
	"time"

	"intercom/ua"
)

// obey does what a line says, and reports whether the phone is to end.
func (p *Phone) obey(text string) (quit bool) {
	c, ok, err := parseCommand(text)
	switch {
	case err != nil:
		p.tell(Error{Text: err.Error()})
		return false
	case !ok:
		return false
	case c.verb == "quit":
		return true
	}
	if err := p.do(time.Now(), c); err != nil {
		p.tell(Error{Text: err.Error(), Call: c.call})
	}
	return false
}

func (p *Phone) do(now time.Time, c command) error {
	switch c.verb {
	case "dial":
		return p.dial(now, c.uri)
	case "status":
		p.tell(p.status(now))
		return nil
	case "message", "options":
		return p.ask(c)
	}
	n, err := p.lines.chosen(c)
	if err != nil {
		return err
	}
	return p.doInCall(now, c, n)
}

func (p *Phone) doInCall(now time.Time, c command, n *line) error {
	switch c.verb {
	case "answer":
		p.lines.current = n.id
		return p.answer(n)
	case "reject":
		p.agent.Reject(n.id, rejection(c), "")
		p.lines.end(n)
		return nil
	case "hangup":
		p.agent.Hangup(n.id)
		p.lines.end(n)
		return nil
	case "hold", "resume":
		return p.hold(c, n)
	case "transfer":
		return p.transfer(c, n)
	case "attended":
		return p.attended(now, c, n)
	default: // dtmf
		return p.press(n, c.digits)
	}
}

func rejection(c command) int {
	if c.status == 0 {
		return busyHere
	}
	return c.status
}

func (p *Phone) dial(now time.Time, target string) error {
	if _, err := p.place(now, target); err != nil {
		return fmt.Errorf("dial: %w", err)
	}
	return nil
}

// place calls somebody.
func (p *Phone) place(now time.Time, target string) (*line, error) {
	id, err := p.nextCall()
	if err != nil {
		return nil, err
	}
	if err := p.calls.Dial(id, ua.Dial{Account: p.account(), Target: target}); err != nil {
		return nil, err
	}
	return p.placing(now, id, target), nil
}

// nextCall names the next call that is placed, if there may be one.
func (p *Phone) nextCall() (ua.CallID, error) {
	if most := p.opt.SIP.MaxCalls; p.lines.busy() >= most {
		return "", fmt.Errorf("there are %d calls already, which is the most that this phone takes", most)
	}
	p.placed++
	return ua.CallID(fmt.Sprintf("out-%d", p.placed)), nil
}

func (p *Phone) placing(now time.Time, id ua.CallID, target string) *line {
	n := &line{id: id, state: calling, peer: target, began: now}
	p.lines.add(n)
	p.lines.current = id
	p.tell(Calling{id, target})
	return n
}

// account is the one that calls are placed with: the first.
func (p *Phone) account() string { return p.opt.Accounts[0].Name }

// maxAsked bounds the requests outside of calls that wait for an answer.
const maxAsked = 64

// ask sends a text, or asks what somebody can do. The answer is told.
func (p *Phone) ask(c command) error {
	if len(p.asked) >= maxAsked {
		return fmt.Errorf("%s: %d requests wait for an answer already", c.verb, maxAsked)
	}
	p.asks++
	id := fmt.Sprint("ask-", p.asks)
	p.asked[id] = c.uri
	switch {
	case c.verb == "options":
		p.agent.Options(id, p.account(), c.uri)
	case isCall(c.uri):
		p.agent.Message(id, ua.Text{Call: ua.CallID(c.uri), Text: c.text})
	default:
		p.agent.Message(id, ua.Text{Account: p.account(), Target: c.uri, Text: c.text})
	}
	return nil
}

func (p *Phone) answer(n *line) error {
	n.state, n.answerAt = answering, time.Time{}
	if p.lines.current == "" {
		p.lines.current = n.id
	}
	if err := p.calls.Answer(n.id); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	return nil
}

// press sends keys in the way that the phone is set to.
func (p *Phone) press(n *line, digits string) (err error) {
	switch {
	case n.state != answered:
		err = fmt.Errorf("call %s is not up", n.id)
	case p.opt.DTMF == Inband:
		err = p.keypad.press(digits)
	case p.opt.DTMF == Info:
		err = p.calls.SendInfo(n.id, digits)
	default:
		err = p.calls.SendDigits(n.id, digits)
	}
	if err != nil {
		return fmt.Errorf("dtmf: %w", err)
	}
	if p.opt.Watch.Typed != nil {
		p.opt.Watch.Typed(digits)
	}
	return nil
}

// due does what the time has come for.
func (p *Phone) due(now time.Time) {
	for _, n := range p.lines.all {
		var err error
		switch {
		case past(n.answerAt, now):
			err = p.answer(n)
		case past(n.typeAt, now):
			n.typeAt = time.Time{}
			err = p.press(n, p.opt.Digits)
		}
		if err != nil {
			p.tell(Error{Text: err.Error(), Call: n.id})
		}
	}
}

// past reports whether something was to happen at t, and it is not before t.
func past(t, now time.Time) bool { return !t.IsZero() && !now.Before(t) }
