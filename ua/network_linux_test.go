package ua_test

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"intercom/test/netns"
	"intercom/ua"
	"intercom/ua/uatest"
)

// TestKernelMovesTheDevice pulls cables and changes addresses of a real network.
func TestKernelMovesTheDevice(t *testing.T) {
	if !netns.Enter(t) {
		return
	}
	far := netns.Cable(t)
	registrar := &uatest.Registrar{Password: "secret"}
	far.Do(func() {
		netns.IP(t, "link set far up")
		netns.IP(t, "addr add 192.0.2.1/24 dev far")
		conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(pbxAddr))
		if err != nil {
			t.Error(err)
			return
		}
		registrar.Serve(conn)
	})
	defer registrar.Close()
	netns.IP(t, "link set lo up")
	netns.IP(t, "link set near up")
	netns.IP(t, "addr add 192.0.2.10/24 dev near")
	bound := make(chan string, 100) // the Contacts that were granted
	u, err := ua.New(ua.Options{
		Config: ua.Default(),
		Accounts: []ua.Account{{
			Name: "pbx", AOR: "sip:door@192.0.2.1", Username: "door", Password: "secret", Registrar: "sip:192.0.2.1",
		}},
		Trace: func(m ua.Trace) {
			if !m.Out && m.Msg.Status == 200 && strings.HasSuffix(m.Msg.Get("CSeq"), "REGISTER") {
				bound <- m.Msg.Get("Contact")
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- u.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	registersAt := func(why, addr string) {
		t.Helper()
		began := time.Now()
		select {
		case got := <-bound:
			if !strings.HasPrefix(got, "<sip:door@"+addr+":") {
				t.Errorf("%s: registered as %s", why, got)
			}
			t.Logf("%s: registered after %v", why, time.Since(began).Round(10*time.Millisecond))
		case <-time.After(5 * time.Second):
			t.Fatalf("%s: not registered within 5 s", why)
		}
	}
	registersAt("the start", "192.0.2.10")
	waitFor[ua.Registered](t, u)
	netns.IP(t, "addr del 192.0.2.10/24 dev near")
	netns.IP(t, "addr add 192.0.2.20/24 dev near")
	registersAt("another address", "192.0.2.20")
	netns.IP(t, "link set near down")
	waitFor[ua.RegistrationFailed](t, u)
	netns.IP(t, "link set near up")
	registersAt("the cable back", "192.0.2.20")
	waitFor[ua.Registered](t, u)
	netns.IP(t, "link set near down")
	waitFor[ua.RegistrationFailed](t, u)
	netns.IP(t, "addr flush dev near")
	netns.IP(t, "link set near up")
	netns.IP(t, "addr add 192.0.2.30/24 dev near")
	registersAt("the cable back, with another address", "192.0.2.30")
}

// waitFor passes over other events.
func waitFor[E ua.Event](t *testing.T, u *ua.UA) {
	t.Helper()
	for patience := time.After(20 * time.Second); ; {
		select {
		case e := <-u.Events():
			if _, ok := e.(E); ok {
				return
			}
		case <-patience:
			var none E
			t.Fatalf("%T did not come", none)
		}
	}
}

// TestAskedAtASecondAddress calls the door at an address that the kernel would
// not take for the way back.
func TestAskedAtASecondAddress(t *testing.T) {
	c := ua.Default()
	c.Listen, c.Allow = "0.0.0.0:0", []string{"127.0.0.0/8"}
	u, err := ua.New(ua.Options{Config: c, Accounts: []ua.Account{{AOR: "sip:door@127.0.0.2"}}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- u.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	phone := uatest.NewPeer(t, conn, conn.LocalAddr().(*net.UDPAddr).AddrPort())
	door := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.2"), u.LocalAddr().Port())
	call := phone.Call(door, "door")
	call.Request("INVITE", uatest.SDP(netip.MustParseAddrPort("127.0.0.1:4000")))
	in := wantFrom[ua.Incoming](t, u)
	u.Answer(in.Call, media())
	ok := call.Want(200)
	if ok.Source != door || call.Target != "sip:door@"+door.String() || !strings.Contains(string(ok.Body), "c=IN IP4 127.0.0.2\r\n") {
		t.Errorf("answered from %v with\n%s", ok.Source, ok)
	}
	call.Ack()
	wantFrom[ua.Answered](t, u)
	u.Hangup(in.Call)
	bye := phone.WantRequest("BYE")
	if bye.Source != door || !strings.Contains(bye.Get("Via"), door.String()) {
		t.Errorf("hung up from %v with\n%s", bye.Source, bye)
	}
	bye.Reply(200)
	wantFrom[ua.Ended](t, u)
}
