package media

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"intercom/media/align"
	"intercom/media/g711"
	"intercom/media/voice"
	"intercom/test/memnet"
)

// probe speaks RTP by itself, 20 ms at a time, and keeps what comes back in the order of time in which it came.
type probe struct {
	conn  *memnet.Conn
	start time.Time
	said  []int16

	mu    sync.Mutex
	heard []int16 // sample n is what a packet brought that came n samples after start
}

// speak sends everything that is said, each packet late by what late gives for it.
func (p *probe) speak(to netip.AddrPort, late func(i int) time.Duration) {
	talk := talker{ssrc: 5, seq: 65530, ts: math.MaxUint32 - 5000, ahead: 160}
	var previous time.Time
	for i := range len(p.said) / 160 {
		payload := make([]byte, 160)
		g711.EncodeA(payload, p.said[160*i:160*i+160])
		packet := talk.packet(pcma, talk.ts, payload)
		at := p.start.Add(time.Duration(i)*20*time.Millisecond + late(i))
		if at.Before(previous) { // one queue keeps its order
			at = previous
		}
		previous = at
		time.AfterFunc(time.Until(at), func() { p.conn.WriteToUDPAddrPort(packet, to) })
	}
}

func (p *probe) listen() {
	b := make([]byte, maxDatagram)
	for {
		n, _, err := p.conn.ReadFromUDPAddrPort(b)
		if err != nil {
			return
		}
		p.mu.Lock()
		at := int(time.Since(p.start) * 8000 / time.Second)
		for len(p.heard) < at+n-12 {
			p.heard = append(p.heard, 0)
		}
		g711.DecodeA(p.heard[at:], b[12:n])
		p.mu.Unlock()
	}
}

// From a packet that comes in to the packet that takes the same sound out again, through a card whose loudspeaker is wired to
// its microphone: jitter buffer, mixer, one period of the card, 20 ms of packing.
func TestLatencyThroughTheCard(t *testing.T) {
	still := func(int) time.Duration { return 0 }
	for _, c := range []struct {
		name string
		rate int // of card and engine, Hz
		late func(r *rand.Rand) func(i int) time.Duration
		want time.Duration
	}{
		{"clean", 8000, func(*rand.Rand) func(int) time.Duration { return still }, 50 * time.Millisecond},
		{"bursty Wi-Fi", 8000, burstsOf(0.011, 20*time.Millisecond, 30*time.Millisecond), 95 * time.Millisecond},
		{"200 ms spikes", 8000, burstsOf(1/400.0, 200*time.Millisecond, 0), 90 * time.Millisecond},
		{"clean, A-law at 16 kHz", 16000, func(*rand.Rand) func(int) time.Duration { return still }, 50 * time.Millisecond},
		{"bursty Wi-Fi, A-law at 16 kHz", 16000, burstsOf(0.011, 20*time.Millisecond, 30*time.Millisecond), 95 * time.Millisecond},
		{"200 ms spikes, A-law at 16 kHz", 16000, burstsOf(1/400.0, 200*time.Millisecond, 0), 90 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			var lags []time.Duration
			for phase := range 3 {
				lags = append(lags, loopLatency(t, c.rate, c.late(rand.New(rand.NewPCG(uint64(phase), 1))), time.Duration(phase)*3333*time.Microsecond))
			}
			slices.Sort(lags)
			t.Logf("RTP in to RTP out: %v (%d samples at most)", lags, lags[2]*8000/time.Second)
			if lags[1] > c.want {
				t.Errorf("the latency is %v, want at most %v", lags[1], c.want)
			}
		})
	}
}

// burstsOf stops everything for a while with a probability per packet.
func burstsOf(often float64, least, spread time.Duration) func(*rand.Rand) func(int) time.Duration {
	return func(r *rand.Rand) func(int) time.Duration {
		left := time.Duration(0)
		return func(int) time.Duration {
			if left -= 20 * time.Millisecond; left < 0 {
				left = 0
				if r.Float64() < often {
					left = least + time.Duration(r.ExpFloat64()*float64(spread))
				}
			}
			return left
		}
	}
}

func loopLatency(t *testing.T, rate int, late func(int) time.Duration, phase time.Duration) (lag time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		network := memnet.New(1)
		e := newEngineOn(t, network.Host(doorAddr), wired(rate, rate/100), Options{Rate: rate})
		s := listenOn(t, e, doorAddr)
		conn, err := network.Host(houseAddr).Listen(house)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Start(houseParams()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(phase)
		p := &probe{conn: conn, start: time.Now(), said: voice.New(11, 130).Speak(16, 8000)}
		p.speak(netip.AddrPortFrom(doorAddr, s.Port()), late)
		go p.listen()
		time.Sleep(17 * time.Second)
		e.Close()
		conn.Close()
		synctest.Wait()
		r := align.Align(p.said, p.heard, 8000)
		if r.Correlation < 0.95 {
			t.Errorf("the correlation is %.3f", r.Correlation)
		}
		lag = r.Lag
	})
	return lag
}

// What is said on the wire is RTP as RFC 3550 and RFC 3551 have it.
func TestPacketsOnTheWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newCall(t, memnet.Link{}, speaking(8000, nil), speaking(8000, nil), Options{})
		var mu sync.Mutex
		var wire [][]byte
		k.network.Tap(func(from, to netip.AddrPort, data []byte) {
			if from.Addr() == doorAddr && from.Port() == k.door.Port() {
				mu.Lock()
				defer mu.Unlock()
				if to != k.doorParams.Remote {
					t.Errorf("a packet went to %v", to)
				}
				wire = append(wire, slices.Clone(data))
			}
		})
		k.start()
		time.Sleep(time.Second)
		k.end()
		if len(wire) < 49 {
			t.Fatalf("%d packets in a second", len(wire))
		}
		for i, b := range wire {
			if len(b) != 172 || b[0] != 0x80 || b[1]&0x7f != pcma || b[1]>>7 == 1 != (i == 0) {
				t.Fatalf("packet %d begins with % x and is %d long", i, b[:4], len(b))
			}
			if i == 0 {
				continue
			}
			if d := binary.BigEndian.Uint16(b[2:]) - binary.BigEndian.Uint16(wire[i-1][2:]); d != 1 {
				t.Errorf("packet %d: the sequence number goes on by %d", i, d)
			}
			if d := binary.BigEndian.Uint32(b[4:]) - binary.BigEndian.Uint32(wire[i-1][4:]); d != 160 {
				t.Errorf("packet %d: the timestamp goes on by %d", i, d)
			}
		}
	})
}
