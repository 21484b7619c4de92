package media

import (
	"math"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtcp"

	"intercom/test/memnet"
)

// Each side knows how well it hears the other and how well it is heard.
func TestVoIPMetrics(t *testing.T) {
	for _, c := range []struct {
		name        string
		link        memnet.Link
		least, most float64 // MOS
		lossRate    float64 // in 1/256
	}{
		{"clean", memnet.Link{Delay: 2 * time.Millisecond}, 4.3, 4.5, 0},
		{"5 % loss", memnet.Link{Delay: 20 * time.Millisecond, Loss: 0.05}, 3.6, 4.2, 13},
		{"20 % loss", memnet.Link{Delay: 20 * time.Millisecond, Loss: 0.2}, 1.8, 3, 51},
		{"half a second away", memnet.Link{Delay: 500 * time.Millisecond}, 1.5, 3, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := newCall(t, c.link, speaking(8000, nil), speaking(8000, nil), Options{})
				var mu sync.Mutex
				var block *rtcp.VoIPMetricsReportBlock
				k.network.Tap(func(from, _ netip.AddrPort, data []byte) {
					if !isRTCP(data) || from.Addr() != houseAddr {
						return
					}
					packets, err := rtcp.Unmarshal(data)
					if err != nil {
						t.Error(err)
					}
					for _, p := range packets {
						if x, ok := p.(*rtcp.ExtendedReport); ok {
							mu.Lock()
							block = x.Reports[0].(*rtcp.VoIPMetricsReportBlock)
							mu.Unlock()
						}
					}
				})
				k.start()
				time.Sleep(time.Minute)
				door := k.door.Stats()
				_, house := k.end()
				t.Logf("the house hears R %.1f, MOS %.2f; the door is told %.1f; loss %d, burst %d in %d ms, gap %d in %d ms, round trip %d ms, end system %d ms",
					house.R, house.MOS, door.RemoteMOS, block.LossRate, block.BurstDensity, block.BurstDuration, block.GapDensity, block.GapDuration, block.RoundTripDelay, block.EndSystemDelay)
				if house.MOS < c.least || house.MOS > c.most {
					t.Errorf("the house hears with MOS %.2f, want %v to %v", house.MOS, c.least, c.most)
				}
				if math.Abs(door.RemoteMOS-house.MOS) > 0.15 {
					t.Errorf("the door is told %.1f, the house measured %.2f", door.RemoteMOS, house.MOS)
				}
				if math.Abs(float64(block.LossRate)-c.lossRate) > 3 || block.DiscardRate != 0 || block.Gmin != 16 {
					t.Errorf("loss %d/256, discarded %d/256, Gmin %d", block.LossRate, block.DiscardRate, block.Gmin)
				}
				if want := 2 * c.link.Delay.Milliseconds(); int64(block.RoundTripDelay) < want-1 || int64(block.RoundTripDelay) > want+2 {
					t.Errorf("the round trip is told as %d ms, want %d", block.RoundTripDelay, want)
				}
			})
		})
	}
}

// RFC 5761: RTP and RTCP by one port.
func TestMultiplexedReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newCall(t, memnet.Link{Delay: 10 * time.Millisecond}, speaking(8000, nil), speaking(8000, nil), Options{})
		k.doorParams.Mux, k.hseParams.Mux = true, true
		k.doorParams.RemoteRTCP = netip.AddrPort{}
		ports := map[uint16]bool{k.door.Port(): true, k.house.Port(): true}
		k.network.Tap(func(from, to netip.AddrPort, _ []byte) {
			if !ports[from.Port()] || !ports[to.Port()] {
				t.Errorf("a packet from %v to %v", from, to)
			}
		})
		k.start()
		time.Sleep(20 * time.Second)
		door, house := k.end()
		for name, s := range map[string]Stats{"door": door, "house": house} {
			if s.Reports == 0 || s.RoundTrip < 20*time.Millisecond || s.RoundTrip > 21*time.Millisecond || s.Rejected > 2 || s.RemoteMOS == 0 {
				t.Errorf("the %s: %d reports, MOS %.1f, %d refused: %s", name, s.Reports, s.RemoteMOS, s.Rejected, figuresOf(s))
			}
		}
	})
}
