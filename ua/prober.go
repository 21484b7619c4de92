package ua

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"intercom/ua/challenge"
	"intercom/ua/sip"
	"intercom/ua/transaction"
	"intercom/ua/transport"
)

// prober is a Probe under way.
type prober struct {
	account *account
	agent   string
	rand    io.Reader
	net     *transport.Layer
	running []*inquiry
	out     Probed
}

// errUnanswered: there was not the time to wait for an answer.
var errUnanswered = errors.New("no answer")

// inquiry is one request under way.
type inquiry struct {
	server  *ProbedServer
	flow    transport.Flow
	method  string
	machine *transaction.Client
	began   time.Time
	tries   challenge.Attempts // of a REGISTER
}

// begin asks a server both questions.
func (p *prober) begin(i int, to transport.Flow) {
	s := &p.out.Servers[i]
	s.Transport, s.Remote, s.Name = transportOf(to), to.Remote, to.Name
	for _, method := range []string{"OPTIONS", "REGISTER"} {
		p.ask(&inquiry{server: s, flow: to, method: method}, p.compose(method))
	}
}

// compose makes a request outside of any dialog (RFC 3261 §8.1.1), to the server itself.
func (p *prober) compose(method string) *sip.Message {
	target := p.account.registrar
	target.User, target.Password = "", ""
	m := sip.NewRequest(method, target.String())
	m.Add("Max-Forwards", "70")
	if !p.account.proxy.IsZero() {
		m.Add("Route", sip.Address{URI: p.account.proxy}.String())
	}
	to := sip.Address{URI: target}
	if method == "REGISTER" {
		to = sip.Address{URI: p.account.from.URI}
	}
	m.Add("From", p.account.from.WithTag(token(p.rand)).String())
	m.Add("To", to.String())
	m.Add("Call-ID", token(p.rand))
	m.Add("CSeq", sip.CSeq{Seq: 1, Method: method}.String())
	if p.agent != "" {
		m.Add("User-Agent", p.agent)
	}
	return m
}

// ask sends a request as a new transaction.
func (p *prober) ask(q *inquiry, m *sip.Message) {
	local, err := p.net.SentBy(q.flow)
	if err != nil {
		q.failed(err)
		return
	}
	m.Del("Via")
	m.Prepend("Via", sip.Via{Transport: transportOf(q.flow), Host: local.Addr().String(), Port: local.Port(),
		Params: sip.Params("").With("branch", sip.BranchCookie+token(p.rand)).With("rport", "")}.String())
	q.began = time.Now()
	var out transaction.Out
	q.machine, out = transaction.NewClient(q.began, m, q.flow.Reliable(), transaction.Default())
	p.running = append(p.running, q)
	p.apply(q, out)
}

// run serves the requests until all are answered or given up.
func (p *prober) run(ctx context.Context) {
	wake := time.NewTimer(0)
	defer wake.Stop()
	for len(p.running) > 0 {
		next := p.running[0].machine.Deadline()
		for _, q := range p.running[1:] {
			if d := q.machine.Deadline(); d.Before(next) {
				next = d
			}
		}
		wake.Reset(time.Until(next))
		select {
		case packet := <-p.net.Packets():
			p.receive(packet)
		case <-wake.C:
			for _, q := range slices.Clone(p.running) {
				p.apply(q, q.machine.Tick(time.Now()))
			}
		case <-ctx.Done():
			for _, q := range p.running {
				q.failed(errUnanswered)
			}
			return
		}
	}
}

func (p *prober) receive(packet transport.Packet) {
	for _, q := range slices.Clone(p.running) {
		switch {
		case packet.Err != nil && packet.Remote == q.flow.Remote && transportOf(packet.Flow) == transportOf(q.flow):
			p.apply(q, q.machine.TransportError(time.Now(), packet.Err))
		case packet.Msg != nil && packet.Fault == nil && !packet.Msg.IsRequest() &&
			transaction.ClientKey(packet.Msg) == transaction.ClientKey(q.machine.Request()):
			p.apply(q, q.machine.Receive(time.Now(), packet.Msg))
		}
	}
}

// apply does what a step of a transaction asks for.
func (p *prober) apply(q *inquiry, out transaction.Out) {
	for _, m := range out.Send {
		if err := p.net.Send(q.flow, m); err != nil {
			p.end(q)
			q.failed(err)
			return
		}
	}
	switch {
	case out.Err != nil:
		p.end(q)
		q.failed(out.Err)
	case out.Deliver != nil && out.Deliver.Status >= 200:
		p.end(q) // what is repeated need not be absorbed
		p.answered(q, out.Deliver)
	case out.Done:
		p.end(q)
	}
}

func (p *prober) end(q *inquiry) {
	p.running = slices.DeleteFunc(p.running, func(x *inquiry) bool { return x == q })
}

// failed notes why REGISTER has no answer. That OPTIONS has none shows by itself.
func (q *inquiry) failed(err error) {
	if q.method == "REGISTER" {
		q.server.Err = err
	}
}

// answered takes a final response.
func (p *prober) answered(q *inquiry, resp *sip.Message) {
	s := q.server
	if s.RoundTrip == 0 {
		s.RoundTrip = max(time.Since(q.began), time.Microsecond)
	}
	if agent := resp.Get("Server"); s.Agent == "" {
		s.Agent = agent
	}
	if q.method == "OPTIONS" {
		s.Options = resp.Status
		return
	}
	s.Register, s.Reason = resp.Status, resp.Reason
	switch {
	case resp.Status == 401 || resp.Status == 407:
		s.Asked = true
		p.prove(q, resp)
	case resp.Status < 300:
		s.Bindings = slices.Collect(resp.Values("Contact"))
	}
}

// prove answers a challenge, as often as credentials are worth another try.
func (p *prober) prove(q *inquiry, resp *sip.Message) {
	req := q.machine.Request().Clone()
	if err := q.tries.Answer(p.account.client, req, resp); err != nil {
		q.server.Err = err
		return
	}
	seq, _ := req.CSeq() // ours
	seq.Seq++
	req.Set("CSeq", seq.String())
	p.ask(q, req)
}
