package call

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"intercom/media"
	"intercom/test/memnet"
	"intercom/ua"
)

// deafCard is a sound card whose clock stands still.
type deafCard struct{}

func (deafCard) Rate() int                               { return 8000 }
func (deafCard) Period() int                             { return 80 }
func (deafCard) Start(func(play, capture []int16)) error { return nil }
func (deafCard) Close() error                            { return nil }
func (a *agent) Dial(ua.CallID, ua.Dial)                 {}
func (a *agent) Ring(id ua.CallID)                       { a.sent = append(a.sent, "180 "+string(id)) }
func (a *agent) RingWith(id ua.CallID, m ua.Media) {
	a.sent = append(a.sent, fmt.Sprint("180 ", id, " ", m.Port))
}
func (a *agent) Answer(id ua.CallID, m ua.Media) {
	a.sent = append(a.sent, fmt.Sprint("200 ", id, " ", m.Port))
}
func (a *agent) Reject(ua.CallID, int, string)     {}
func (a *agent) Follow(_, _ ua.CallID, _ ua.Media) {}
func (a *agent) Decline(ua.CallID, int, string)    {}
func (a *agent) Hangup(ua.CallID)                  {}
func (a *agent) SendInfo(id ua.CallID, kind string, b []byte) {
	a.sent = append(a.sent, fmt.Sprintf("%s %s %q", id, kind, b))
}

// agent notes the INFO requests that it is to send.
type agent struct{ sent []string }

// exchange runs a test in a bubble with a switchboard that has one call.
func exchange(t *testing.T, tell func(t *testing.T, s *Switchboard, a *agent)) {
	synctest.Test(t, func(t *testing.T) {
		addr := netip.MustParseAddr("192.0.2.10")
		host := memnet.New(1).Host(addr)
		engine, err := media.NewEngine(deafCard{}, media.Options{
			Config: media.Default(),
			Listen: func(local netip.AddrPort) (media.PacketConn, error) { return host.Listen(local) },
		})
		if err != nil {
			t.Fatal(err)
		}
		defer engine.Close()
		a := &agent{}
		s := New(a, engine, Config{Local: addr, Codecs: []string{"PCMA"}, Ptime: 20 * time.Millisecond})
		defer s.Close()
		if err := s.Answer("in-1"); err != nil {
			t.Fatal(err)
		}
		a.sent = nil
		tell(t, s, a)
	})
}

func answered() ua.Answered {
	session := negotiated()
	session.Remote = netip.MustParseAddrPort("192.0.2.20:4000")
	return ua.Answered{Call: "in-1", Session: session}
}

func info(signal string) ua.Info {
	return ua.Info{Call: "in-1", ContentType: "application/dtmf-relay", Body: []byte("Signal=" + signal + "\r\nDuration=160\r\n")}
}

// typed is what arrives within a second.
func typed(s *Switchboard) (keys string) {
	for end := time.After(time.Second); ; {
		select {
		case d := <-s.Digits():
			keys += string(d.Rune) + " by " + d.Way + ", "
		case <-end:
			return keys
		}
	}
}

func TestKeysByInfo(t *testing.T) {
	exchange(t, func(t *testing.T, s *Switchboard, _ *agent) {
		s.Handle(info("9")) // before the answer: never heard
		s.Handle(answered())
		for _, signal := range []string{"4", "11", "hook", "*"} {
			s.Handle(info(signal))
		}
		s.Handle(ua.Info{Call: "in-2", ContentType: "application/dtmf", Body: []byte("5")})
		if got, want := typed(s), "4 by info, # by info, * by info, "; got != want {
			t.Errorf("heard %q, want %q", got, want)
		}
		s.Handle(ua.Ended{Call: "in-1"})
		s.Handle(info("9"))
		if got := typed(s); got != "" {
			t.Errorf("after the end: heard %q", got)
		}
	})
}

func TestTooManyKeysByInfoDoNotBlock(t *testing.T) {
	exchange(t, func(_ *testing.T, s *Switchboard, _ *agent) {
		s.Handle(answered())
		for range 1000 {
			s.Handle(info("4"))
		}
	})
}

func TestSendKeysByInfo(t *testing.T) {
	exchange(t, func(t *testing.T, s *Switchboard, a *agent) {
		if s.SendInfo("in-1", "4") == nil {
			t.Error("keys are sent before the answer")
		}
		s.Handle(answered())
		if err := s.SendInfo("in-1", "4#"); err != nil {
			t.Error(err)
		}
		if s.SendInfo("in-1", "x") == nil {
			t.Error("x is no key")
		}
		want := []string{
			`in-1 application/dtmf-relay "Signal=4\r\nDuration=160\r\n"`,
			`in-1 application/dtmf-relay "Signal=#\r\nDuration=160\r\n"`,
		}
		if !slices.Equal(a.sent, want) {
			t.Errorf("sent %q, want %q", a.sent, want)
		}
	})
}
