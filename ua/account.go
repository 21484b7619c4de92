package ua

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"

	"intercom/ua/digest"
	"intercom/ua/register"
	"intercom/ua/sip"
	"intercom/ua/transport"
)

// account is an Account made ready.
type account struct {
	Account
	from      sip.Address // AOR with display name
	registrar sip.URI     // zero if there is none
	proxy     sip.URI     // zero if there is none
	client    *digest.Client

	registration *register.Registration // nil without a registrar
	timer        timer
	flow         transport.Flow   // where the last REGISTER was granted
	asking       transport.Flow   // where the one under way went
	left         []transport.Flow // where else it may go
	round        int              // numbers the attempts, so that what belongs to an old one is known
	began        time.Time        // the attempt under way
	warned       bool             // that it takes long was told
	request      *client          // its REGISTER, nil if none is under way
	patience     timer            // with the server that it went to
	suspect      bool             // the connection there may lead nowhere, as the network has changed since
	until        time.Time        // when the binding ends if it is not refreshed
	every        time.Duration    // how long the way to the registrar may be silent, 0 if it does not matter
	outbound     bool             // the registrar binds us to the flow of the REGISTER (RFC 5626)
	pings        register.KeepAlive
	pinger       timer
	all          []transport.Flow // the servers as last found
	tried        time.Time        // when the first server was last tried, while another is the registrar
	routes       []string         // Service-Route of the registrar (RFC 3608)
	up           bool             // Registered was told
	servers      servers          // whose requests are taken
	look         look             // whether the servers are there
	told         struct {         // the last failure that the owner has heard of
		text string
		at   time.Time
	}
	seen netip.AddrPort // as what the registrar sees us, if that is not our own address
}

// Check returns every fault of the account.
func (a Account) Check() []ConfigFault {
	var faults []ConfigFault
	bad := func(key, text, want string) { faults = append(faults, ConfigFault{key, text, want}) }
	if uri, err := sip.ParseURI(a.AOR); err != nil || !uri.IsSIP() || uri.User == "" || uri.Host == "" || uri.Headers != "" {
		bad("aor", a.AOR, `an address such as "sip:door@fritz.box"`)
	}
	for _, s := range []struct{ key, text string }{{"registrar", a.Registrar}, {"proxy", a.Proxy}} {
		if s.text == "" {
			continue
		}
		if uri, err := sip.ParseURI(s.text); err != nil || !uri.IsSIP() || uri.Host == "" || uri.Headers != "" {
			bad(s.key, s.text, `a server such as "sip:192.168.178.1"`)
		}
	}
	for _, s := range []struct{ key, text string }{{"display_name", a.DisplayName}, {"username", a.Username}, {"password", string(a.Password)}} {
		if !strings.ContainsAny(s.text, "\r\n\x00") {
			continue
		}
		if s.key == "password" {
			s.text = "(not shown)"
		}
		bad(s.key, s.text, `one line of text; within "quotes" a \ is written \\, as \n begins another line`)
	}
	faults = append(faults, a.checkTrust()...)
	if s := a.SRTP; s != "" && s != SRTPOff && s != SRTPOptional && s != SRTPRequired {
		bad("srtp", s, `"off", "optional" or "required"`)
	}
	if a.KeepAlive != 0 && (a.KeepAlive < minKeepAlive || a.KeepAlive > maxKeepAlive) {
		bad("keep_alive", a.KeepAlive.String(), fmt.Sprintf(`"0s", or a time from %v to %v`, minKeepAlive, maxKeepAlive))
	}
	if a.Expires != 0 && (a.Expires < minExpires || a.Expires > maxExpires) {
		bad("expires", a.Expires.String(), fmt.Sprintf("a time from %v to %v", minExpires, maxExpires))
	}
	return faults
}

// newAccounts parses all accounts and reports all their faults.
func newAccounts(configured []Account, rand io.Reader) ([]*account, error) {
	var accounts []*account
	var errs []error
	for _, c := range configured {
		if slices.ContainsFunc(accounts, func(a *account) bool { return a.Name == c.Name }) {
			errs = append(errs, fmt.Errorf("account %q: there is another of this name", c.Name))
		}
		if faults := c.Check(); len(faults) > 0 {
			errs = append(errs, fmt.Errorf("account %q: %w", c.Name, joined(faults)))
			continue
		}
		accounts = append(accounts, newAccount(c, rand))
	}
	return accounts, errors.Join(errs...)
}

// newAccount takes a checked account.
func newAccount(c Account, rand io.Reader) *account {
	a := &account{Account: c}
	a.from.URI, _ = sip.ParseURI(c.AOR)
	a.from.Display = c.DisplayName
	if c.Username == "" {
		a.Username = a.from.URI.User
	}
	if c.Expires == 0 {
		a.Expires = defaultExpires
	}
	if c.Proxy != "" {
		a.proxy, _ = sip.ParseURI(c.Proxy)
		// RFC 3261 §19.1.1: without lr the proxy would be a strict router.
		a.proxy.Params = a.proxy.Params.With("lr", "")
	}
	if c.Password != "" {
		a.client = &digest.Client{Username: a.Username, Password: c.Password, Rand: rand}
	}
	if c.Registrar != "" {
		a.registrar, _ = sip.ParseURI(c.Registrar)
	}
	return a
}

// server is the URI that the account's requests go to: the outbound proxy,
// else the registrar; zero if calls go straight to their targets.
func (a *account) server() sip.URI {
	if !a.proxy.IsZero() {
		return a.proxy
	}
	return a.registrar
}

// serves tells whether the account's server looks after a host.
func (a *account) serves(host string) bool {
	return !a.proxy.IsZero() ||
		!a.registrar.IsZero() && (strings.EqualFold(host, a.registrar.Host) || strings.EqualFold(host, a.from.URI.Host))
}

// account returns the account of that name; without a name, the only or first
// one.
func (l *loop) account(name string) *account {
	for _, a := range l.accounts {
		if name == "" || a.Name == name {
			return a
		}
	}
	return nil
}

// calledAccount finds out for whom a call is: by the called user, by the
// called address, or by the server that it came through.
func (l *loop) calledAccount(req *sip.Message, source netip.Addr) *account {
	uri, _ := sip.ParseURI(req.RequestURI)
	to, _ := req.To()
	var through *account
	for _, a := range l.accounts {
		own := a.from.URI
		from := a.servers.has(source)
		if to.URI.Equal(own) || uri.User == own.User && (from || a.registrar.IsZero()) {
			return a
		}
		if from && through == nil {
			through = a
		}
	}
	return through
}

// wait sets the account's timer to what its registration waits for.
func (a *account) wait(l *loop) {
	var at time.Time
	if a.registration != nil {
		at = a.registration.Deadline()
	}
	l.timers.set(&a.timer, at)
	a.watch(l)
}
