package transport

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"
)

// lookup asks the name server, unless an earlier question has just done so. When it fails, an old answer will do.
func (r *Resolver) lookup(t target) ([]netip.AddrPort, error) {
	r.mu.Lock()
	old, fresh := r.cache.get(time.Now(), t)
	r.mu.Unlock()
	if fresh {
		return old, nil
	}
	ctx, cancel := context.WithTimeout(r.ctx, lookupTimeout)
	defer cancel()
	found, err := r.ask(ctx, t)
	switch {
	case err == nil:
		r.mu.Lock()
		r.cache.put(time.Now(), t, found)
		r.mu.Unlock()
		return found, nil
	case old != nil:
		return old, nil
	}
	return nil, fmt.Errorf("look up %q: %w", t.host, err)
}

// ask follows RFC 3263 §4.2: "If no port is specified ... the client performs an SRV query"; "If no SRV records were found,
// the client performs an A or AAAA record lookup of the domain name." A name server that fails at SRV, as those of some
// routers do, counts as one without records.
func (r *Resolver) ask(ctx context.Context, t target) (found []netip.AddrPort, err error) {
	records, failed := r.records(ctx, t)
	if len(records) > 0 {
		return r.askEach(ctx, records)
	}
	addrs, err := r.opts.Lookup(ctx, t.host)
	switch {
	case err != nil:
		return nil, errors.Join(err, failed)
	case len(addrs) == 0:
		return nil, errors.New("the name has no address")
	}
	for _, a := range addrs {
		found = append(found, netip.AddrPortFrom(a.Unmap(), t.portOr(defaultPort)))
	}
	return found, nil
}

// records looks for SRV records, in half the time, so that a silent name server leaves the other half to the addresses.
func (r *Resolver) records(ctx context.Context, t target) ([]*net.SRV, error) {
	if t.port != 0 || r.opts.SRV == nil {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout/2)
	defer cancel()
	records, err := r.opts.SRV(ctx, "_sip._udp."+t.host)
	if isNotFound(err) {
		err = nil
	}
	return records, err
}

// askEach looks up the servers that SRV records name. One without an address is passed over while there are others.
func (r *Resolver) askEach(ctx context.Context, records []*net.SRV) (found []netip.AddrPort, err error) {
	for _, srv := range records {
		addrs, e := r.opts.Lookup(ctx, srv.Target)
		err = errors.Join(err, e)
		for _, a := range addrs {
			found = append(found, netip.AddrPortFrom(a.Unmap(), srv.Port))
		}
	}
	switch {
	case len(found) > 0:
		return found, nil
	case err == nil:
		err = errors.New("none of its servers has an address")
	}
	return nil, err
}

func isNotFound(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}

func lookupHost(ctx context.Context, host string) ([]netip.Addr, error) {
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}

func lookupSRV(ctx context.Context, name string) ([]*net.SRV, error) {
	_, records, err := net.DefaultResolver.LookupSRV(ctx, "", "", name)
	return records, err
}
