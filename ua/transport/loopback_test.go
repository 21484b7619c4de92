package transport

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"intercom/ua/sip"
)

func loopback(t testing.TB, local string) *UDP {
	t.Helper()
	u, err := Open(Options{Local: netip.MustParseAddrPort(local)})
	if err != nil {
		t.Skipf("no loopback on %s: %v", local, err)
	}
	t.Cleanup(func() { u.Close() })
	return u
}

// within waits for a packet of a real socket.
func within(t testing.TB, u *UDP, why string) Packet {
	t.Helper()
	select {
	case p := <-u.Packets():
		return p
	case <-time.After(5 * time.Second):
		t.Fatalf("%s: nothing within 5 s", why)
		return Packet{}
	}
}

func TestRequestAndResponseOverRealSockets(t *testing.T) {
	for _, c := range []struct{ local, addr string }{{"127.0.0.1:0", "127.0.0.1"}, {"0.0.0.0:0", "127.0.0.1"}, {"[::]:0", "127.0.0.1"}, {"[::1]:0", "::1"}} {
		a, b := loopback(t, c.local), loopback(t, c.local)
		to := netip.AddrPortFrom(netip.MustParseAddr(c.addr), b.LocalAddr().Port())
		if us, err := a.LocalAddrFor(to); err != nil || us.String() != c.addr {
			t.Errorf("%s: our address towards %v is %v, %v", c.local, to, us, err)
		}
		req, err := sip.Parse([]byte(options("SIP/2.0/UDP phone.example;rport;branch=z9hG4bK1")))
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Send(Flow{Transport: "UDP", Remote: to}, req); err != nil {
			t.Fatal(err)
		}
		p := within(t, b, "request")
		if p.Remote != netip.AddrPortFrom(to.Addr(), a.LocalAddr().Port()) || p.Fault != nil {
			t.Errorf("%s: came from %v, fault %v", c.local, p.Remote, p.Fault)
		}
		resp := sip.NewResponse(p.Msg, 200, "")
		if err := b.Send(Reply(p.Flow, resp), resp); err != nil {
			t.Fatal(err)
		}
		if p := within(t, a, "response"); p.Msg.Status != 200 || p.Remote.Port() != b.LocalAddr().Port() {
			t.Errorf("%s: got %v from %v", c.local, p.Msg, p.Remote)
		}
	}
}

func TestRealPortInUse(t *testing.T) {
	a := loopback(t, "127.0.0.1:0")
	if _, err := Open(Options{Local: a.LocalAddr()}); err == nil {
		t.Error("one port was opened twice")
	}
}

func TestNamesOfThisComputer(t *testing.T) {
	r := NewResolver(ResolverOptions{Local: netip.MustParseAddr("127.0.0.1")})
	defer r.Close()
	if got, _ := resolve(t, r, "sip:localhost:5070"); got != "127.0.0.1:5070" {
		t.Skipf("this computer does not know localhost: %s", got)
	}
	if _, atOnce := resolve(t, r, "sip:localhost:5070"); !atOnce {
		t.Error("looked up twice")
	}
}

// silent returns a port on which nobody listens.
func silent(t *testing.T) netip.AddrPort {
	c, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.LocalAddr().(*net.UDPAddr).AddrPort()
}

func BenchmarkReceive(b *testing.B) {
	for _, local := range []string{"127.0.0.1:0", "0.0.0.0:0"} { // the second one is told the address that was asked
		b.Run(local, func(b *testing.B) {
			u, peer := loopback(b, local), loopback(b, "127.0.0.1:0")
			to := Flow{Remote: netip.AddrPortFrom(peer.LocalAddr().Addr(), u.LocalAddr().Port())}
			req, _ := sip.Parse([]byte(options(plainVia)))
			b.ReportAllocs()
			for b.Loop() {
				if err := peer.Send(to, req); err != nil {
					b.Fatal(err)
				}
				<-u.Packets()
			}
		})
	}
}
