package ua_test

import (
	"context"
	"fmt"
	"net/netip"

	"intercom/ua"
)

// names is a name server with these names.
func names(known map[string][]netip.Addr) func(*ua.Options) {
	return func(o *ua.Options) {
		o.Lookup = func(_ context.Context, host string) ([]netip.Addr, error) {
			if addrs, ok := known[host]; ok {
				return addrs, nil
			}
			return nil, fmt.Errorf("no such host %q", host)
		}
	}
}
