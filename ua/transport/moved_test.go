package transport

import (
	"errors"
	"net/netip"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"intercom/test/memnet"
	"intercom/ua/sip"
)

var udpPhone = Flow{Transport: "UDP", Remote: phonePort}

func hearsDatagram(t *testing.T, c *memnet.Conn, why string) *sip.Message {
	t.Helper()
	buf := make([]byte, 65536)
	c.SetReadDeadline(time.Now().Add(time.Minute))
	n, _, err := c.ReadFromUDPAddrPort(buf)
	if err != nil {
		t.Fatalf("%s: %v", why, err)
	}
	m, err := sip.Parse(buf[:n])
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestLargeRequestGoesByTCP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		answers, udp := h.listens(), h.datagrams()
		invite := request("INVITE", 1400)
		h.send(udpPhone, invite)
		h.send(udpPhone, invite) // Timer A
		phone := answers()
		got := phone.hears("INVITE")
		via, err := got.TopVia()
		if err != nil || via.Transport != "TCP" || via.Branch() != "z9hG4bKours" || via.SentBy() != "192.0.2.1:5060" || len(got.Body) != 1400 {
			t.Errorf("got\n%s", got)
		}
		if was, _ := invite.TopVia(); was.Transport != "UDP" {
			t.Error("the request of the transaction was changed")
		}
		phone.says(sip.NewResponse(got, 486, "").String())
		if p := h.next("486"); p.Msg.Status != 486 || p.Transport != "TCP" {
			t.Errorf("got %+v", p)
		}
		h.send(udpPhone, request("ACK", 0))
		if got := phone.hears("ACK by the same way, and not INVITE again"); got.Method != "ACK" {
			t.Errorf("got\n%s", got)
		}
		small := request("OPTIONS", 100)
		small.Set("Via", "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKanother")
		h.send(udpPhone, small)
		if got := hearsDatagram(t, udp, "a small request by UDP"); got.Method != "OPTIONS" {
			t.Errorf("got\n%s", got)
		}
		if s := h.door.Stats(); s.Moved != 1 || s.MovedBack != 0 || s.Connects != 1 {
			t.Errorf("counts %+v", s)
		}
	})
}

func TestLargestRequestByUDPHas1300Octets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		udp := h.datagrams()
		m := request("MESSAGE", 1000)
		m.Body = append(m.Body, make([]byte, maxRequest-len(m.String()))...)
		h.send(udpPhone, m)
		if got := hearsDatagram(t, udp, "1300 octets"); len(got.String()) != 1300 {
			t.Errorf("%d octets", len(got.String()))
		}
		answers := h.listens()
		m.Body = append(m.Body, 'x')
		h.send(udpPhone, m)
		answers().hears("1301 octets")
	})
}

// RFC 3261 §18.1.1: "If a request is within 200 bytes of the path MTU".
func TestLargestRequestOnANarrowPath(t *testing.T) {
	for mtu, largest := range map[int]int{0: 1300, 576: 1080, 1280: 1080, 1420: 1220, 1500: 1300, 9000: 1300, 65536: 1300} {
		synctest.Test(t, func(t *testing.T) {
			asked := 0
			h := newHouse(t, LayerOptions{MTU: func(netip.AddrPort) int { asked++; return mtu }})
			udp := h.datagrams()
			m := request("MESSAGE", 0)
			for len(m.String()) < largest {
				m.Body = append(m.Body, 'x')
			}
			h.send(udpPhone, m)
			if got := hearsDatagram(t, udp, "just small enough"); len(got.String()) != largest {
				t.Errorf("%d octets", len(got.String()))
			}
			answers := h.listens()
			m.Body = append(m.Body, 'x')
			h.send(udpPhone, m)
			answers().hears("one octet more")
			if before := asked; len(m.String()) > 1080 {
				small := request("OPTIONS", 0)
				h.send(udpPhone, small)
				if asked != before {
					t.Error("a small request asks for the MTU")
				}
			}
		})
	}
}

func TestKernelMTU(t *testing.T) {
	for _, to := range []string{"127.0.0.1:5060", "[::1]:5060"} {
		if mtu := kernelMTU(netip.MustParseAddrPort(to)); mtu < 1280 && mtu != 0 {
			t.Errorf("%s: %d octets", to, mtu)
		}
	}
	if mtu := kernelMTU(netip.MustParseAddrPort("127.0.0.1:5060")); mtu != 65536 {
		t.Skipf("loopback has %d octets", mtu)
	}
}

func TestLargeRequestGoesByUDPIfThePeerHasNoTCP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		udp := h.datagrams()
		start := time.Now()
		h.send(udpPhone, request("INVITE", 1400))
		got := hearsDatagram(t, udp, "refused: by UDP after all")
		if via, _ := got.TopVia(); via.Transport != "UDP" || time.Since(start) != 0 {
			t.Errorf("after %v got\n%s", time.Since(start), got)
		}
		h.nothing("the request is on its way")
		h.send(udpPhone, request("INVITE", 1400))
		hearsDatagram(t, udp, "known to have no TCP")
		if s := h.door.Stats(); s.Moved != 1 || s.MovedBack != 1 || s.Connects != 1 {
			t.Errorf("counts %+v", s)
		}
		time.Sleep(lackTime)
		h.listens()
		h.send(udpPhone, request("INVITE", 1400))
		synctest.Wait()
		if s := h.door.Stats(); s.Connects != 2 {
			t.Errorf("the peer is not asked again: %+v", s)
		}
	})
}

func TestLargeRequestGoesByUDPIfTCPIsSwallowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		udp := h.datagrams()
		h.net.Cut(doorAddr, phoneAddr)
		h.send(udpPhone, request("INVITE", 1400))
		time.Sleep(moveTime - time.Millisecond)
		h.net.Heal(doorAddr, phoneAddr)
		hearsDatagram(t, udp, "no answer to SYN")
	})
}

func TestLargeRequestGoesByUDPIfTCPIsTakenAndReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		answers, udp := h.listens(), h.datagrams()
		h.send(udpPhone, request("INVITE", 1400))
		answers().Conn.(*memnet.Stream).Reset()
		hearsDatagram(t, udp, "reset")
		h.nothing("the request is on its way")

		h = newHouse(t, LayerOptions{})
		answers, udp = h.listens(), h.datagrams()
		h.send(udpPhone, request("INVITE", 1400))
		phone := answers()
		phone.says("\r\n\r\n")
		synctest.Wait()
		phone.Conn.(*memnet.Stream).Reset()
		if p := h.next("a peer that speaks TCP and breaks off"); p.Err == nil || p.Remote != phonePort {
			t.Errorf("got %+v", p)
		}
		udp.SetReadDeadline(time.Now().Add(time.Second))
		if _, _, err := udp.ReadFromUDPAddrPort(make([]byte, 2000)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the request was sent twice: %v", err)
		}
	})
}

func TestLargeRequestWithoutTCPIsADatagram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{Transports: []string{"UDP"}})
		udp := h.datagrams()
		h.send(udpPhone, request("INVITE", 1400))
		hearsDatagram(t, udp, "INVITE")
	})
}

func TestPeersWithoutTCPAreBounded(t *testing.T) {
	var k lacking
	now := time.Now()
	for port := range uint16(1000) {
		k.add(now, netip.AddrPortFrom(phoneAddr, port+1))
	}
	if len(k.peers) > maxLacking || !k.has(now, netip.AddrPortFrom(phoneAddr, 1000)) {
		t.Errorf("%d peers, the newest known: %v", len(k.peers), k.has(now, netip.AddrPortFrom(phoneAddr, 1000)))
	}
}
