package appliance_test

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"intercom/board/sim"
	"intercom/cmd/intercom/appliance"
	"intercom/cmd/intercom/call"
	"intercom/cmd/intercom/phone"
	"intercom/cmd/intercom/station"
	"intercom/configs"
	"intercom/media"
	"intercom/test/memnet"
	"intercom/ua"
)

var (
	doorAddr  = netip.MustParseAddr("10.0.0.1")
	houseAddr = netip.MustParseAddr("10.0.0.2")
)

// street is a door and a house on a network in memory, in a bubble where time is free.
type street struct {
	t       *testing.T
	net     *memnet.Network
	door    *sim.Board
	station *appliance.Appliance
	stop    func() // the station and the house
	house   *phone.Phone

	mu     sync.Mutex
	events []any // station.Event, station.Action and ua.Event of the house, in order
	ended  []call.Ended
}

// config is a door that calls the house, with one more table or line if the story needs it.
func config(t *testing.T, more string) configs.Config {
	t.Helper()
	c, faults := configs.Check("story.toml", []byte(`
[[button]]
name = "bell"
call = ["sip:house@10.0.0.2"]
[[door]]
name = "front"
pulse = "3s"
code = "73914"
[sound]
card = "null"
[sip]
listen = "10.0.0.1:5060"
allow = ["10.0.0.2"]
[[account]]
name = "direct"
aor = "sip:door@10.0.0.1"
[board]
model = "sim"
`+more))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if raced { // the microphone's blocks share nothing with other goroutines
		c.Sound.EchoCanceller, c.Sound.NoiseSuppression, c.Sound.AutomaticGain, c.Sound.HalfDuplex = false, false, false, false
	}
	return c
}

// story plays tell in a street and then sends everybody home; a goroutine that stays behind fails it.
func story(t *testing.T, c configs.Config, house *phone.Options, tell func(*street)) {
	t.Helper()
	storyAt(t, time.Time{}, c, house, tell)
}

// storyAt begins a story at a time of day; at the zero time it begins as a board without a battery does, in the year 2000.
func storyAt(t *testing.T, began time.Time, c configs.Config, house *phone.Options, tell func(*street)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(began))
		s := &street{t: t, net: memnet.New(1)}
		ctx, cancel := context.WithCancel(t.Context())
		s.stop = cancel
		var wg sync.WaitGroup
		s.open(c)
		wg.Go(s.start(ctx, s.newDoor(c)))
		if house != nil {
			s.house = s.newHouse(*house)
			wg.Go(s.start(ctx, s.house.Run))
		}
		tell(s)
		cancel()
		wg.Wait()
		if err := s.door.Close(); err != nil {
			t.Error(err)
		}
		if s.door.DoorIsOpen("front") {
			t.Error("the relay is not at rest when everything is over")
		}
	})
}

func (s *street) start(ctx context.Context, run func(context.Context) error) func() {
	return func() {
		if err := run(ctx); err != nil {
			s.t.Error(err)
		}
	}
}

func (s *street) open(c configs.Config) {
	s.t.Helper()
	var err error
	if s.door, err = sim.New(sim.Config{Board: c.Board, Microphone: &humming{}}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *street) newDoor(c configs.Config) func(context.Context) error {
	s.t.Helper()
	host := s.net.Host(doorAddr)
	a, err := appliance.New(appliance.Options{
		Config: c, Board: s.door.Board,
		ListenSIP: listenSIP(host), ListenRTP: listenRTP(host), Route: from(doorAddr),
		Watch: appliance.Watcher{
			Event:  func(_ time.Time, e station.Event) { s.tell(e) },
			Action: func(_ time.Time, a station.Action) { s.tell(a) },
			Ended:  func(e call.Ended) { s.mu.Lock(); s.ended = append(s.ended, e); s.mu.Unlock() },
		},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.station = a
	return a.Run
}

func (s *street) newHouse(o phone.Options) *phone.Phone {
	s.t.Helper()
	card, err := sim.NewCard("telephone", 8000, nil, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	host := s.net.Host(houseAddr)
	o.SIP = ua.Default()
	o.SIP.Listen, o.SIP.Allow = "10.0.0.2:5060", []string{doorAddr.String()}
	o.SIP.MaxCalls, o.Auto = 1, true
	o.Accounts = []ua.Account{{Name: "house", AOR: "sip:house@10.0.0.2"}}
	o.RTP, o.Card = media.Default(), card
	o.ListenSIP, o.ListenRTP, o.Route = listenSIP(host), listenRTP(host), from(houseAddr)
	o.Watch.Event = func(_ time.Time, e ua.Event) { s.tell(e) }
	p, err := phone.New(o)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

func listenSIP(h *memnet.Host) func(netip.AddrPort) (ua.PacketConn, error) {
	return func(a netip.AddrPort) (ua.PacketConn, error) { return h.Listen(a) }
}

func listenRTP(h *memnet.Host) func(netip.AddrPort) (media.PacketConn, error) {
	return func(a netip.AddrPort) (media.PacketConn, error) { return listened(h.Listen(a)) }
}

// listened keeps a nil connection from becoming an interface that is not nil.
func listened(c *memnet.Conn, err error) (media.PacketConn, error) {
	if err != nil {
		return nil, err
	}
	return c, nil
}

func from(a netip.Addr) func(netip.AddrPort) (netip.Addr, error) {
	return func(remote netip.AddrPort) (netip.Addr, error) {
		if !remote.IsValid() {
			return netip.Addr{}, errors.New("no route to nowhere")
		}
		return a, nil
	}
}

func (s *street) tell(e any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, e)
}

// press holds a button as a visitor does.
func (s *street) press(button string) {
	s.t.Helper()
	if err := s.door.Hold(button, 300*time.Millisecond); err != nil {
		s.t.Fatal(err)
	}
}

// pass lets time go by.
func (s *street) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// wantDoor and wantLight look at the door now, when all that has happened so far has been seen to.
func (s *street) wantDoor(open bool) {
	s.t.Helper()
	synctest.Wait()
	if s.door.DoorIsOpen("front") != open {
		s.t.Fatalf("the door is open: %v, want %v", !open, open)
	}
}

func (s *street) wantLight(pattern string) {
	s.t.Helper()
	synctest.Wait()
	if got := s.door.LED(); got != pattern {
		s.t.Fatalf("the light shows %q, want %q", got, pattern)
	}
}

// never fails the story if something that matches has happened.
func never[E any](s *street, why string) {
	s.t.Helper()
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		if found, ok := e.(E); ok {
			s.t.Errorf("%s: %#v", why, found)
		}
	}
}

// count says how often something has happened.
func count[E any](s *street) (n int) {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		if _, ok := e.(E); ok {
			n++
		}
	}
	return n
}
