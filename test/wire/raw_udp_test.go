package wire

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"intercom/ua/sip"
	"intercom/ua/uatest"
)

// noise sends datagrams from a socket whose answers nobody reads.
func (p *phone) noise(datagrams ...[]byte) {
	p.Helper()
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(address(), 0)))
	if err != nil {
		p.Fatal(err)
	}
	defer conn.Close()
	for _, b := range datagrams {
		if _, err := conn.WriteToUDPAddrPort(b, p.addr); err != nil && len(b) < 65000 {
			p.Fatal(err)
		}
	}
}

// mutations are broken copies of a text.
func mutations(text string, n int, dice *rand.Rand) (all [][]byte) {
	for range n {
		b := []byte(text)
		for range 1 + dice.IntN(8) {
			if len(b) < 2 {
				break
			}
			switch at := dice.IntN(len(b)); dice.IntN(5) {
			case 0:
				b[at] = byte(dice.IntN(256))
			case 1:
				b = append(b[:at], b[min(len(b), at+dice.IntN(30)):]...)
			case 2:
				b = append(b[:at:at], append([]byte(strings.Repeat(string(rune(dice.IntN(128))), dice.IntN(300))), b[at:]...)...)
			case 3:
				b[at] ^= 1 << dice.IntN(8)
			default:
				lines := strings.SplitAfter(string(b), "\r\n")
				i, j := dice.IntN(len(lines)), dice.IntN(len(lines))
				lines[i], lines[j] = lines[j], lines[i]
				b = []byte(strings.Join(lines, ""))
			}
		}
		all = append(all, b)
	}
	return all
}

func TestDatagrams(t *testing.T) {
	t.Parallel()
	play(t, "random octets, empty datagrams, 60 kB, CRLFs, 2000 Vias: a call goes on through it all", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		dice := rand.New(rand.NewPCG(uint64(p.addr.Port()), 1))
		for i := range 300 {
			b := make([]byte, dice.IntN(1400))
			for j := range b {
				b[j] = byte(dice.IntN(256))
			}
			p.noise(b, nil, []byte("\r\n\r\n"), []byte{0}, []byte(strings.Repeat("\r\n", i*10)))
		}
		big := d.Build("OPTIONS")
		big.Body = []byte(strings.Repeat("x", 60000))
		p.noise(big.Append(nil), []byte(strings.Repeat("x", 60000)), []byte("INVITE "+strings.Repeat("x", 60000)+" SIP/2.0\r\n\r\n"),
			[]byte("INVITE sip:a@b SIP/2.0\r\n"+strings.Repeat("Via: SIP/2.0/UDP h;branch=z9hG4bKx\r\n", 1700)+"\r\n"),
			[]byte("INVITE sip:a@b SIP/2.0\r\nVia: "+strings.Repeat("SIP/2.0/UDP h;branch=z9hG4bKx,", 2000)+"SIP/2.0/UDP h\r\n\r\n"),
			[]byte("INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h"+strings.Repeat(";a", 20000)+"\r\n\r\n"),
			[]byte("OPTIONS sip:a@b SIP/2.0\r\nRequire: "+strings.Repeat("x,", 30000)+"\r\n\r\n"),
			[]byte("SIP/2.0 200 OK\r\n"+strings.Repeat("\r\n ", 20000)))
		a.wantRTP(true)
		d.Request("OPTIONS")
		d.Want(200)
		p.ended(d)
	})
	play(t, "1500 mutated INVITE, REGISTER, BYE and the like: a call goes on through it all", func(s *stage) {
		p, a := s.phone(), s.peer()
		d := p.rings(a)
		p.says("answer")
		d.Want(200)
		d.Ack()
		p.want("answered")
		dice := rand.New(rand.NewPCG(uint64(p.addr.Port()), 2))
		for _, method := range []string{"INVITE", "REGISTER", "BYE", "CANCEL", "ACK", "OPTIONS", "REFER", "SUBSCRIBE", "MESSAGE", "UPDATE"} {
			stranger := a.Call(p.addr, "agent")
			text := string(stranger.Build(method, a.sdp(), "Contact: <sip:x@"+a.Addr.String()+">").Append(nil))
			noise := mutations(text, 150, dice)
			paced(time.Millisecond, len(noise), func(i int) { p.noise(noise[i]) })
		}
		for e := p.next(300 * time.Millisecond); e.Event != ""; e = p.next(300 * time.Millisecond) {
			switch {
			case e.Event == "incoming":
				p.says("reject 486 %s", e.Call)
			case e.Event == "ended" && e.Call != "in-1", e.Event == "message", e.Event == "error":
			default:
				s.Errorf("told %s", e.line)
			}
		}
		d.Request("OPTIONS")
		d.Want(200)
		p.ended(d)
	})
	play(t, "responses that nobody asked for (RFC 3261 §17.1.3)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		for status := range 7 {
			for _, method := range []string{"INVITE", "BYE", "REGISTER", "OPTIONS", "CANCEL", "ACK"} {
				resp := sip.NewResponse(d.Build(method), max(100, status*100), "")
				a.SendMessage(p.addr, resp)
			}
		}
		d.Seq = 1
		a.WantSilence(500 * time.Millisecond)
		p.wantNoEvent(10 * time.Millisecond)
		p.ended(d)
	})
	play(t, "rport: answered at the port of the source, which is filled in (RFC 3581)", func(s *stage) {
		p, a := s.phone(), s.peer()
		for _, via := range []string{"10.9.8.7:9999;rport", "nat.invalid;rport", "[2001:db8::9]:5070;rport=", "10.9.8.7;branch=z9hG4bKx;RPORT;received=1.2.3.4", "10.9.8.7:1;rport=7"} {
			d := a.Call(p.addr, "agent")
			m := d.Build("OPTIONS")
			m.Set("Via", "SIP/2.0/UDP "+via+";branch=z9hG4bK"+fmt.Sprint(len(via)))
			if strings.Contains(via, "branch") {
				m.Set("Via", "SIP/2.0/UDP "+via)
			}
			a.SendMessage(p.addr, m)
			if got := a.WantAnswer(); got.Status != 200 && !strings.HasSuffix(via, "rport=") {
				s.Errorf("%q gets\n%s", via, got)
			}
		}
	})
	play(t, "no rport: answered at the port in Via, of the address of the source (RFC 3261 §18.2.2)", func(s *stage) {
		p, a := s.phone(), s.peer()
		from := s.socket(a.Addr.Addr()) // another port of the peer
		defer from.Close()
		m := a.Call(p.addr, "agent").Build("OPTIONS")
		for _, host := range []string{a.Addr.Addr().String(), "far.invalid", "10.9.8.7"} {
			m.Set("Via", fmt.Sprintf("SIP/2.0/UDP %s:%d;branch=z9hG4bK%s", host, a.Addr.Port(), host))
			a.note(saying{at: time.Now(), transport: "UDP", peer: a.Addr, from: p.addr, text: m.String()})
			if _, err := from.WriteToUDPAddrPort(m.Append(nil), p.addr); err != nil {
				s.Fatal(err)
			}
			a.WantResponse(200)
		}
	})
	play(t, "ACKs for nothing are not answered (RFC 3261 §17.2.3)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := a.Call(p.addr, "agent")
		d.Ack()
		d.Ack("Require: foo")
		d.Ack(a.sdp(), "To: <sip:x@y>;tag=z")
		d.Ack("CSeq: 1 INVITE")
		d.Ack("Max-Forwards: 300")
		a.Send(p.addr, strings.Replace(d.Build("ACK").String(), "From: ", "X-From: ", 1))
		a.Send(p.addr, strings.Replace(d.Build("ACK").String(), "SIP/2.0\r\n", "SIP/7.0\r\n", 1))
		a.WantSilence(time.Second)
		p.wantNoEvent(10 * time.Millisecond)
	})
	play(t, "the same INVITE three times, and once after the 200: one call (RFC 3261 §17.2.1, RFC 6026)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", a.sdp())
		d.Again()
		d.Again()
		p.want("incoming")
		ok := a.wantStatus(200)
		d.Again()
		d.Remote = ok.Get("To")
		d.Ack()
		p.want("answered")
		for m := a.Receive(time.Second); m != nil; m = a.Receive(time.Second) {
			if to := m.Get("To"); m.Status > 100 && to != ok.Get("To") {
				s.Errorf("another dialog:\n%s", m)
			}
		}
		p.wantNoEvent(10 * time.Millisecond)
		a.Forget()
		p.ended(d)
	})
	play(t, "garbage on the RTP and RTCP ports in a call", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", a.sdp())
		p.want("incoming")
		d.Want(180)
		v := a.speaks(d.Want(200))
		d.Ack()
		p.want("answered")
		dice := rand.New(rand.NewPCG(uint64(p.addr.Port()), 3))
		rtcp := netip.AddrPortFrom(v.to.Addr(), v.to.Port()+1)
		for i := range 2000 {
			b := make([]byte, dice.IntN(200))
			for j := range b {
				b[j] = byte(dice.IntN(256))
			}
			if len(b) > 1 && i%3 == 0 {
				b[0], b[1] = 0x80|b[0]&0x3f, 200+b[1]%8
			}
			for _, to := range []netip.AddrPort{v.to, rtcp} {
				v.conn.WriteToUDPAddrPort(b, to)
			}
		}
		for _, size := range []int{0, 1, 11, 12, 1500, 9000, 60000} {
			v.conn.WriteToUDPAddrPort(make([]byte, size), v.to)
			v.conn.WriteToUDPAddrPort(make([]byte, size), rtcp)
		}
		s.quiet(300 * time.Millisecond) // so long a source is believed to be there
		v.sound(20)
		v.play(v.key(101, '7'))
		for e := p.next(s.patience); e.Digit != "7"; e = p.next(s.patience) {
			if e.Event == "" || e.Event != "digit" { // of so much noise some may be a key
				s.Fatalf("the phone is deaf: %s", e.line)
			}
		}
		a.wantRTP(true)
		p.ended(d)
	})
	play(t, "INVITEs of scanners at a rate, never acknowledged: OPTIONS is answered in time, a call goes on, and others come through afterwards", func(s *stage) {
		s.slow()
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		paced(2*time.Millisecond, 1500, func(i int) {
			scanner := fmt.Sprintf("INVITE sip:%d@%s SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.%d:5060;branch=z9hG4bK-%d;rport\r\nFrom: \"sipvicious\"<sip:%d@1.1.1.1>;tag=%d\r\n"+
				"To: <sip:%d@1.1.1.1>\r\nCall-ID: %d\r\nCSeq: 1 INVITE\r\nContact: <sip:%d@10.0.0.1:5060>\r\nUser-Agent: friendly-scanner\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
				9000+i, p.addr, i%250, i, i%7, i, 9000+i, i, i%7)
			p.noise([]byte(scanner))
			if i%300 == 299 {
				doctor := a.Call(p.addr, "agent")
				begin := time.Now()
				doctor.Request("OPTIONS")
				doctor.Want(200)
				if after := time.Since(begin); after > 4*slack { // a phone that is busy with scanners would be so for half a minute
					s.Errorf("OPTIONS is answered after %v", after)
				}
			}
		})
		d.Request("OPTIONS")
		d.Want(200)
		d.Request("BYE")
		d.Want(200)
		// The calls that were taken end 32 s later, for want of an ACK.
		s.quiet(36 * time.Second)
		for len(p.events) > 0 {
			<-p.events
		}
		p.ended(p.called(a))
	})
}

// wantStatus waits for a response with a status, whatever comes before.
func (p *peer) wantStatus(status int) *uatest.Message {
	p.T.Helper()
	for {
		switch m := p.Receive(p.patience); {
		case m == nil:
			p.T.Fatalf("no %d came", status)
		case m.Status == status:
			return m
		}
	}
}
