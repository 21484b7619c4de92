package doctor

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"intercom/cmd/intercom/configfile"
	"intercom/ua"
)

// probe asks the servers of an account, from a port of its own.
func probe(ctx context.Context, c ua.Config, a ua.Account) ua.Probed {
	return ua.Probe(ctx, ua.Options{Config: c, Accounts: []ua.Account{a}})
}

// probePatience: what a server has not answered by then it answers too late for a call.
const probePatience = 6 * time.Second

// mostAccounts are looked at.
const mostAccounts = 8

// servers tells what the telephone systems think of the accounts.
func servers(ctx context.Context, s Subject) []Finding {
	ctx, cancel := context.WithTimeout(ctx, probePatience)
	defer cancel()
	accounts := s.Config.Accounts[:min(len(s.Config.Accounts), mostAccounts)]
	found := make([][]Finding, len(accounts))
	var busy sync.WaitGroup
	for i, a := range accounts {
		if a.Registrar == "" {
			found[i] = []Finding{ok("sip.account."+label(a), "%s calls telephones directly: it registers nowhere", a.AOR)}
			continue
		}
		busy.Go(func() { found[i] = account(a, s.Probe(ctx, s.Config.SIP, a)) })
	}
	busy.Wait()
	var all []Finding
	for _, f := range found {
		all = append(all, f...)
	}
	return all
}

func label(a ua.Account) string {
	if a.Name == "" {
		return "1"
	}
	return strings.ReplaceAll(a.Name, " ", "-")
}

func account(a ua.Account, p ua.Probed) []Finding {
	id := "sip.account." + label(a)
	if p.Err != nil {
		return []Finding{fault(id, "Look at registrar and proxy of the account, and at the network above.", "%s: no server can be asked: %s", a.AOR, configfile.Plain(p.Err))}
	}
	var all []Finding
	for i, server := range p.Servers {
		f := verdict(id, a, server)
		if i > 0 && f.Level == Fault {
			f.Level = Warning // a spare
		}
		all = append(all, f)
	}
	return all
}

// verdict says what one server thinks of the account.
func verdict(id string, a ua.Account, s ua.ProbedServer) Finding {
	where := fmt.Sprintf("%s %v", s.Transport, s.Remote)
	if s.Agent != "" {
		where += fmt.Sprintf(" (%q)", s.Agent)
	}
	switch {
	case s.Register == 0:
		return unanswered(id, where, s)
	case s.WrongPassword() && a.Password == "":
		return fault(id, "Write the account's password.", "%s asks for a password, and the account %s has none.", where, a.AOR)
	case s.WrongPassword():
		return fault(id, "Compare username and password with those of the telephone system. Some systems say the same of a user whom they do not know.",
			"%s refuses the password of %s, or the name that it belongs to.", where, a.AOR)
	case s.Register == 404 || s.Register == 604:
		return fault(id, "Make this user in the telephone system, or write the right one in aor.", "%s knows no user %s (%d %q).", where, a.AOR, s.Register, s.Reason)
	case s.Register == 403:
		return fault(id, "See in the telephone system's log why. Usual are a wrong user, a wrong password, a network that it does not allow, and a ban after wrong passwords.",
			"%s forbids %s to register (403 %q).", where, a.AOR, s.Reason)
	case s.Register >= 200 && s.Register < 300:
		return accepted(id, where, a, s)
	case s.Register >= 500:
		return fault(id, "See the telephone system's log.", "%s has trouble of its own (%d %q).", where, s.Register, s.Reason)
	case s.Asked:
		return note(id, "See the telephone system's log if the station does not register.", "%s took the password and answered the question for bindings with %d %q.", where, s.Register, s.Reason)
	}
	return warning(id, "See the telephone system's log.", "%s answers %d %q to REGISTER of %s.", where, s.Register, s.Reason, a.AOR)
}

func accepted(id, where string, a ua.Account, s ua.ProbedServer) Finding {
	bound := "nobody is registered now"
	if n := len(s.Bindings); n == 1 {
		bound = "one device is registered"
	} else if n > 1 {
		bound = fmt.Sprintf("%d devices are registered", n)
	}
	how := "takes the password of"
	if !s.Asked {
		how = "asks for no password of"
	}
	return ok(id, "%s %s %s, after %v; %s", where, how, a.AOR, s.RoundTrip.Round(time.Millisecond), bound)
}

func unanswered(id, where string, s ua.ProbedServer) Finding {
	const do = "See whether the address is right, the telephone system runs, and no firewall is between."
	switch {
	case s.Transport == "TLS" && s.Err != nil:
		return fault(id, "Mend the certificate, or tell the station whom to believe: ca_file or fingerprint of the account. See that the clock is right.",
			"%s: no connection by TLS: %v", where, s.Err)
	case s.Options != 0:
		return fault(id, "See whether it takes registrations: registrar may be the address of something else.", "%s answers OPTIONS (%d), but not REGISTER.", where, s.Options)
	case s.Err != nil:
		return fault(id, do, "%s: %v.", where, s.Err)
	}
	return fault(id, do, "%s does not answer.", where)
}
