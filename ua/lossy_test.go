package ua_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"intercom/test/memnet"
	"intercom/ua"
)

// TestLossyNetwork has two user agents call one another over a network that
// loses, doubles and reorders. Every call must end on both sides, none may
// hang, and nothing may be left.
func TestLossyNetwork(t *testing.T) {
	for _, link := range []memnet.Link{
		{Delay: 10 * time.Millisecond, Loss: 0.3},
		{Delay: 5 * time.Millisecond, Duplicate: 0.5, Reorder: 0.3, ReorderBy: 700 * time.Millisecond},
		{Delay: 50 * time.Millisecond, Jitter: 300 * time.Millisecond, Loss: 0.15, Duplicate: 0.2, Reorder: 0.2},
	} {
		t.Run(fmt.Sprintf("%+v", link), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { visits(t, link, 60) })
		})
	}
}

// visits makes calls that end in all manners.
func visits(t *testing.T, link memnet.Link, calls int) {
	network := memnet.New(7)
	network.SetLinks(link)
	door, indoor := lossyAgent(t, network, doorAddr), lossyAgent(t, network, phoneAddr)
	dice := rand.New(rand.NewPCG(3, 4))
	answered, changed := 0, 0
	for i := range calls {
		id := ua.CallID(fmt.Sprint("out-", i))
		door.Dial(id, ua.Dial{Target: "sip:11@" + phoneAddr.String(), Media: media()})
		hangup := time.After(time.Duration(dice.IntN(20)) * time.Second)
		atIndoor := time.After(time.Duration(dice.IntN(20)) * time.Second)
		limit := time.After(4 * time.Minute)
		hold := time.NewTicker(time.Duration(1+dice.IntN(4)) * time.Second)
		in := ua.CallID("")
		outEnded, inEnded := false, true
		for !outEnded || !inEnded {
			select {
			case e := <-door.Events():
				switch e := e.(type) {
				case ua.Ended:
					outEnded = outEnded || e.Call == id
				case ua.Answered:
					answered++
				case ua.Updated:
					changed++
				}
			case e := <-indoor.Events():
				switch e := e.(type) {
				case ua.Incoming:
					in, inEnded = e.Call, false
					indoor.Ring(in)
					switch dice.IntN(4) {
					case 0:
						indoor.Reject(in, 486, "")
					case 1, 2:
						indoor.Answer(in, media())
					}
				case ua.Ended:
					inEnded = inEnded || e.Call == in
				}
			case <-hold.C:
				// Both at once meets now and then.
				for _, side := range []struct {
					*ua.UA
					call ua.CallID
				}{{door, id}, {indoor, in}} {
					switch dice.IntN(3) {
					case 0:
						side.Hold(side.call)
					case 1:
						side.Resume(side.call)
					}
				}
			case <-hangup:
				door.Hangup(id)
			case <-atIndoor:
				if in != "" {
					indoor.Hangup(in)
				}
			case <-limit:
				t.Fatalf("call %d hangs: ended at the door %v, indoors %v", i, outEnded, inEnded)
			}
		}
		hold.Stop()
	}
	if answered < calls/10 || changed < answered/2 {
		t.Errorf("only %d of %d calls came through, and %d changes", answered, calls, changed)
	}
	for begin := time.Now(); time.Since(begin) < 5*time.Minute; {
		select {
		case <-door.Events():
		case e := <-indoor.Events(): // an INVITE that had been under way
			if in, ok := e.(ua.Incoming); ok {
				indoor.Reject(in.Call, 486, "")
			}
		case <-time.After(time.Minute):
		}
	}
	for _, u := range []*ua.UA{door, indoor} {
		if kept := u.Kept(); kept != (ua.Kept{}) {
			t.Errorf("there is still %+v", kept)
		}
	}
}

func lossyAgent(t *testing.T, network *memnet.Network, addr netip.AddrPort) *ua.UA {
	host := network.Host(addr.Addr())
	o := ua.Options{
		Config: ua.Default(), Accounts: []ua.Account{{AOR: "sip:11@" + addr.Addr().String()}},
		Listen: func(local netip.AddrPort) (ua.PacketConn, error) { return host.Listen(local) },
		Route:  func(netip.AddrPort) (netip.Addr, error) { return addr.Addr(), nil },
		Rand:   &source{rand.NewChaCha8([32]byte{addr.Addr().As4()[3]})},
	}
	o.Config.Allow = []string{"192.0.2.0/24"}
	u, err := ua.New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- u.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return u
}
