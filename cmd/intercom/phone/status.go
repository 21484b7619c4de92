package phone

import "time"

func (p *Phone) ready() Ready {
	r := Ready{
		Listen:   []Address{{"udp", p.agent.LocalAddr().String()}},
		Accounts: []string{},
		Calls:    p.opt.SIP.MaxCalls,
	}
	for _, a := range p.opt.Accounts {
		r.Accounts = append(r.Accounts, a.AOR)
	}
	return r
}

// status tells of everything that is up.
func (p *Phone) status(now time.Time) Status {
	s := Status{Accounts: []AccountStatus{}, Calls: []CallStatus{}}
	for _, a := range p.opt.Accounts {
		s.Accounts = append(s.Accounts, AccountStatus{a.Name, a.AOR, a.Registrar, p.registered[a.Name]})
	}
	for _, n := range p.lines.all {
		s.Calls = append(s.Calls, p.callStatus(now, n))
	}
	return s
}

func (p *Phone) callStatus(now time.Time, n *line) CallStatus {
	c := CallStatus{Call: n.id, State: n.state, Peer: n.peer, Held: n.held(), Current: n.id == p.lines.current}
	begin := n.began
	if !n.since.IsZero() {
		begin = n.since
	}
	c.Seconds = seconds(now.Sub(begin))
	if stats, ok := p.calls.Stats(n.id); ok {
		c.Media = figures(stats)
	}
	return c
}
