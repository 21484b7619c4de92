package phone

import (
	"fmt"
	"time"

	"intercom/ua/transport"
)

func (p *Phone) ready() Ready {
	r := Ready{
		Listen:   []Address{},
		Accounts: []string{},
		Calls:    p.opt.SIP.MaxCalls,
	}
	for _, transport := range []string{"udp", "tcp", "tls"} {
		if at := p.agent.Listening(transport); at.IsValid() {
			r.Listen = append(r.Listen, Address{transport, at.String()})
		}
	}
	for _, a := range p.opt.Accounts {
		r.Accounts = append(r.Accounts, a.AOR)
	}
	if c := p.opt.Certificate; c != nil {
		r.Fingerprint = transport.FingerprintOf(c.Leaf).String()
	}
	return r
}

// deaf tells of each transport that was asked for and is not listened with.
func (p *Phone) deaf() {
	for _, transport := range p.opt.SIP.Transports {
		if !p.agent.Listening(transport).IsValid() {
			p.tell(Error{Text: fmt.Sprintf("nobody can connect by %s: the phone has no certificate to show; it uses %[1]s "+
				"where it connects to others itself", transport)})
		}
	}
}

// status tells of everything that is up.
func (p *Phone) status(now time.Time) Status {
	stats := p.agent.Stats()
	s := Status{Accounts: []AccountStatus{}, Calls: []CallStatus{}, Refused: Refused(stats.Refused), Pings: stats.Pings}
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
