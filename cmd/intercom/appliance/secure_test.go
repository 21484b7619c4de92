package appliance_test

import (
	"bytes"
	"encoding/base64"
	"net/netip"
	"regexp"
	"testing"
	"time"

	"github.com/pion/rtp"

	"intercom/cmd/intercom/station"
	"intercom/configs"
	"intercom/media/dtmf"
	"intercom/media/srtp"
	"intercom/test/memnet"
	"intercom/ua/uatest"
)

// secure is a door that has no call without SRTP.
func secure(t *testing.T) configs.Config {
	c := config(t, "")
	c.Accounts[0].SRTP, c.Accounts[0].SRTPWithoutTLS = "required", true
	return c
}

func TestAVisitWithSRTP(t *testing.T) {
	story(t, secure(t), knowsTheCode(), func(s *street) {
		s.press("bell")
		s.pass(6*time.Second + 500*time.Millisecond)
		s.wantDoor(true)
		s.pass(time.Minute)
		s.wantDoor(false)
		if n := count[station.Open](s); n != 1 {
			t.Errorf("the door was opened %d times, want once", n)
		}
		if e := s.ended[0].Media; e.Received == 0 || e.Unauthentic != 0 {
			t.Errorf("%d packets were taken, %d not authentic", e.Received, e.Unauthentic)
		}
	})
}

const suite = "AES_CM_128_HMAC_SHA1_80"

// key is one of the suite, of an octet repeated.
func key(fill byte) srtp.Key {
	return srtp.Key{Suite: suite, Master: srtp.Secret(bytes.Repeat([]byte{fill}, 30))}
}

// answer is a description of the house with SRTP under such a key.
func answer(fill byte) string {
	return uatest.SDP(netip.AddrPortFrom(houseAddr, 4000), "m=audio 4000 RTP/SAVP 8 101", "a=rtpmap:101 telephone-event/8000",
		"a=crypto:1 "+suite+" inline:"+base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{fill}, 30)))
}

// keypad types a code by RTP, as the house in the call would.
type keypad struct {
	s      *street
	conn   *memnet.Conn
	to     netip.AddrPort
	header rtp.Header
	sent   [][]byte // as it went over the network
}

// types sends the code, each packet made by seal of what plain RTP would be.
func (k *keypad) types(seal func([]byte) ([]byte, error)) {
	k.s.t.Helper()
	keys := dtmf.NewSender(dtmf.Options{ClockRate: 8000})
	if err := keys.Push("73914#"); err != nil {
		k.s.t.Fatal(err)
	}
	k.sent = nil
	for range 100 {
		h, body := k.header, make([]byte, 160)
		if event, ok := keys.Next(h.Timestamp, 160); ok {
			h.PayloadType, h.Marker, h.Timestamp, body = 101, event.Marker, event.Timestamp, event.Payload[:]
		}
		packet, err := (&rtp.Packet{Header: h, Payload: body}).Marshal()
		if err == nil {
			packet, err = seal(packet)
		}
		if err != nil {
			k.s.t.Fatal(err)
		}
		k.send(packet)
		k.sent = append(k.sent, packet)
		k.header.SequenceNumber++
		k.header.Timestamp += 160
	}
}

func (k *keypad) send(packet []byte) {
	if _, err := k.conn.WriteToUDPAddrPort(packet, k.to); err != nil {
		k.s.t.Fatal(err)
	}
	k.s.pass(20 * time.Millisecond)
}

// Whoever can send from the address of the house, knows the code and has recorded everything, but does not have the key, opens
// nothing; not even when the house has a new key and the old one is known.
func TestTheCodeWithoutTheKey(t *testing.T) {
	story(t, secure(t), nil, func(s *street) {
		p := s.scripted(5060)
		s.press("bell")
		invite := p.WantRequest("INVITE")
		invite.Reply(200, answer('h'))
		p.WantRequest("ACK")
		s.pass(time.Second)
		conn, err := s.net.Host(houseAddr).Listen(netip.AddrPortFrom(houseAddr, 4000))
		if err != nil {
			t.Fatal(err)
		}
		port, door := offered(t, invite)
		k := &keypad{s: s, conn: conn, to: netip.AddrPortFrom(doorAddr, port), header: rtp.Header{Version: 2, SSRC: 7, PayloadType: 8}}
		session := func(theirs, ours srtp.Key) func([]byte) ([]byte, error) {
			var guard srtp.Session
			if err := guard.Rekey(time.Now(), srtp.Keys{Send: ours, Recv: theirs}); err != nil {
				t.Fatal(err)
			}
			return func(b []byte) ([]byte, error) { return guard.ProtectRTP(time.Now(), nil, b) }
		}
		plain := func(b []byte) ([]byte, error) { return b, nil }
		k.types(plain)
		k.types(func(b []byte) ([]byte, error) { return append(b, make([]byte, 10)...), nil })
		k.types(session(key('y'), key('x')))
		k.types(session(key('y'), door)) // the door's own
		never[station.Open](s, "without the key of the house")
		s.wantDoor(false)

		house := session(door, key('h'))
		k.types(house)
		s.wantDoor(true)
		recorded := k.sent
		s.pass(4 * time.Second)
		s.wantDoor(false)
		for _, packet := range recorded {
			k.send(packet)
		}
		k.types(plain)
		if n := count[station.Open](s); n != 1 {
			t.Errorf("the door was opened %d times, want once", n)
		}
		conn.Close()
	})
}

// A house that takes new keys in mid-call, and one that would go on without any.
func TestTheCodeAfterNewKeys(t *testing.T) {
	story(t, secure(t), nil, func(s *street) {
		p := s.scripted(5060)
		s.press("bell")
		invite := p.WantRequest("INVITE")
		invite.Reply(200, answer('h'))
		p.WantRequest("ACK")
		conn, err := s.net.Host(houseAddr).Listen(netip.AddrPortFrom(houseAddr, 4000))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		port, _ := offered(t, invite)
		k := &keypad{s: s, conn: conn, to: netip.AddrPortFrom(doorAddr, port), header: rtp.Header{Version: 2, SSRC: 7, PayloadType: 8}}
		call := invite.Within()
		call.Request("INVITE", uatest.SDP(netip.AddrPortFrom(houseAddr, 4000)))
		call.AckRefusal(call.Want(488))
		k.types(func(b []byte) ([]byte, error) { return b, nil })
		never[station.Open](s, "a plain offer was refused")

		call.Request("INVITE", answer('n'))
		_, door := offered(t, call.Want(200))
		call.Ack()
		s.pass(6 * time.Second)
		for _, ours := range []srtp.Key{key('h'), key('n')} {
			var guard srtp.Session
			if err := guard.Rekey(time.Now(), srtp.Keys{Send: ours, Recv: door}); err != nil {
				t.Fatal(err)
			}
			never[station.Open](s, "under the old key")
			k.types(func(b []byte) ([]byte, error) { return guard.ProtectRTP(time.Now(), nil, b) })
		}
		s.wantDoor(true)
	})
}

// offered reads the door's port and its key.
func offered(t *testing.T, m *uatest.Message) (uint16, srtp.Key) {
	t.Helper()
	found := regexp.MustCompile(`(?s)m=audio (\d+) RTP/SAVP .*?a=crypto:1 ` + suite + ` inline:(\S+)`).FindSubmatch(m.Body)
	if found == nil {
		t.Fatalf("no SRTP in\n%s", m.Body)
	}
	addr, err := netip.ParseAddrPort("0.0.0.0:" + string(found[1]))
	if err != nil {
		t.Fatal(err)
	}
	master, err := base64.StdEncoding.DecodeString(string(found[2]))
	if err != nil {
		t.Fatal(err)
	}
	return addr.Port(), srtp.Key{Suite: suite, Master: srtp.Secret(master)}
}
