package ua

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"intercom/ua/challenge"
	"intercom/ua/transport"
)

// Probed is what Probe has learnt of an account.
type Probed struct {
	Account string
	Servers []ProbedServer // in the order in which they would be tried
	Err     error          // why none could be asked: a name that is not known, an account at fault
}

// ProbedServer is one server of the account.
type ProbedServer struct {
	Transport string // "UDP", "TCP" or "TLS"
	Remote    netip.AddrPort
	Name      string // over TLS: the domain that its certificate must be for
	Agent     string // what it says that it is

	Options   int           // the status of its answer to OPTIONS, 0 if there was none
	RoundTrip time.Duration // until the first answer to anything, 0 if there was none

	Register int      // the final status of its answer to REGISTER, 0 if there was none
	Reason   string   // the phrase of that answer
	Asked    bool     // it wanted to see the password
	Bindings []string // where it sends the account's calls now

	Err error // why there is no answer, or why the last one could not be followed
}

// WrongPassword tells whether the server refused the credentials, or wanted some and there are none.
func (s ProbedServer) WrongPassword() bool {
	return errors.Is(s.Err, challenge.ErrRefused) || errors.Is(s.Err, challenge.ErrNoCredentials)
}

// mostProbed bounds the servers that are asked.
const mostProbed = 4

// Probe asks the servers of an account, the only one of the options, whether they are there (OPTIONS) and what they think of
// it (REGISTER), from a port of its own and without changing anything: RFC 3261 §10.2.3: "If no Contact header field is
// present, the list of bindings is left unchanged." It ends with ctx at the latest.
func Probe(ctx context.Context, o Options) Probed {
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	accounts, err := newAccounts(o.Accounts, o.Rand)
	if err != nil || len(accounts) != 1 || accounts[0].registrar.IsZero() {
		return Probed{Err: errors.Join(err, errors.New("one account with a registrar can be probed"))}
	}
	p := prober{account: accounts[0], agent: o.Config.UserAgent, rand: o.Rand}
	p.out.Account = p.account.Name
	if p.out.Err = p.open(o); p.out.Err != nil {
		return p.out
	}
	defer p.net.Close()
	flows, err := p.locate(ctx, o)
	if err != nil {
		p.out.Err = err
		return p.out
	}
	p.out.Servers = make([]ProbedServer, min(len(flows), mostProbed))
	for i := range p.out.Servers {
		p.begin(i, flows[i])
	}
	p.run(ctx)
	return p.out
}

// open opens a port beside that of the station.
func (p *prober) open(o Options) (err error) {
	for _, at := range []*string{&o.Config.Listen, &o.Config.ListenTLS} {
		if *at == "" {
			continue
		}
		local, err := netip.ParseAddrPort(*at)
		if err != nil {
			return fmt.Errorf("sip: listen: %w", err)
		}
		*at = netip.AddrPortFrom(local.Addr(), 0).String()
	}
	o.Config.ListenTLS = o.Config.Listen
	p.net, err = openLayer(o)
	return err
}

// locate finds the servers (RFC 3263).
func (p *prober) locate(ctx context.Context, o Options) ([]transport.Flow, error) {
	local, _ := netip.ParseAddrPort(o.Config.Listen) // open has parsed it
	r := transport.NewResolver(transport.ResolverOptions{Lookup: o.Lookup, Transports: spoken(o), Local: local.Addr()})
	defer r.Close()
	a, known := r.Resolve("", p.account.server())
	if !known {
		select {
		case a = <-r.Answers():
		case <-ctx.Done():
			return nil, fmt.Errorf("look up %q: no answer from the name server in time", p.account.server().Host)
		}
	}
	return a.Flows, a.Err
}
