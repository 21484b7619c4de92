package ua_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"reflect"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"intercom/test/memnet"
	"intercom/ua"
	"intercom/ua/uatest"
)

// house is a user agent in a bubble, with a network around it.
type house struct {
	*testing.T
	ua   *ua.UA
	addr netip.AddrPort
	net  *memnet.Network
	tcp  map[netip.AddrPort]*memnet.Listener
	stop func() // ends Run and waits for it

	stopped   bool
	registers bool // has requests of its own under way
}

var (
	doorAddr  = netip.MustParseAddrPort("192.0.2.10:5060")
	phoneAddr = netip.MustParseAddrPort("192.0.2.20:5060")
	otherAddr = netip.MustParseAddrPort("192.0.2.21:5060")
)

// story runs a test in a bubble with a user agent that calls directly and
// hears the whole network, changed by the given functions.
func story(t *testing.T, name string, tell func(h *house), change ...func(*ua.Options)) {
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { tell(newHouse(t, change...)) })
	})
}

func newHouse(t *testing.T, change ...func(*ua.Options)) *house {
	t.Helper()
	h := &house{T: t, addr: doorAddr, net: memnet.New(1), tcp: map[netip.AddrPort]*memnet.Listener{}}
	host := h.net.Host(doorAddr.Addr())
	o := ua.Options{
		Config:    ua.Default(),
		Accounts:  []ua.Account{{Name: "door", AOR: "sip:door@192.0.2.10", DisplayName: "Front door", Username: "door", Password: "secret"}},
		Listen:    func(local netip.AddrPort) (ua.PacketConn, error) { return host.Listen(local) },
		ListenTCP: func(local netip.AddrPort) (net.Listener, error) { return host.ListenTCP(local) },
		DialTCP: func(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
			time.Sleep(time.Millisecond) // in which the story gets to listen
			return host.DialTCP(ctx, to)
		},
		Route: func(netip.AddrPort) (netip.Addr, error) { return doorAddr.Addr(), nil },
		Rand:  &source{rand.NewChaCha8([32]byte{1})},
	}
	o.Config.Allow = []string{"192.0.2.0/24"}
	for _, f := range change {
		f(&o)
	}
	u, err := ua.New(o)
	if err != nil {
		t.Fatal(err)
	}
	h.ua = u
	for _, a := range o.Accounts {
		h.registers = h.registers || a.Registrar+a.Proxy != ""
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- u.Run(ctx) }()
	h.stop = sync.OnceFunc(func() {
		cancel()
		h.stopped = true
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(h.stop)
	t.Cleanup(h.wantNothingKept)
	return h
}

// wantNothingKept ends every story: when all calls are hung up and every timer
// of RFC 3261 has run out, nothing may be left of them.
func (h *house) wantNothingKept() {
	h.Helper()
	if h.Failed() || h.stopped {
		return
	}
	h.ua.Hangup("out-1")
	for i := range 20 {
		h.ua.Hangup(ua.CallID(fmt.Sprint("in-", i)))
	}
	for begin := time.Now(); time.Since(begin) < 5*time.Minute; {
		h.next(time.Minute)
	}
	synctest.Wait() // for the look-ups of an attempt to register that has just failed
	kept := h.ua.Kept()
	kept.Quiet = 0 // at most the servers that we ask
	if h.registers {
		kept.Clients, kept.Timers = 0, 0
	}
	if kept != (ua.Kept{}) {
		h.Errorf("five minutes after the last call there is still %+v", kept)
	}
}

// source is randomness that is the same in each run.
type source struct{ *rand.ChaCha8 }

var _ io.Reader = (*source)(nil)

// phone puts a scripted peer on the network.
func (h *house) phone(addr netip.AddrPort) *uatest.Peer {
	h.Helper()
	conn, err := h.net.Host(addr.Addr()).Listen(addr)
	if err != nil {
		h.Fatal(err)
	}
	return uatest.NewPeer(h.T, conn, addr)
}

// media is what the door offers and answers.
func media() ua.Media {
	return ua.Media{Port: 16384, Ptime: 20 * time.Millisecond, Formats: []ua.Format{
		{PayloadType: 8, Name: "PCMA", ClockRate: 8000},
		{PayloadType: 0, Name: "PCMU", ClockRate: 8000},
		{PayloadType: 101, Name: "telephone-event", ClockRate: 8000, Fmtp: "0-15"},
	}}
}

// dial calls the phone at an address.
func (h *house) dial(to netip.AddrPort) ua.CallID {
	h.ua.Dial("out-1", ua.Dial{Target: "sip:11@" + to.String(), Media: media()})
	return "out-1"
}

// next returns the next event, of whatever kind.
func (h *house) next(within time.Duration) ua.Event {
	select {
	case e := <-h.ua.Events():
		return e
	case <-time.After(within):
		return nil
	}
}

// want returns the next event, which must be of type E.
func want[E ua.Event](h *house) E {
	h.Helper()
	e, ok := h.next(uatest.Patience * 4).(E)
	if !ok {
		var none E
		h.Fatalf("want the event %s, got %#v", reflect.TypeOf(none), e)
	}
	return e
}

// wantEnded returns the next event, which must end a call with that status.
func (h *house) wantEnded(status int, remote bool) ua.Ended {
	h.Helper()
	e := want[ua.Ended](h)
	if e.Status != status || e.Remote != remote {
		h.Fatalf("ended with %d %q, remote %v; want %d, %v", e.Status, e.Reason, e.Remote, status, remote)
	}
	return e
}

// wantQuiet fails if an event comes within d.
func (h *house) wantQuiet(d time.Duration) {
	h.Helper()
	if e := h.next(d); e != nil {
		h.Fatalf("want no event, got %#v", e)
	}
}

// rtp is where a phone says that it receives RTP.
func rtp(p *uatest.Peer) netip.AddrPort { return netip.AddrPortFrom(p.Addr.Addr(), 4000) }

// callOut has the door call a phone and be answered.
func (h *house) callOut(p *uatest.Peer) *uatest.Message {
	h.Helper()
	h.dial(p.Addr)
	invite := p.WantRequest("INVITE")
	invite.Reply(180)
	want[ua.Ringing](h)
	invite.Reply(200, uatest.SDP(rtp(p)))
	p.WantRequest("ACK")
	want[ua.Answered](h)
	return invite
}

// callIn has a phone call the door and be answered.
func (h *house) callIn(p *uatest.Peer) *uatest.Dialog {
	h.Helper()
	call := p.Call(h.addr, "door")
	call.Request("INVITE", uatest.SDP(rtp(p)))
	in := want[ua.Incoming](h)
	h.ua.Answer(in.Call, media())
	call.Want(200)
	call.Ack()
	want[ua.Answered](h)
	return call
}
