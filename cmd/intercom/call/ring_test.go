package call

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"intercom/ua"
)

func TestRinging(t *testing.T) {
	exchange(t, func(t *testing.T, s *Switchboard, a *agent) {
		s.Handle(ua.Incoming{Call: "in-2", HasOffer: true})
		if err := s.Ring("in-2"); err != nil || !slices.Equal(a.sent, []string{"180 in-2"}) {
			t.Errorf("%q, %v", a.sent, err)
		}
		if _, up := s.Stats("in-2"); up {
			t.Error("a call that rings has a stream")
		}
	})
}

// A caller who hears no ringing without an offer gets one, and the same media when somebody answers; until then nobody is
// listened to.
func TestRingingWithAnOffer(t *testing.T) {
	exchange(t, func(t *testing.T, s *Switchboard, a *agent) {
		s.Handle(ua.Incoming{Call: "in-2", RingNeedsOffer: true})
		if err := s.Ring("in-2"); err != nil {
			t.Fatal(err)
		}
		session := negotiated()
		session.Remote = netip.MustParseAddrPort("192.0.2.20:4000")
		s.Handle(ua.Early{Call: "in-2", Session: session})
		time.Sleep(time.Second)
		if stats, _ := s.Stats("in-2"); stats.Sent > 0 || stats.Codec != "" {
			t.Errorf("before the answer: %+v", stats)
		}
		if err := s.Answer("in-2"); err != nil {
			t.Fatal(err)
		}
		var rang, answered int
		if n, err := fmt.Sscan(strings.Join(a.sent, " "), new(int), new(string), &rang, new(int), new(string), &answered); n != 6 || err != nil || rang != answered {
			t.Errorf("the agent was told %q, want one port twice", a.sent)
		}
		if s.Answer("in-1") == nil {
			t.Error("a call was answered twice")
		}
		s.Handle(ua.Ended{Call: "in-2"})
		if len(s.mute) > 0 {
			t.Errorf("of a call that is over is left %v", s.mute)
		}
	})
}
