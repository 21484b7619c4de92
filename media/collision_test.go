package media

import (
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtcp"

	"intercom/media/voice"
	"intercom/test/memnet"
)

// byes notes the identifiers that a host says goodbye to.
type byes struct {
	mu  sync.Mutex
	all []uint32
}

func (b *byes) tap(from, _ netip.AddrPort, data []byte) {
	if from.Addr() != doorAddr || !isRTCP(data) {
		return
	}
	packets, err := rtcp.Unmarshal(data)
	if err != nil {
		return
	}
	for _, p := range packets {
		if bye, ok := p.(*rtcp.Goodbye); ok {
			b.mu.Lock()
			b.all = append(b.all, bye.Sources...)
			b.mu.Unlock()
		}
	}
}

// Both sides have chosen the same SSRC: they part, and the call goes on.
func TestCollision(t *testing.T) {
	visitor, resident := voice.New(51, 120).Speak(6, 8000), voice.New(52, 210).Speak(6, 8000)
	synctest.Test(t, func(t *testing.T) {
		k := newCall(t, memnet.Link{Delay: 2 * time.Millisecond}, speaking(8000, visitor), speaking(8000, resident), Options{})
		var b byes
		k.network.Tap(b.tap)
		same := k.door.out.header.SSRC
		k.house.out.header.SSRC, k.house.in.ours = same, same
		k.start()
		time.Sleep(15 * time.Second)
		if k.door.out.header.SSRC == k.house.out.header.SSRC || k.door.out.header.SSRC == same {
			t.Errorf("after a collision at %08x the door has %08x and the house %08x", same, k.door.out.header.SSRC, k.house.out.header.SSRC)
		}
		door, house := k.end()
		wantSame(t, "the house heard the visitor", visitor[8000:], k.houseCard.heard()[8000:], 0.95, 20*time.Millisecond)
		wantSame(t, "the visitor heard the house", resident[8000:], k.doorCard.heard()[8000:], 0.95, 20*time.Millisecond)
		if len(b.all) != 2 || b.all[0] != same || b.all[1] == same {
			t.Errorf("goodbye was said to %08x, want %08x once and what came after it at the end", b.all, same)
		}
		if door.RoundTrip == 0 || house.RoundTrip == 0 || door.RemoteLost != 0 {
			t.Errorf("the reports did not go on: %s", figuresOf(door))
		}
	})
}

// An echo test sends everything back. It is heard, and not run away from.
func TestEchoTestIsNoCollision(t *testing.T) {
	visitor := voice.New(53, 120).Speak(5, 8000)
	synctest.Test(t, func(t *testing.T) {
		network := memnet.New(1)
		card := speaking(8000, visitor)
		e := newEngineOn(t, network.Host(doorAddr), card, Options{})
		s := listenOn(t, e, doorAddr)
		conn, err := network.Host(houseAddr).Listen(house)
		if err != nil {
			t.Fatal(err)
		}
		var b byes
		network.Tap(b.tap)
		go func() {
			for buffer := make([]byte, maxDatagram); ; {
				n, from, err := conn.ReadFromUDPAddrPort(buffer)
				if err != nil {
					return
				}
				conn.WriteToUDPAddrPort(buffer[:n], from)
			}
		}()
		if err := s.Start(houseParams()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5*time.Second + tail)
		if len(b.all) != 1 {
			t.Errorf("goodbye was said to %08x, want one", b.all)
		}
		e.Close()
		conn.Close()
		synctest.Wait()
		wantSame(t, "the visitor heard himself", visitor[8000:], card.heard()[8000:], 0.95, 0)
	})
}
