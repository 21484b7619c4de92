package ua

import (
	"net/netip"
	"slices"
	"time"

	"intercom/ua/transport"
)

// servers are the addresses of an account's servers, as names were found to lead
// to them.
type servers []found

type found struct {
	addr netip.Addr
	at   time.Time // when a look-up named it last
}

const (
	// maxServers is how many addresses of one account's servers are known.
	maxServers = 32
	// foundTime is how long an address is a server's that no look-up names any
	// more: somebody else may have it by then. Registrations look every day at
	// least.
	foundTime = 2 * maxExpires
)

// has tells whether an address without zone is known.
func (s servers) has(addr netip.Addr) bool {
	return slices.ContainsFunc(s, func(f found) bool { return f.addr == addr })
}

// learn takes what a look-up has found, and forgets what none has found for
// long; if there is too much, the oldest.
func (s *servers) learn(now time.Time, flows []transport.Flow) {
	for _, flow := range flows {
		addr := flow.Remote.Addr().Unmap().WithZone("")
		*s = slices.DeleteFunc(*s, func(f found) bool { return f.addr == addr || now.Sub(f.at) > foundTime })
		*s = append(*s, found{addr, now})
	}
	if n := len(*s) - maxServers; n > 0 {
		*s = slices.Delete(*s, 0, n)
	}
}

const (
	// proxyAgain is how often the name of an outbound proxy is looked up that
	// nobody registers by, and proxySoon the same while that fails.
	proxyAgain = 10 * time.Minute
	proxySoon  = 10 * time.Second
)

// findProxy learns whose requests are for an account without a registrar.
func (a *account) findProxy(l *loop) {
	if a.proxy.IsZero() || l.stopping {
		return
	}
	l.locate(a.proxy, func(flows []transport.Flow, err error) {
		a.servers.learn(l.now, flows)
		again := proxyAgain
		if err != nil {
			again = proxySoon
		}
		l.timers.set(&a.timer, l.now.Add(again))
	})
}
