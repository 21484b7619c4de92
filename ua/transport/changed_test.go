package transport

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

func TestConnectionsOfAnAddressThatIsGoneEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, held := doorAddr, true
		h := newHouse(t, LayerOptions{
			Local: netip.MustParseAddrPort("0.0.0.0:5060"),
			Route: func(netip.AddrPort) (netip.Addr, error) { return here, nil },
			Holds: func(netip.Addr) bool { return held },
		})
		answers := h.listens()
		to := Flow{Transport: "TCP", Remote: phonePort}
		h.send(to, request("REGISTER", 0))
		ours := answers()
		ours.hears("REGISTER")
		theirs := h.calls()
		theirs.says(options(tcpVia))
		h.next("OPTIONS")
		if ended := h.door.Changed(); len(ended) != 0 {
			t.Fatalf("nothing has changed, and %v end", ended)
		}
		here = netip.MustParseAddr("192.0.2.77")
		if ended := h.door.Changed(); len(ended) != 1 || ended[0].Remote != phonePort {
			t.Errorf("the way to the peer has changed, and %v end", ended)
		}
		ours.isCutOff("made from the old address")
		held = false
		if ended := h.door.Changed(); len(ended) != 1 || ended[0].Local.Addr() != doorAddr {
			t.Errorf("the address is gone, and %v end", ended)
		}
		theirs.isCutOff("made to the old address")
		h.nothing("those who asked know") // from the return of Changed
		h.send(to, request("REGISTER", 0))
		answers().hears("REGISTER over a new connection")
	})
}

func TestConnectionsUnderWayEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		h.send(Flow{Transport: "TCP", Remote: phonePort}, request("REGISTER", 0)) // to nobody
		time.Sleep(time.Second)
		if ended := h.door.Changed(); len(ended) != 1 {
			t.Errorf("%v end", ended)
		}
		synctest.Wait()
		if s := h.door.Stats(); s.Open != 0 {
			t.Errorf("%d connections are left", s.Open)
		}
	})
}

// A layer that was told which address to use does not ask by which one the kernel would go.
func TestConnectionsOfAFixedAddressStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{Route: func(netip.AddrPort) (netip.Addr, error) { return phoneAddr, nil }})
		answers := h.listens()
		h.send(Flow{Transport: "TCP", Remote: phonePort}, request("REGISTER", 0))
		answers().hears("REGISTER")
		if ended := h.door.Changed(); len(ended) != 0 {
			t.Errorf("%v end", ended)
		}
	})
}

func TestPeersWithoutTCPAreAskedAgainAfterAChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		h.door.noTCP.add(time.Now(), phonePort)
		h.door.Changed()
		if h.door.noTCP.has(time.Now(), phonePort) {
			t.Error("the peer still counts as one without TCP")
		}
	})
}

func TestKernelHoldsItsAddresses(t *testing.T) {
	for addr, want := range map[string]bool{"127.0.0.1": true, "127.0.0.2": true, "192.0.2.222": false, "2001:db8::222": false} {
		if got := kernelHolds(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s: %v", addr, got)
		}
	}
}

func TestForgottenNamesAreLookedUpAgain(t *testing.T) {
	now := time.Now()
	c := cache{}
	host := target{host: "pbx.test"}
	c.put(now, host, []Flow{{Remote: phonePort}}, time.Hour)
	if _, fresh := c.get(now, host); !fresh {
		t.Fatal("not fresh to begin with")
	}
	c.age()
	c.miss(now, host)
	c.miss(now, target{host: "other.test"})
	if found, fresh := c.get(now.Add(leastTTL-1), host); !fresh || len(found) != 1 || len(c) != 1 {
		t.Errorf("just after a failure: fresh %v, found %v", fresh, found)
	}
	if _, fresh := c.get(now.Add(leastTTL), host); fresh {
		t.Error("a failure lasts")
	}
	c.age()
	if found, fresh := c.get(now, host); fresh || len(found) != 1 {
		t.Errorf("fresh %v, found %v: want an old answer for when there is no other", fresh, found)
	}
}
