package transport

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"intercom/ua/sip"
)

// realLayer opens all transports on loopback.
func realLayer(t *testing.T, o LayerOptions) *Layer {
	t.Helper()
	o.Local = netip.MustParseAddrPort("127.0.0.1:0")
	o.LocalTLS = o.Local
	l, err := OpenLayer(o)
	if err != nil {
		t.Skipf("no loopback: %v", err)
	}
	t.Cleanup(l.Close)
	return l
}

func withinLayer(t *testing.T, l *Layer, why string) Packet {
	t.Helper()
	select {
	case p := <-l.Packets():
		return p
	case <-time.After(5 * time.Second):
		t.Fatalf("%s: nothing within 5 s", why)
		return Packet{}
	}
}

func TestAllTransportsOverRealSockets(t *testing.T) {
	ours := newAuthority(t)
	all := []string{"UDP", "TCP", "TLS"}
	a := realLayer(t, LayerOptions{Transports: all, TLS: TLS{Roots: ours.roots}})
	b := realLayer(t, LayerOptions{Transports: all, TLS: TLS{Certificate: ours.issue(forName("door.example"))}})
	if u, c := b.LocalAddr("UDP"), b.LocalAddr("TCP"); u != c || u.Port() == 0 {
		t.Errorf("UDP on %v, TCP on %v", u, c)
	}
	for _, transport := range all {
		to := Flow{Transport: transport, Remote: b.LocalAddr(transport)}
		if transport == "TLS" {
			to.Name = "door.example"
		}
		req, _ := sip.Parse([]byte(options("SIP/2.0/" + transport + " phone.example;rport;branch=z9hG4bK1")))
		if err := a.Send(to, req); err != nil {
			t.Fatal(err)
		}
		p := withinLayer(t, b, transport)
		if p.Err != nil || p.Transport != transport || p.Fault != nil {
			t.Fatalf("%s: %+v, fault %v, error %v", transport, p.Flow, p.Fault, p.Err)
		}
		resp := sip.NewResponse(p.Msg, 200, "")
		if err := b.Send(Reply(p.Flow, resp), resp); err != nil {
			t.Fatal(err)
		}
		if p := withinLayer(t, a, transport); p.Err != nil || p.Msg.Status != 200 || p.Remote != to.Remote || p.Name != to.Name {
			t.Errorf("%s: %+v, error %v", transport, p.Flow, p.Err)
		}
		if got, err := b.SentBy(p.Flow); err != nil || got != b.LocalAddr(transport) {
			t.Errorf("%s: sent-by %v, %v", transport, got, err)
		}
	}
	b.Drop(Flow{Transport: "TCP", Remote: a.LocalAddr("TCP")})
	wrong := Flow{Transport: "TLS", Remote: b.LocalAddr("TLS"), Name: "other.example"}
	if err := a.Send(wrong, request("REGISTER", 0)); err != nil {
		t.Fatal(err)
	}
	if p := withinLayer(t, a, "wrong name"); p.Err == nil || !strings.Contains(p.Err.Error(), "other.example") {
		t.Errorf("wrong name: %v", p.Err)
	}
	nobody := Flow{Transport: "TCP", Remote: silent(t)}
	if err := a.Send(nobody, request("INVITE", 0)); err != nil {
		t.Fatal(err)
	}
	if p := withinLayer(t, a, "refused"); p.Err == nil || p.Remote != nobody.Remote {
		t.Errorf("refused: %v", p.Err)
	}
}

// The kernel's socket resets a connection that is closed with octets unread; the answer must get there all the same.
func TestRefusalArrivesOverARealSocket(t *testing.T) {
	l := realLayer(t, LayerOptions{})
	c, err := net.Dial("tcp", l.LocalAddr("TCP").String())
	if err != nil {
		t.Fatal(err)
	}
	phone := newPeer(t, c)
	phone.says(strings.Replace(options(tcpVia), "Length: 0", "Length: -1", 1) + strings.Repeat("x", 20000))
	p := withinLayer(t, l, "request")
	resp := sip.NewResponse(p.Msg, 400, "")
	if err := l.Send(Reply(p.Flow, resp), resp); err != nil {
		t.Fatal(err)
	}
	if got := phone.hears("400"); got.Status != 400 {
		t.Errorf("got\n%s", got)
	}
	phone.isCutOff("after 400")
}

func TestIdleRealConnectionsDoNotHurt(t *testing.T) {
	l := realLayer(t, LayerOptions{})
	for range 200 {
		c, err := net.Dial("tcp", l.LocalAddr("TCP").String())
		if err != nil {
			t.Skipf("no more connections: %v", err)
		}
		defer c.Close()
	}
	u := loopback(t, "127.0.0.1:0")
	req, _ := sip.Parse([]byte(options(plainVia)))
	if err := u.Send(Flow{Remote: l.LocalAddr("UDP")}, req); err != nil {
		t.Fatal(err)
	}
	if p := withinLayer(t, l, "UDP"); p.Transport != "UDP" {
		t.Errorf("%+v", p)
	}
}

func BenchmarkRequestOverTCP(b *testing.B) {
	in := newInbox(0)
	t := newStreams(in, nil, nil)
	s := t.add(Flow{Transport: "TCP", Remote: phonePort})
	stream := []byte(options(tcpVia))
	b.ReportAllocs()
	for b.Loop() {
		for rest := stream; len(rest) > 0; {
			n := copy(s.in.room(), rest)
			s.in.grow(n)
			rest = rest[n:]
			if err := s.take(time.Time{}); err != nil {
				b.Fatal(err)
			}
		}
		<-in.packets
	}
}
