package media

import (
	"errors"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtcp"

	"intercom/test/memnet"
)

func TestPortsAreAPairOfTheRange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := Options{Config: Default()}
		o.Config.Ports = "20001-20007"
		host := memnet.New(1).Host(doorAddr)
		e := newEngineOn(t, host, speaking(8000, nil), o)
		seen := map[uint16]bool{}
		for range 3 {
			s := listenOn(t, e, doorAddr)
			if s.Port()%2 != 0 || s.Port() < 20002 || s.Port() > 20006 {
				t.Errorf("port %d is not even or outside the range", s.Port())
			}
			seen[s.Port()] = true
		}
		if len(seen) != 3 {
			t.Errorf("the ports are %v", seen)
		}
		_, err := e.Listen(doorAddr)
		if !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), `"20001-20007"`) || !strings.Contains(err.Error(), "widen ports") {
			t.Errorf("a fourth stream: %v", err)
		}
		if _, err := e.Listen(netip.MustParseAddr("203.0.113.1")); err == nil || errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("an address of somebody else: %v", err)
		}
		e.Close()
	})
}

func TestPortIsNotGivenAgainAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEngineOn(t, memnet.New(1).Host(doorAddr), speaking(8000, nil), Options{})
		s := listenOn(t, e, doorAddr)
		s.Close()
		next := listenOn(t, e, doorAddr)
		if next.Port() == s.Port() {
			t.Errorf("port %d is given again", s.Port())
		}
		e.Close()
	})
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newCall(t, memnet.Link{Delay: time.Millisecond}, speaking(8000, nil), speaking(8000, nil), Options{})
		k.start()
		time.Sleep(time.Second)
		first := k.door.Close()
		if again := k.door.Close(); again != first || k.door.Stats() != first {
			t.Errorf("closed twice: %+v, then %+v", first, again)
		}
		if _, open := <-k.door.Digits(); open {
			t.Error("digits are still open")
		}
		if err := k.door.Start(k.doorParams); err == nil {
			t.Error("a closed stream was started")
		}
		time.Sleep(time.Second)
		if err := k.doorEngine.Close(); err != nil {
			t.Error(err)
		}
		if err := k.doorEngine.Close(); err == nil {
			t.Error("the engine was closed twice")
		}
		if _, err := k.doorEngine.Listen(doorAddr); err == nil {
			t.Error("a closed engine gave a stream")
		}
		k.house.SendDigits("5") // nobody is there: no harm
		time.Sleep(time.Second)
		if err := k.houseEng.Close(); err != nil { // with its stream still open
			t.Error(err)
		}
		if got := pressed(k.door); got != "" {
			t.Errorf("digits after Close: %q", got)
		}
	})
}

func TestParamsThatCannotBe(t *testing.T) {
	for name, change := range map[string]func(*Params){
		"unknown codec":             func(p *Params) { p.Codec = "opus" },
		"nothing to send with":      func(p *Params) { p.Codec = "" },
		"payload type beyond 7 bit": func(p *Params) { p.PayloadType = 128 },
	} {
		p := houseParams()
		change(&p)
		if _, err := p.checked(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for _, c := range []struct{ asked, want time.Duration }{
		{0, 20}, {20, 20}, {25, 20}, {5, 20}, {10, 10}, {120, 60}, {-20, 10},
	} {
		p := houseParams()
		p.Ptime = c.asked * time.Millisecond
		if p, err := p.checked(); err != nil || p.Ptime != c.want*time.Millisecond {
			t.Errorf("packets of %d ms become %v (%v)", c.asked, p.Ptime, err)
		}
	}
}

// RTCP that is not the peer's changes nothing, whatever it says.
func TestForgedReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newCall(t, memnet.Link{}, speaking(8000, nil), speaking(8000, nil), Options{})
		k.start()
		time.Sleep(time.Second)
		strangerHost := k.network.Host(stranger.Addr())
		conns := []*memnet.Conn{}
		for _, from := range []netip.AddrPort{netip.AddrPortFrom(stranger.Addr(), k.house.Port()+1), netip.AddrPortFrom(houseAddr, 40000)} {
			h := strangerHost
			if from.Addr() == houseAddr {
				h = k.network.Host(houseAddr)
			}
			c, err := h.Listen(from)
			if err != nil {
				t.Fatal(err)
			}
			conns = append(conns, c)
		}
		ssrc := k.door.out.header.SSRC
		forged, err := rtcp.Marshal([]rtcp.Packet{
			&rtcp.ReceiverReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{SSRC: ssrc, FractionLost: 255, TotalLost: 1 << 20, Jitter: 1 << 30}}},
			&rtcp.Goodbye{Sources: []uint32{1}},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range conns {
			c.WriteToUDPAddrPort(forged, netip.AddrPortFrom(doorAddr, k.door.Port()+1))
			c.WriteToUDPAddrPort(forged, netip.AddrPortFrom(doorAddr, k.door.Port()))
		}
		time.Sleep(500 * time.Millisecond)
		if s := k.door.Stats(); s.RemoteLost != 0 || s.Reports != 0 || s.Rejected < 4 {
			t.Errorf("after forged reports: lost %d, %d reports, %d refused", s.RemoteLost, s.Reports, s.Rejected)
		}
		for _, c := range conns {
			c.Close()
		}
		k.end()
	})
}

func TestRTCPThatIsNone(t *testing.T) {
	good, err := rtcp.Marshal([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{SSRC: 9}}}})
	if err != nil {
		t.Fatal(err)
	}
	bye, err := rtcp.Marshal([]rtcp.Packet{&rtcp.Goodbye{Sources: []uint32{1}}})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1000, 0)
	var r reporter
	for name, b := range map[string][]byte{
		"nothing": nil, "torn": good[:10], "version 1": append([]byte{0x40 | good[0]&0x3f}, good[1:]...), "BYE alone": bye, "RTP": make([]byte, 172),
	} {
		if r.take(now, 9, b) {
			t.Errorf("%s was taken for RTCP", name)
		}
	}
	if !r.take(now, 8, good) || r.reports != 0 {
		t.Errorf("%d reports on what somebody else sends were taken for ours", r.reports)
	}
	if !r.take(now, 9, good) || r.reports != 1 {
		t.Errorf("a receiver report was not taken: %d reports", r.reports)
	}
}

func FuzzRTCP(f *testing.F) {
	sr, err := rtcp.Marshal([]rtcp.Packet{
		&rtcp.SenderReport{SSRC: 1, NTPTime: 1 << 40, Reports: []rtcp.ReceptionReport{{SSRC: 9, LastSenderReport: 5, Delay: 1}}},
		rtcp.NewCNAMESourceDescription(1, "x"), &rtcp.Goodbye{Sources: []uint32{1}},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sr)
	xr, err := rtcp.Marshal([]rtcp.Packet{
		&rtcp.ReceiverReport{SSRC: 1},
		&rtcp.ExtendedReport{SenderSSRC: 1, Reports: []rtcp.ReportBlock{&rtcp.VoIPMetricsReportBlock{SSRC: 9, MOSCQ: 41}}},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(xr)
	f.Add([]byte{0x80, 200, 0, 1, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		var r reporter
		r.take(time.Unix(1000, 0), 9, b)
		if r.roundTrip < 0 || r.roundTrip > time.Minute {
			t.Errorf("a round trip of %v", r.roundTrip)
		}
		if r.mos < 0 || r.mos > 5 {
			t.Errorf("a mean opinion score of %v", r.mos)
		}
	})
}

func TestReportIntervals(t *testing.T) {
	for _, c := range []struct {
		random float64
		first  bool
		want   time.Duration
	}{{0, false, 2500}, {0.5, false, 5000}, {1, false, 7500}, {0.5, true, 2500}} {
		if d := interval(c.random, c.first); d != c.want*time.Millisecond {
			t.Errorf("interval(%v, %v) = %v", c.random, c.first, d)
		}
	}
}
