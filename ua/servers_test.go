package ua_test

import (
	"context"
	"errors"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

// A telephone system whose address changes every day, as behind a dynamic name,
// is heard from its address of today, and not from one of last week, which
// somebody else has by now.
func TestServersThatMove(t *testing.T) {
	var today atomic.Value
	story(t, "forty times", func(h *house) {
		calls := func(from netip.Addr) *uatest.Peer {
			p := h.phone(netip.AddrPortFrom(from, 5060))
			p.Call(h.addr, "door").Request("OPTIONS")
			return p
		}
		day := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{198, 51, 100, byte(i)}) }
		for i := 1; i <= 40; i++ {
			today.Store(day(i))
			time.Sleep(24 * time.Hour)
		}
		calls(day(40)).WantResponse(200)
		calls(day(39)).WantResponse(200) // it may be a moment late
		calls(day(30)).WantSilence(time.Second)
	}, func(o *ua.Options) {
		o.Config.Allow = nil
		o.Accounts[0].Proxy = "sip:pbx.test"
		today.Store(netip.Addr{})
		o.Lookup = func(context.Context, string) ([]netip.Addr, error) {
			if addr := today.Load().(netip.Addr); addr.IsValid() {
				return []netip.Addr{addr}, nil
			}
			return nil, errors.New("the network is not there yet")
		}
	})
}
