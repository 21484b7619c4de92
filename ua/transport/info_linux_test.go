package transport

import (
	"net/netip"
	"testing"

	"intercom/ua/sip"
)

// RFC 3581 §4: the response "MUST be sent from the same address and port that the request was received on".
func TestAnswerLeavesFromTheAddressThatWasAsked(t *testing.T) {
	for _, c := range []struct{ local, asked string }{
		{"0.0.0.0:0", "127.0.0.1"}, {"0.0.0.0:0", "127.0.0.2"}, {"[::]:0", "127.0.0.3"}, {"[::]:0", "::1"},
	} {
		asked := netip.MustParseAddr(c.asked)
		phone := "127.0.0.1:0"
		if asked.Is6() {
			phone = "[::1]:0"
		}
		u, peer := loopback(t, c.local), loopback(t, phone)
		to := netip.AddrPortFrom(asked, u.LocalAddr().Port())
		req, err := sip.Parse([]byte(options("SIP/2.0/UDP phone.example;rport;branch=z9hG4bK1")))
		if err != nil {
			t.Fatal(err)
		}
		if err := peer.Send(Flow{Remote: to}, req); err != nil {
			t.Fatal(err)
		}
		p := within(t, u, "request")
		if p.Local != to {
			t.Errorf("on %s: came to %v, told as %v", c.local, to, p.Local)
		}
		resp := sip.NewResponse(p.Msg, 200, "")
		if err := u.Send(Reply(p.Flow, resp), resp); err != nil {
			t.Fatal(err)
		}
		if got := within(t, peer, "response"); got.Remote != to {
			t.Errorf("on %s: asked at %v, answered from %v", c.local, to, got.Remote)
		}
	}
}

// An address that was asked and is gone since does not keep the answer back.
func TestAnswerLeavesThoughItsAddressIsGone(t *testing.T) {
	for _, local := range []string{"0.0.0.0:0", "[::]:0"} {
		u, peer := loopback(t, local), loopback(t, "127.0.0.1:0")
		for _, gone := range []string{"192.0.2.77:5060", "[2001:db8::77]:5060"} {
			to := Flow{Transport: "UDP", Local: netip.MustParseAddrPort(gone), Remote: peer.LocalAddr()}
			if err := u.Send(to, request("OPTIONS", 0)); err != nil {
				t.Fatalf("on %s from %s: %v", local, gone, err)
			}
			within(t, peer, "request")
		}
	}
}

func TestViaOfAMultihomedLayer(t *testing.T) {
	l, err := OpenLayer(LayerOptions{Local: netip.MustParseAddrPort("127.0.0.1:0")})
	if err != nil {
		t.Skipf("no loopback: %v", err)
	}
	l.Close()
	open, err := OpenLayer(LayerOptions{Local: netip.MustParseAddrPort("0.0.0.0:0")})
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	port := open.LocalAddr("UDP").Port()
	asked := netip.MustParseAddr("127.0.0.9")
	for _, c := range []struct {
		to   Flow
		want netip.Addr
	}{
		{Flow{Transport: "UDP", Remote: netip.MustParseAddrPort("127.0.0.1:5060")}, netip.MustParseAddr("127.0.0.1")},
		{Flow{Transport: "UDP", Local: netip.AddrPortFrom(asked, port), Remote: netip.MustParseAddrPort("127.0.0.1:5060")}, asked},
		{Flow{Transport: "TCP", Local: netip.AddrPortFrom(asked, 40000), Remote: netip.MustParseAddrPort("127.0.0.1:5060")}, asked},
	} {
		if got, err := open.SentBy(c.to); err != nil || got != netip.AddrPortFrom(c.want, port) {
			t.Errorf("%+v: sent-by %v, %v; want %v", c.to, got, err, c.want)
		}
	}
}

func FuzzControlMessages(f *testing.F) {
	c := infoConn{}
	f.Add(append([]byte(nil), c.info(netip.MustParseAddr("2001:db8::1"))...))
	c.v4 = true
	f.Add(append([]byte(nil), c.info(netip.MustParseAddr("192.0.2.1"))...))
	f.Fuzz(func(t *testing.T, b []byte) {
		if a := infoAddr(b); a.IsValid() && (a.IsUnspecified() || a.IsMulticast()) {
			t.Errorf("%v cannot be sent from", a)
		}
	})
}
