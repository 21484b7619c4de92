package ua_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"intercom/ua"
	"intercom/ua/uatest"
)

func TestStop(t *testing.T) {
	story(t, "ends the calls: BYE, CANCEL, refusal", func(h *house) {
		up, called, calling := h.phone(phoneAddr), h.phone(otherAddr), h.phone(netip.MustParseAddrPort("192.0.2.22:5060"))
		h.callIn(up)
		h.dial(called.Addr)
		invite := called.WantRequest("INVITE")
		invite.Reply(180)
		want[ua.Ringing](h)
		call := calling.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(calling)))
		want[ua.Incoming](h)
		begin := time.Now()
		stopped := make(chan struct{})
		go func() { h.stop(); close(stopped) }()
		up.WantRequest("BYE").Reply(200)
		called.WantRequest("CANCEL").Reply(200)
		invite.Reply(487)
		called.WantRequest("ACK")
		call.Want(480)
		<-stopped
		if d := time.Since(begin); d > 250*time.Millisecond { // nobody reads the ends of the calls
			h.Errorf("took %v though everybody answered", d)
		}
	})
	story(t, "takes no longer than 2 s when nobody answers", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.net.Cut(phoneAddr.Addr(), doorAddr.Addr())
		begin := time.Now()
		h.stop()
		if d := time.Since(begin); d > 2*time.Second {
			h.Errorf("took %v", d)
		}
	})
	story(t, "needs nobody to read the events", func(h *house) {
		h.ua.Dial("out-1", ua.Dial{Target: "nonsense"})
		time.Sleep(time.Second)
		h.stop()
	})
}

func TestCommandsForUnknownCalls(t *testing.T) {
	story(t, "are ignored", func(h *house) {
		h.ua.Ring("in-9")
		h.ua.Answer("in-9", media())
		h.ua.Reject("in-9", 486, "")
		h.ua.Hangup("in-9")
		h.wantQuiet(time.Second)
	})
	story(t, "and those that come twice", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		in := want[ua.Incoming](h)
		h.ua.Ring(in.Call)
		h.ua.Ring(in.Call)
		h.ua.Answer(in.Call, media())
		h.ua.Answer(in.Call, media())
		h.ua.Reject(in.Call, 486, "")
		h.ua.Ring(in.Call)
		call.Want(180)
		call.Want(200)
		call.Ack()
		want[ua.Answered](h)
		h.wantQuiet(time.Minute)
	})
	story(t, "a status that is none", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		h.ua.Reject(want[ua.Incoming](h).Call, 200, "")
		call.Want(480)
	})
}

func TestConfig(t *testing.T) {
	if faults := ua.Default().Check(); len(faults) > 0 {
		t.Errorf("the default has faults: %v", faults)
	}
	c := ua.Config{Listen: "5060", Allow: []string{"10.0.0.0/8", "house"}, Refuse: "maybe", Transfers: "perhaps", UserAgent: "a\r\nb", MaxCalls: 0, SessionExpires: time.Minute}
	var keys []string
	for _, f := range c.Check() {
		keys = append(keys, f.Key)
	}
	if got := strings.Join(keys, " "); got != "listen min_se session_expires allow refuse transfers user_agent max_calls" {
		t.Errorf("faults in %q", got)
	}
	a := ua.Account{AOR: "door", Registrar: "192.168.178.1", Proxy: "mailto:a@b", Password: "a\nb", Expires: time.Second}
	keys = nil
	for _, f := range a.Check() {
		keys = append(keys, f.Key)
		if strings.Contains(f.Error(), string(a.Password)) {
			t.Errorf("the password is shown: %v", f)
		}
	}
	if got := strings.Join(keys, " "); got != "aor registrar proxy password expires" {
		t.Errorf("faults in %q", got)
	}
	twice := ua.Account{Name: "a", AOR: "sip:door@192.0.2.1"}
	if _, err := ua.New(ua.Options{Config: ua.Default(), Accounts: []ua.Account{twice, twice}}); err == nil || !strings.Contains(err.Error(), `"a"`) {
		t.Errorf("two accounts of one name: %v", err)
	}
}

func TestPortInUse(t *testing.T) {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	c := ua.Default()
	c.Listen = conn.LocalAddr().String()
	_, err = ua.New(ua.Options{Config: c})
	if !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), c.Listen) {
		t.Errorf("told %v", err)
	}
}

// TestLoopback calls from one user agent to another over real sockets.
func TestLoopback(t *testing.T) {
	defer goleak.VerifyNone(t)
	ctx, cancel := context.WithCancel(t.Context())
	start := func(user string) (*ua.UA, chan error) {
		c := ua.Default()
		c.Listen, c.Allow = "127.0.0.1:0", []string{"127.0.0.0/8"}
		u, err := ua.New(ua.Options{Config: c, Accounts: []ua.Account{{Name: user, AOR: fmt.Sprintf("sip:%s@127.0.0.1", user)}}})
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- u.Run(ctx) }()
		return u, done
	}
	door, doorDone := start("door")
	house, houseDone := start("house")

	door.Dial("out-1", ua.Dial{Target: "sip:house@" + house.LocalAddr().String(), Media: media()})
	in := wantFrom[ua.Incoming](t, house)
	house.Ring(in.Call)
	wantFrom[ua.Ringing](t, door)
	house.Answer(in.Call, media())
	if s := wantFrom[ua.Answered](t, door).Session; s.Remote != netip.MustParseAddrPort("127.0.0.1:16384") {
		t.Errorf("session %+v", s)
	}
	wantFrom[ua.Answered](t, house)
	house.Hangup(in.Call)
	wantFrom[ua.Ended](t, house)
	if e := wantFrom[ua.Ended](t, door); !e.Remote || e.Status != 0 {
		t.Errorf("ended with %+v", e)
	}
	cancel()
	for _, done := range []chan error{doorDone, houseDone} {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func wantFrom[E ua.Event](t *testing.T, u *ua.UA) E {
	t.Helper()
	select {
	case e := <-u.Events():
		if e, ok := e.(E); ok {
			return e
		}
		t.Fatalf("got %#v", e)
	case <-time.After(10 * time.Second):
		t.Fatal("no event came")
	}
	panic("unreachable")
}

// TestNobodyThere calls a port where nothing listens: the kernel knows, and so
// the visitor need not wait for Timer B.
func TestNobodyThere(t *testing.T) {
	defer goleak.VerifyNone(t)
	free, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	target := free.LocalAddr().String()
	free.Close()
	c := ua.Default()
	c.Listen = "127.0.0.1:0"
	var traced []string
	u, err := ua.New(ua.Options{
		Config: c, Accounts: []ua.Account{{AOR: "sip:door@127.0.0.1"}},
		Trace: func(m ua.Trace) { traced = append(traced, fmt.Sprint(m.Out, " ", m.Msg.Method, " ", m.Remote)) },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- u.Run(ctx) }()
	u.Dial("out-1", ua.Dial{Target: "sip:11@" + target, Media: media()})
	if e := wantFrom[ua.Ended](t, u); e.Status != 503 {
		t.Errorf("ended with %+v", e)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if len(traced) == 0 || traced[0] != "true INVITE "+target {
		t.Errorf("traced %q", traced)
	}
}
