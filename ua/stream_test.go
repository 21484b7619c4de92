package ua_test

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"intercom/test/memnet"
	"intercom/ua"
	"intercom/ua/uatest"
)

// listens lets an address take connections from now on.
func (h *house) listens(addr netip.AddrPort) *memnet.Listener {
	h.Helper()
	l, err := h.net.Host(addr.Addr()).ListenTCP(addr)
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { l.Close() })
	return l
}

// accept is the peer at the far end of the next connection.
func (h *house) accept(l net.Listener) (*uatest.Peer, *uatest.Stream) {
	h.Helper()
	conn, err := l.Accept()
	if err != nil {
		h.Fatal(err)
	}
	s := uatest.NewStream(conn)
	addr := l.Addr().(*net.TCPAddr).AddrPort()
	return uatest.NewPeer(h.T, s, netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())).Over("TCP"), s
}

// connects is a peer that connects to the door.
func (h *house) connects(addr netip.AddrPort) *uatest.Peer {
	h.Helper()
	conn, err := h.net.Host(addr.Addr()).DialTCP(h.Context(), doorAddr)
	if err != nil {
		h.Fatal(err)
	}
	return uatest.NewPeer(h.T, uatest.NewStream(conn), addr).Over("TCP")
}

func TestCallsOverTCP(t *testing.T) {
	story(t, "in, of a peer whose Contact is its end of the connection and says no transport", func(h *house) {
		conn, err := h.net.Host(phoneAddr.Addr()).DialTCP(h.Context(), doorAddr)
		if err != nil {
			h.Fatal(err)
		}
		end := conn.LocalAddr().(*net.TCPAddr).AddrPort()
		p := uatest.NewPeer(h.T, uatest.NewStream(conn), end).Over("TCP")
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)), "Contact: <sip:11@"+end.String()+">")
		h.ua.Answer(want[ua.Incoming](h).Call, media())
		call.Want(200)
		call.Ack()
		want[ua.Answered](h)
		h.ua.Hangup("in-1")
		p.WantRequest("BYE").Reply(200)
	})
	story(t, "out, by ;transport=tcp", func(h *house) {
		l := h.listens(phoneAddr)
		h.ua.Dial("out-1", ua.Dial{Target: "sip:11@192.0.2.20;transport=tcp", Media: media()})
		phone, _ := h.accept(l)
		invite := phone.WantRequest("INVITE")
		if via := invite.Get("Via"); !strings.HasPrefix(via, "SIP/2.0/TCP 192.0.2.10:5060;") {
			h.Errorf("Via: %s", via)
		}
		if c := invite.Get("Contact"); c != "<sip:door@192.0.2.10:5060;transport=tcp>" {
			h.Errorf("Contact: %s", c)
		}
		phone.WantSilence(5 * time.Second) // RFC 3261 §17.1.1.2: Timer A is not for reliable transports
		invite.Reply(200, uatest.SDP(rtp(phone)))
		phone.WantRequest("ACK")
		want[ua.Answered](h)
		h.ua.Hangup("out-1")
		want[ua.Ended](h)
		phone.WantRequest("BYE").Reply(200)
	})
	story(t, "in: answers on the connection, requests in the dialog too", func(h *house) {
		l := h.listens(phoneAddr)
		phone := h.connects(phoneAddr)
		call := h.callIn(phone)
		if !strings.Contains(call.Target, ";transport=tcp") {
			h.Errorf("Contact: %s", call.Target)
		}
		h.ua.Hangup("in-1")
		want[ua.Ended](h)
		target, _ := h.accept(l) // where the Contact points
		target.WantRequest("BYE").Reply(200)
	})
	story(t, "the connection breaks: told at once", func(h *house) {
		l := h.listens(phoneAddr)
		h.ua.Dial("out-1", ua.Dial{Target: "sip:11@192.0.2.20;transport=tcp", Media: media()})
		phone, s := h.accept(l)
		phone.WantRequest("INVITE")
		began := time.Now()
		s.Close()
		if h.wantEnded(503, false); time.Since(began) > time.Second {
			h.Errorf("told after %v", time.Since(began))
		}
	})
	story(t, "nobody listens: told at once", func(h *house) {
		h.ua.Dial("out-1", ua.Dial{Target: "sip:11@192.0.2.20;transport=tcp", Media: media()})
		h.wantEnded(503, false)
	})
	story(t, "an INVITE too large for UDP goes by TCP (RFC 3261 §18.1.1)", func(h *house) {
		l := h.listens(phoneAddr)
		h.ua.Dial("out-1", ua.Dial{Target: "sip:11@192.0.2.20;x=" + strings.Repeat("y", 700), Media: media()})
		phone, _ := h.accept(l)
		phone.WantRequest("INVITE").Reply(486)
		h.wantEnded(486, true)
		phone.WantRequest("ACK")
	})
	story(t, "and by UDP after all where the peer has no TCP", func(h *house) {
		phone := h.phone(phoneAddr)
		h.ua.Dial("out-1", ua.Dial{Target: "sip:11@192.0.2.20;x=" + strings.Repeat("y", 700), Media: media()})
		phone.WantRequest("INVITE").Reply(486)
		h.wantEnded(486, true)
		phone.WantRequest("ACK")
	})
}

// overTCP makes the account one of the PBX by TCP.
func overTCP(o *ua.Options) {
	registered(o)
	o.Accounts[0].Registrar += ";transport=tcp"
}

func TestRegisteringOverTCP(t *testing.T) {
	story(t, "REGISTER without an answer: the connection is dead (pjproject#5033)", func(h *house) {
		l := h.listens(pbxAddr)
		pbx, _ := h.accept(l)
		pbx.WantRequest("REGISTER").Reply(200, "Expires: 100")
		want[ua.Registered](h)
		pbx.WantRequest("REGISTER") // and no answer
		want[ua.RegistrationFailed](h)
		again, _ := h.accept(l)
		again.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
	}, overTCP)
	story(t, "the connection is closed: registered over a new one within a second", func(h *house) {
		l := h.listens(pbxAddr)
		pbx, s := h.accept(l)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		time.Sleep(time.Second)
		began := time.Now()
		s.Close()
		again, _ := h.accept(l)
		again.WantRequest("REGISTER").Reply(200)
		if d := time.Since(began); d > time.Second {
			h.Errorf("after %v", d)
		}
		h.wantQuiet(10 * time.Second)
		h.callIn(again)
	}, overTCP)
	story(t, "the PBX has gone: told within seconds", func(h *house) {
		l := h.listens(pbxAddr)
		pbx, s := h.accept(l)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		time.Sleep(time.Minute)
		began := time.Now()
		l.Close()
		s.Close()
		if want[ua.RegistrationFailed](h); time.Since(began) > 3*time.Second {
			h.Errorf("told after %v", time.Since(began))
		}
	}, overTCP)
	story(t, "nobody listens: tried every 4 s, told every minute", func(h *house) {
		h.net.Host(pbxAddr.Addr())
		told, begun := 0, time.Now()
		for e := h.next(time.Minute); time.Since(begun) < 10*time.Minute; e = h.next(time.Minute) {
			if _, ok := e.(ua.RegistrationFailed); ok {
				told++
			}
		}
		if tried := h.ua.Stats().Connects; told < 9 || told > 11 || tried < 120 || tried > 400 {
			h.Errorf("tried %d times, told %d times", tried, told)
		}
	}, overTCP)
	story(t, "pings are sent, and silence after them is noticed (RFC 5626 §4.4.1)", func(h *house) {
		l := h.listens(pbxAddr)
		pbx, s := h.accept(l)
		pbx.WantRequest("REGISTER").Reply(200, "Expires: 3600")
		want[ua.Registered](h)
		pbx.WantSilence(10 * time.Minute)
		if n := s.Pings(); n < 5 || n > 8 || h.ua.Stats().Pings != uint64(n) {
			h.Errorf("%d pings came, %d are counted", n, h.ua.Stats().Pings)
		}
		s.Deafen()
		began := time.Now()
		again, _ := h.accept(l)
		again.WantRequest("REGISTER").Reply(200)
		if d := time.Since(began); d > 132*time.Second {
			h.Errorf("noticed after %v", d)
		}
	}, overTCP)
}
