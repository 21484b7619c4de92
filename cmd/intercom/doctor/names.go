package doctor

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// lookupPatience is how long a name server has.
const lookupPatience = 4 * time.Second

// names tells whether the names of the configuration's servers are known.
func names(ctx context.Context, s Subject) []Finding {
	ctx, cancel := context.WithTimeout(ctx, lookupPatience)
	defer cancel()
	var all []Finding
	for _, host := range s.hosts() {
		all = append(all, s.name(ctx, host))
	}
	return all
}

func (s Subject) name(ctx context.Context, host string) Finding {
	const id = "network.names"
	began := time.Now()
	found, err := s.Lookup(ctx, host)
	took := time.Since(began).Round(time.Millisecond)
	var dns *net.DNSError
	switch {
	case err == nil && took > time.Second:
		return warning(id, "Look for a better name server: "+s.nameServers(), "%q is %v, but it took %v to find that out.", host, found, took)
	case err == nil:
		return ok(id, "%q is %v", host, found)
	case errors.As(err, &dns) && dns.IsNotFound:
		// A server found by SRV alone has no address by its own name.
		return note(id, "See whether it is written right, unless it is found by SRV records.", "The name servers (%s) know no address of %q.", s.nameServers(), host)
	}
	return fault(id, "Look at the network; or write the server's address in place of its name.", "Nobody says where %q is; asked were: %s.", host, s.nameServers())
}

// nameServers lists those of resolv.conf(5).
func (c Computer) nameServers() string {
	var all []string
	for line := range strings.Lines(c.read("etc/resolv.conf")) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "nameserver" {
			all = append(all, f[1])
		}
	}
	if all == nil {
		return "none, as /etc/resolv.conf names none"
	}
	return strings.Join(all, ", ")
}

// hosts are the names of all servers, without addresses.
func (s Subject) hosts() []string {
	var all []string
	for _, a := range s.Config.Accounts {
		for _, uri := range []string{a.Registrar, a.Proxy} {
			host := hostOf(uri)
			if _, err := netip.ParseAddr(host); err != nil && host != "" && !slices.Contains(all, host) {
				all = append(all, host)
			}
		}
	}
	return all
}

// hostOf is the host of a SIP URI; the configuration has been checked.
func hostOf(uri string) string {
	_, rest, _ := strings.Cut(uri, ":")
	if _, after, ok := strings.Cut(rest, "@"); ok {
		rest = after
	}
	rest, _, _ = strings.Cut(rest, ";")
	if inner, ok := strings.CutPrefix(rest, "["); ok {
		rest, _, _ = strings.Cut(inner, "]")
		return rest
	}
	host, _, _ := strings.Cut(rest, ":")
	return host
}
