package transport

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Names is what RFC 3263 asks of the DNS; [DNS] is one. Each answer comes with the time for which it holds. That there are
// no records is no error for SRV and NAPTR.
type Names interface {
	Addrs(ctx context.Context, host string) ([]netip.Addr, time.Duration, error)
	SRV(ctx context.Context, name string) ([]*net.SRV, time.Duration, error)
	NAPTR(ctx context.Context, name string) ([]NAPTR, time.Duration, error)
}

// NAPTR is a record of RFC 3403 as far as RFC 3263 uses it.
type NAPTR struct {
	Order, Preference uint16
	Flags, Service    string // "s", "SIP+D2U"
	Replacement       string // the name of SRV records
}

// addrsOnly is a Names that knows addresses and no more.
type addrsOnly func(ctx context.Context, host string) ([]netip.Addr, error)

func (f addrsOnly) Addrs(ctx context.Context, host string) ([]netip.Addr, time.Duration, error) {
	addrs, err := f(ctx, host)
	return addrs, freshFor, err
}

func (addrsOnly) SRV(context.Context, string) ([]*net.SRV, time.Duration, error) {
	return nil, mostTTL, nil
}

func (addrsOnly) NAPTR(context.Context, string) ([]NAPTR, time.Duration, error) {
	return nil, mostTTL, nil
}

// lookup asks the name server, unless an earlier question has just done so. When it fails, an old answer will do.
func (r *Resolver) lookup(t target) ([]Flow, error) {
	r.mu.Lock()
	old, fresh := r.cache.get(time.Now(), t)
	r.mu.Unlock()
	if fresh {
		return old, nil
	}
	patience := lookupTimeout
	if old != nil {
		patience = staleTimeout
	}
	ctx, cancel := context.WithTimeout(r.ctx, patience)
	defer cancel()
	s := search{r: r, target: t, ttl: mostTTL}
	found, err := s.run(ctx)
	switch {
	case err == nil:
		r.mu.Lock()
		r.cache.put(time.Now(), t, found, s.ttl)
		r.mu.Unlock()
		return found, nil
	case old != nil:
		r.mu.Lock()
		r.cache.miss(time.Now(), t)
		r.mu.Unlock()
		return old, nil
	}
	return nil, fmt.Errorf("look up %q: %w", t.host, err)
}

// search is one walk through the records of a target.
type search struct {
	r *Resolver
	target
	ttl time.Duration // the least of those seen
}

func (s *search) holds(ttl time.Duration) { s.ttl = min(s.ttl, ttl) }

// run follows RFC 3263 §4.1 and §4.2: NAPTR if neither transport nor port are given, SRV if no port is, then the addresses
// of the name itself. A name server that fails at NAPTR or SRV, as those of some routers do, counts as one without them.
func (s *search) run(ctx context.Context) ([]Flow, error) {
	var failed error
	if s.port == 0 {
		found, err := s.bySRV(ctx)
		if len(found) > 0 || errors.Is(err, errNoServer) {
			return found, err
		}
		failed = err
	}
	addrs, ttl, err := s.r.names.Addrs(ctx, s.host)
	switch {
	case err != nil:
		return nil, errors.Join(err, failed)
	case len(addrs) == 0:
		return nil, errors.New("the name has no address")
	}
	s.holds(ttl)
	var found []Flow
	for _, a := range addrs {
		found = append(found, s.at(s.first(s.r.opts.Transports), a))
	}
	return found, nil
}

// bySRV finds servers through SRV records, in half the time, so that a silent name server leaves the other half to the
// addresses.
func (s *search) bySRV(ctx context.Context) (found []Flow, err error) {
	records, cancel := context.WithTimeout(ctx, lookupTimeout/2)
	defer cancel()
	var failed error
	names, err := s.srvNames(records)
	failed = errors.Join(failed, err)
	for _, n := range names {
		srv, ttl, err := s.r.names.SRV(records, n.srv)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		if len(srv) == 0 {
			continue
		}
		s.holds(ttl)
		flows, err := s.servers(ctx, n.transport, srv)
		if failed = errors.Join(failed, err); err == nil {
			found = append(found, flows...)
		}
		// §4.1: the client "MAY use any transport protocol it desires which is supported by the server": the first.
		if !n.ordered && len(found) > 0 {
			return found, nil
		}
	}
	if len(found) > 0 {
		failed = nil
	}
	return found, failed
}

// srvName is a name to ask for SRV records, and the transport that they are about.
type srvName struct {
	transport, srv string
	ordered        bool // by the domain itself, with NAPTR records
}

// srvNames asks for NAPTR records if no transport is given, and makes the names up if there are none.
func (s *search) srvNames(ctx context.Context) (names []srvName, err error) {
	may := s.among(s.r.opts.Transports)
	if s.transport == "" {
		var records []NAPTR
		var ttl time.Duration
		if records, ttl, err = s.r.names.NAPTR(ctx, s.host); len(records) > 0 {
			if names = preferred(records, may); len(names) > 0 {
				s.holds(ttl)
				return names, nil
			}
		}
	}
	for _, service := range may {
		names = append(names, srvName{service.transport, service.srv + s.host, false})
	}
	return names, err
}

// preferred sorts NAPTR records. Once a record of one order is found that serves, those of a higher order do not count;
// preference only sorts (RFC 3403 §4.1).
func preferred(records []NAPTR, may []service) (names []srvName) {
	slices.SortStableFunc(records, func(a, b NAPTR) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Preference, b.Preference))
	})
	var order uint16
	for _, n := range records {
		i := slices.IndexFunc(may, func(s service) bool { return strings.EqualFold(s.naptr, n.Service) })
		if i < 0 || !strings.EqualFold(n.Flags, "s") || fold(n.Replacement) == "" {
			continue
		}
		if len(names) > 0 && n.Order != order {
			break
		}
		order = n.Order
		names = append(names, srvName{may[i].transport, fold(n.Replacement), true})
	}
	return names
}

// errNoServer is an answer, not a failure: to look at the addresses of the name instead would be wrong.
var errNoServer = errors.New("none of its servers has an address")

// servers looks up what SRV records name. One without an address is passed over while there are others.
func (s *search) servers(ctx context.Context, transport string, records []*net.SRV) (found []Flow, err error) {
	for _, srv := range s.r.arrange(records) {
		if fold(srv.Target) == "" || srv.Port == 0 {
			continue // RFC 2782: "A Target of "." means that the service is decidedly not available at this domain."
		}
		addrs, ttl, e := s.r.names.Addrs(ctx, fold(srv.Target))
		err = errors.Join(err, e)
		for _, a := range addrs {
			s.holds(ttl)
			found = append(found, s.flow(transport, netip.AddrPortFrom(a.Unmap(), srv.Port)))
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	return nil, errors.Join(errNoServer, err)
}

// arrange sorts by priority, and by chance among those of one priority. RFC 2782: "larger weights SHOULD be given a
// proportionately higher probability of being selected".
func (r *Resolver) arrange(records []*net.SRV) (sorted []*net.SRV) {
	rest := slices.Clone(records)
	slices.SortStableFunc(rest, func(a, b *net.SRV) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(a.Weight, b.Weight)) // those of weight 0 first
	})
	for len(rest) > 0 {
		same := 1
		sum := uint32(rest[0].Weight)
		for same < len(rest) && rest[same].Priority == rest[0].Priority {
			sum += uint32(rest[same].Weight)
			same++
		}
		pick, chance := 0, r.random(sum+1)
		for running := uint32(rest[0].Weight); running < chance && pick < same-1; {
			pick++
			running += uint32(rest[pick].Weight)
		}
		sorted = append(sorted, rest[pick])
		rest = slices.Delete(rest, pick, pick+1)
	}
	return sorted
}
