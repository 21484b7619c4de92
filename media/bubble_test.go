package media

import (
	"math/rand/v2"
	"net/netip"
	"sync"
	"testing"
	"time"

	"intercom/test/memnet"
)

// fakeCard calls the engine once a period of the bubble's time. The microphone hears what hear gives; what the loudspeaker
// says is kept.
type fakeCard struct {
	rate, period int
	hear         func(n int, capture []int16) // n is the number of the period
	quit, done   chan struct{}

	mu   sync.Mutex
	said []int16
}

func newCard(rate, period int, hear func(n int, capture []int16)) *fakeCard {
	return &fakeCard{rate: rate, period: period, hear: hear, quit: make(chan struct{}), done: make(chan struct{})}
}

// speaking is a card whose microphone hears samples once.
func speaking(rate int, samples []int16) *fakeCard {
	period := rate / 100
	return newCard(rate, period, func(n int, capture []int16) {
		clear(capture)
		copy(capture, samples[min(n*period, len(samples)):])
	})
}

// wired is a card whose loudspeaker is wired to its microphone.
func wired(rate, period int) *fakeCard {
	c := newCard(rate, period, nil)
	c.hear = func(n int, capture []int16) {
		clear(capture)
		c.mu.Lock()
		defer c.mu.Unlock()
		copy(capture, c.said[max(0, len(c.said)-period):])
	}
	return c
}

func (c *fakeCard) Rate() int   { return c.rate }
func (c *fakeCard) Period() int { return c.period }

func (c *fakeCard) Start(process func(play, capture []int16)) error {
	go func() {
		defer close(c.done)
		tick := time.NewTicker(time.Second * time.Duration(c.period) / time.Duration(c.rate))
		defer tick.Stop()
		play, capture := make([]int16, c.period), make([]int16, c.period)
		for n := 0; ; n++ {
			select {
			case <-tick.C:
			case <-c.quit:
				return
			}
			c.hear(n, capture)
			process(play, capture)
			c.mu.Lock()
			c.said = append(c.said, play...)
			c.mu.Unlock()
		}
	}()
	return nil
}

func (c *fakeCard) Close() error {
	close(c.quit)
	<-c.done
	return nil
}

func (c *fakeCard) heard() []int16 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]int16(nil), c.said...)
}

var (
	doorAddr  = netip.MustParseAddr("192.0.2.10")
	houseAddr = netip.MustParseAddr("192.0.2.11")
)

// newEngineOn makes an engine on a host of a network in memory, of 8 kHz unless o says something else.
func newEngineOn(t *testing.T, h *memnet.Host, card Card, o Options) *Engine {
	t.Helper()
	if o.Rand == nil {
		o.Rand = rand.NewChaCha8([32]byte{h.Addr().As4()[3]})
	}
	if o.Rate == 0 {
		o.Rate = 8000
	}
	o.Listen = func(local netip.AddrPort) (PacketConn, error) {
		c, err := h.Listen(local)
		if err != nil {
			return nil, err
		}
		return c, nil
	}
	e, err := NewEngine(card, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func listenOn(t *testing.T, e *Engine, local netip.Addr) *Stream {
	t.Helper()
	s, err := e.Listen(local)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// paramsTo are the parameters of a call with the stream at remote.
func paramsTo(remote netip.Addr, s *Stream) Params {
	p := houseParams()
	p.Remote, p.RemoteRTCP = netip.AddrPortFrom(remote, s.Port()), netip.AddrPortFrom(remote, s.Port()+1)
	return p
}

// call is two engines in a call with one another.
type call struct {
	t                     *testing.T
	network               *memnet.Network
	doorCard, houseCard   *fakeCard
	doorEngine, houseEng  *Engine
	door, house           *Stream
	doorParams, hseParams Params
}

func newCall(t *testing.T, link memnet.Link, doorCard, houseCard *fakeCard, o Options) *call {
	t.Helper()
	c := &call{t: t, network: memnet.New(1), doorCard: doorCard, houseCard: houseCard}
	c.network.SetLinks(link)
	c.doorEngine = newEngineOn(t, c.network.Host(doorAddr), doorCard, o)
	c.houseEng = newEngineOn(t, c.network.Host(houseAddr), houseCard, o)
	c.door, c.house = listenOn(t, c.doorEngine, doorAddr), listenOn(t, c.houseEng, houseAddr)
	c.doorParams, c.hseParams = paramsTo(houseAddr, c.house), paramsTo(doorAddr, c.door)
	return c
}

func (c *call) start() {
	c.t.Helper()
	if err := c.door.Start(c.doorParams); err != nil {
		c.t.Fatal(err)
	}
	if err := c.house.Start(c.hseParams); err != nil {
		c.t.Fatal(err)
	}
}

func (c *call) end() (door, house Stats) {
	c.t.Helper()
	door, house = c.door.Close(), c.house.Close()
	for _, e := range []*Engine{c.doorEngine, c.houseEng} {
		if err := e.Close(); err != nil {
			c.t.Error(err)
		}
	}
	return door, house
}

// pressed reads the digits that have arrived.
func pressed(s *Stream) (digits string) {
	for {
		select {
		case d, ok := <-s.Digits():
			if !ok {
				return digits
			}
			digits += string(d.Rune)
		default:
			return digits
		}
	}
}
