package appliance_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"net/netip"
	"regexp"
	"strconv"
	"testing"
	"time"

	"intercom/board/sim"
	"intercom/configs"
	"intercom/test/memnet"
	"intercom/ua/uatest"
)

// speaking is a door before which somebody hums.
func speaking(c configs.Config) configs.Config {
	c.Board.Sound.Card = "wav"
	c.Sound.EchoCanceller, c.Sound.NoiseSuppression, c.Sound.AutomaticGain, c.Sound.HalfDuplex = false, false, false, false
	return c
}

// humming is a visitor.
type humming struct{ n int }

func (h *humming) Read(dst []int16) int {
	for i := range dst {
		dst[i] = int16(8000 * math.Sin(2*math.Pi*440*float64(h.n)/sim.DefaultRate))
		h.n++
	}
	return len(dst)
}

// ear is where a telephone of the house takes its sound.
type ear struct {
	s    *street
	addr netip.AddrPort
	conn *memnet.Conn
	sent uint16 // packets
}

func (s *street) ear(port uint16) *ear {
	s.t.Helper()
	e := &ear{s: s, addr: netip.AddrPortFrom(houseAddr, port)}
	var err error
	if e.conn, err = s.net.Host(houseAddr).Listen(e.addr); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { e.conn.Close() })
	return e
}

func (e *ear) sdp() string { return uatest.SDP(e.addr) }

// want looks whether the visitor is heard now, or nothing of him has been since the last look.
func (e *ear) want(why string, visitor bool) {
	e.s.t.Helper()
	before, now := e.hears(time.Second), e.hears(time.Second)
	if visitor && !now || !visitor && (before || now) {
		e.s.t.Errorf("%s: the telephone at %v hears the visitor: before %v, now %v", why, e.addr, before, now)
	}
}

// hears reports whether anything of A-law but silence and its least steps has come.
func (e *ear) hears(d time.Duration) (loud bool) {
	e.s.t.Helper()
	e.conn.SetReadDeadline(time.Now().Add(d))
	var b [2048]byte
	for {
		n, _, err := e.conn.ReadFromUDPAddrPort(b[:])
		if err != nil {
			return loud
		}
		if n < 13 || b[1]&0x7F != 8 {
			continue
		}
		for _, v := range b[12:n] {
			loud = loud || (v^0x55)&0x7F > 0x20
		}
	}
}

// Before somebody is known to have lifted, nobody in the house hears who stands at the door.
func TestWhoRingsHearsNothing(t *testing.T) {
	story(t, speaking(config(t, threePhones+"confirm = true\n")), nil, func(s *street) {
		inHall, inKitchen := s.ear(4000), s.ear(4002)
		phones, invites := s.ring()
		invites[2].Reply(183, uatest.SDP(netip.AddrPortFrom(houseAddr, 4004)))
		invites[0].Reply(200, inHall.sdp()) // a voicemail
		phones[0].WantRequest("ACK")
		invites[1].Reply(200, inKitchen.sdp())
		phones[1].WantRequest("ACK")
		typeKeys(invites[1].Within(), "1")
		s.pass(500 * time.Millisecond)
		inKitchen.want("after the 1", true)
		inHall.want("a voicemail", false)
	})
}

// music sends a second of what a PBX plays to whom somebody holds.
func (e *ear) music(answer *uatest.Message) {
	e.s.t.Helper()
	audio := regexp.MustCompile(`m=audio (\d+) `).FindSubmatch(answer.Body)
	if audio == nil {
		e.s.t.Fatalf("no port in\n%s", answer.Body)
	}
	port, _ := strconv.ParseUint(string(audio[1]), 10, 16)
	packet := append([]byte{0x80, 8, 0, 0, 0, 0, 0, 0, 0xca, 0xfe, 0, 2}, bytes.Repeat([]byte("*****\xaa\xaa\xaa\xaa\xaa"), 16)...)
	for range 50 {
		e.sent++
		binary.BigEndian.PutUint16(packet[2:], e.sent)
		binary.BigEndian.PutUint32(packet[4:], 160*uint32(e.sent))
		if _, err := e.conn.WriteToUDPAddrPort(packet, netip.AddrPortFrom(doorAddr, uint16(port))); err != nil {
			e.s.t.Fatal(err)
		}
		e.s.pass(20 * time.Millisecond)
	}
}

// A resident who holds goes away from a conversation of several; the music of his PBX does not take his place.
func TestNobodyTalksOverMusicOnHold(t *testing.T) {
	story(t, config(t, threePhones+"[station]\nallow_incoming = [\"*\"]\nsecond_call = \"join\"\n"), nil, func(s *street) {
		inHall, inKitchen := s.ear(4000), s.ear(4002)
		phones, invites := s.ring()
		invites[1].Reply(200, inKitchen.sdp())
		phones[1].WantRequest("ACK")
		wantCancelled(t, phones[0], invites[0])
		wantCancelled(t, phones[2], invites[2])
		hall := phones[0].Call(netip.AddrPortFrom(doorAddr, 5060), "door")
		hall.Request("INVITE", inHall.sdp())
		hall.Want(200)
		hall.Ack()
		kitchen := invites[1].Within()
		for _, holds := range []bool{false, true} {
			direction := "a=sendrecv"
			if holds {
				direction = "a=sendonly"
			}
			kitchen.Request("INVITE", uatest.SDP(inKitchen.addr, "m=audio 4002 RTP/AVP 8 101", "a=rtpmap:101 telephone-event/8000", direction))
			answer := kitchen.Want(200)
			kitchen.Ack()
			s.pass(time.Second)
			inHall.hears(10 * time.Millisecond) // what was there before
			inKitchen.music(answer)

			if heard := inHall.hears(10 * time.Millisecond); heard == holds {
				t.Errorf("the kitchen holds: %v; the hall hears it: %v", holds, heard)
			}
		}
	})
}

// Whoever the house hands the visitor to hears him.
func TestTheVisitorIsHeardAfterATransfer(t *testing.T) {
	story(t, speaking(config(t, "")), nil, func(s *street) {
		first, next := s.ear(4000), s.ear(4002)
		p, q := s.scripted(hall), s.scripted(kitchen)
		s.press("bell")
		call := answers(p)
		s.pass(500 * time.Millisecond)
		first.want("in the hall", true)
		sends(call)
		invite := q.WantRequest("INVITE")
		invite.Reply(183, next.sdp())
		wantNews(t, p, "183")
		next.want("while the kitchen rings", false)
		invite.Reply(200, next.sdp())
		q.WantRequest("ACK")
		wantNews(t, p, "200")
		p.WantRequest("BYE").Reply(200)
		s.pass(500 * time.Millisecond)
		next.want("in the kitchen", true)
	})
}
