package media

import (
	"fmt"
	"math"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"intercom/media/g711"
	"intercom/media/voice"
	"intercom/test/memnet"
)

// A peer that falls silent and describes its silence (RFC 3389) is heard as it describes it, and nothing of it is concealed; one
// that just falls silent is silent.
func TestSilenceOfAPeer(t *testing.T) {
	for _, c := range []struct {
		rate    int
		payload []byte // of the description
		want    float64
	}{
		{8000, []byte{50}, -50},
		{16000, []byte{50}, -50},
		{8000, []byte{40, 60, 140}, -40},
		{8000, []byte{127}, -90},
		{8000, nil, -90},
	} {
		t.Run(fmt.Sprintf("% x at %d Hz", c.payload, c.rate), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				network := memnet.New(1)
				card := speaking(c.rate, nil)
				e := newEngineOn(t, network.Host(doorAddr), card, Options{Rate: c.rate})
				s := listenOn(t, e, doorAddr)
				conn, err := network.Host(houseAddr).Listen(house)
				if err != nil {
					t.Fatal(err)
				}
				p := houseParams()
				p.Receive[13] = "cn"
				if err := s.Start(p); err != nil {
					t.Fatal(err)
				}
				said := voice.New(41, 130).Speak(1, 8000)
				talk := talker{ssrc: 7, seq: 100, ts: 5000, ahead: 160}
				speak := func() {
					for i := range 50 {
						payload := make([]byte, 160)
						g711.EncodeA(payload, said[160*i:160*i+160])
						conn.WriteToUDPAddrPort(talk.packet(pcma, talk.ts, payload), netip.AddrPortFrom(doorAddr, s.Port()))
						time.Sleep(20 * time.Millisecond)
					}
				}
				speak()
				if c.payload != nil {
					conn.WriteToUDPAddrPort(talk.packet(13, talk.ts, c.payload), netip.AddrPortFrom(doorAddr, s.Port()))
					talk.ts -= talk.ahead
				}
				time.Sleep(2 * time.Second)
				talk.ts += 16000
				speak()
				got := s.Stats()
				e.Close()
				conn.Close()
				synctest.Wait()
				if got.Concealed != 0 || got.Lost != 0 || got.Late != 0 {
					t.Errorf("nothing was lost: %s", figuresOf(got))
				}
				pause := card.heard()[c.rate*3/2 : c.rate*5/2]
				var power float64
				for _, v := range pause {
					power += float64(v) * float64(v)
				}
				if dB := 10 * math.Log10(power/float64(len(pause))/(32767*32767)+1e-9); math.Abs(dB-c.want) > 1 {
					t.Errorf("the silence has %.1f dBov, want %v", dB, c.want)
				}
			})
		})
	}
}
