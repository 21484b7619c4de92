package wire

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"intercom/ua/uatest"
)

// reaches places a call that the peer answers at once.
func (p *phone) reaches(a *peer, lines ...string) (invite *uatest.Message) {
	p.Helper()
	p.dial(a.uri("bob"))
	invite = a.WantRequest("INVITE")
	invite.Reply(200, append([]string{a.sdp()}, lines...)...)
	a.WantRequest("ACK")
	p.want("answered")
	return invite
}

// outward plays a call that the phone places: over UDP, TCP and IPv6.
func outward(t *testing.T, name string, act func(s *stage, p *phone, a *peer, uri string)) {
	play(t, name, func(s *stage) {
		p, a := s.phone(), s.peer()
		act(s, p, a, a.uri("bob"))
	})
	play(t, name+" over TCP", func(s *stage) {
		p, x := s.phone(), s.listenTCP(netip.AddrPortFrom(address(), 0))
		// The phone connects when it has something to say: an OPTIONS comes before the call.
		uri := "sip:bob@" + x.addr.String() + ";transport=tcp"
		p.says("options %s", uri)
		a := x.accept()
		a.WantRequest("OPTIONS").Reply(200)
		p.want("replied")
		act(s, p, a, uri)
	})
	play(t, name+" over IPv6", func(s *stage) {
		p, a := s.phoneAt(netip.MustParseAddrPort("[::1]:0")), s.peerAt(netip.IPv6Loopback())
		act(s, p, a, a.uri("bob"))
	})
}

func TestCallingOut(t *testing.T) {
	t.Parallel()
	outward(t, "100, 180, 200, the peer hangs up after 2 s (RFC 3261 §13)", func(s *stage, p *phone, a *peer, uri string) {
		p.dial(uri)
		invite := a.WantRequest("INVITE")
		invite.Reply(100)
		invite.Reply(180)
		p.want("ringing")
		invite.Reply(200, a.sdp())
		a.WantRequest("ACK")
		p.want("answered")
		a.WantSilence(2 * time.Second)
		invite.Within().Request("BYE")
		a.WantResponse(200)
		p.wantEnded(0, "remote")
	})
	outward(t, "the agent hangs up after 3 s (RFC 3261 §15)", func(s *stage, p *phone, a *peer, uri string) {
		p.dial(uri)
		invite := a.WantRequest("INVITE")
		invite.Reply(200, a.sdp())
		a.WantRequest("ACK")
		p.want("answered")
		a.WantSilence(3 * time.Second)
		p.says("hangup")
		bye := a.WantRequest("BYE")
		if bye.Get("From") != invite.Get("From") || bye.CallID() != invite.CallID() || !strings.HasSuffix(bye.Get("To"), ";tag=peer") {
			s.Errorf("hung up with\n%s", bye)
		}
		bye.Reply(200)
		p.wantEnded(0, "local")
	})
	outward(t, "the peer repeats the 200: each copy is acknowledged (RFC 3261 §13.2.2.4)", func(s *stage, p *phone, a *peer, uri string) {
		p.dial(uri)
		invite := a.WantRequest("INVITE")
		invite.Reply(200, a.sdp())
		first := a.WantRequest("ACK")
		p.want("answered")
		for range 3 {
			invite.Reply(200, a.sdp())
			if again := a.Receive(s.patience); again == nil || again.String() != first.String() {
				s.Errorf("want the ACK again, got\n%v", again)
			}
		}
		p.wantNoEvent(time.Second)
		p.hangsUp(a)
	})
	outward(t, "200 without SDP: ACK, then BYE (RFC 3261 §13.2.1)", func(s *stage, p *phone, a *peer, uri string) {
		p.dial(uri)
		a.WantRequest("INVITE").Reply(200)
		a.WantRequest("ACK")
		a.WantRequest("BYE").Reply(200)
		if e := p.want("ended"); e.By != "local" {
			s.Errorf("told %s", e.line)
		}
	})
	for name, body := range map[string]string{
		"SDP that is not SDP":           "v=0\r\nnonsense\r\n",
		"codecs that were not offered":  "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9000 RTP/AVP 18\r\n",
		"a media line that is refused":  "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 0 RTP/AVP 8\r\n",
		"no media line":                 "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n",
		"a port that there is not":      "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 99999 RTP/AVP 8\r\n",
		"video where sound was offered": "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 9000 RTP/AVP 8\r\n",
	} {
		play(t, "200 with "+name+": ACK, then BYE", func(s *stage) {
			p, a := s.phone(), s.peer()
			p.dial(a.uri("bob"))
			a.WantRequest("INVITE").Reply(200, "body: "+body)
			a.WantRequest("ACK")
			a.WantRequest("BYE").Reply(200)
			p.want("ended")
		})
	}
	play(t, "what the agent offers (RFC 3261 §8.1.1)", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("b%6fb;isub=1"))
		invite := a.WantRequest("INVITE")
		s.wantOffer(invite)
		d := readDescription(string(invite.Body))
		var codecs []string
		for _, format := range d.media[0].formats {
			codecs = append(codecs, d.media[0].mapped(format))
		}
		if !slices.Contains(codecs, "pcmu/8000") || !slices.Contains(codecs, "pcma/8000") || !slices.Contains(codecs, "telephone-event/8000") || value(d.session, "t=") != "0 0" {
			s.Errorf("offers\n%s", invite.Body)
		}
		for _, name := range []string{"Allow", "Supported", "User-Agent", "Contact"} {
			if !invite.Has(name) {
				s.Errorf("an INVITE without %s:\n%s", name, invite)
			}
		}
		for _, method := range []string{"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "PRACK", "UPDATE", "INFO", "REFER", "NOTIFY", "MESSAGE"} {
			if !slices.Contains(headers(invite.Message, "Allow"), method) {
				s.Errorf("Allow has no %s:\n%s", method, invite)
			}
		}
		if len(invite.String()) > 1300 {
			s.Errorf("an INVITE of %d octets", len(invite.String()))
		}
		invite.Reply(480)
		a.WantRequest("ACK")
		p.wantEnded(480, "remote")
	})
}

func TestCallingOverTLS(t *testing.T) { // RFC 5630, RFC 5922
	t.Parallel()
	for _, scheme := range []string{"sip", "sips"} {
		play(t, scheme+": who is called shows the pinned certificate", func(s *stage) {
			x, fingerprint := s.listenTLS(netip.AddrPortFrom(address(), 0))
			p := s.phone("-transport", "udp,tcp,tls", "-fingerprint", fingerprint)
			uri := "sip:bob@" + x.addr.String() + ";transport=tls"
			if scheme == "sips" {
				uri = "sips:bob@" + x.addr.String()
			}
			p.dial(uri)
			a := x.accept()
			invite := a.WantRequest("INVITE")
			if contact, err := invite.Contact(); err != nil || contact.URI.Scheme != scheme {
				s.Errorf("called with\n%s", invite)
			}
			invite.Reply(200, a.sdp(), "Contact: <"+uri+">")
			a.WantRequest("ACK")
			p.want("answered")
			p.hangsUp(a)
		})
	}
	play(t, "a certificate that nobody vouches for: the call ends, and nothing is sent in clear", func(s *stage) {
		x, _ := s.listenTLS(netip.AddrPortFrom(address(), 0))
		p := s.phone("-transport", "udp,tcp,tls")
		p.dial("sip:bob@" + x.addr.String() + ";transport=tls")
		done := make(chan struct{})
		go func() {
			defer close(done)
			if conn, err := x.Accept(); err == nil {
				_, _ = conn.Read(make([]byte, 1))
				conn.Close()
			}
		}()
		if e := p.want("ended"); e.Status != 503 || !strings.Contains(e.Reason, "certificate") {
			s.Errorf("told %s", e.line)
		}
		<-done
	})
}

func TestWaitingForAnAnswer(t *testing.T) {
	t.Parallel()
	play(t, "the first INVITEs get no reply: Timer A, the third is answered (RFC 3261 §17.1.1.2)", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		a.Receive(s.patience)
		a.Receive(s.patience)
		invite := a.Receive(s.patience)
		invite.Reply(200, a.sdp())
		a.WantRequest("ACK")
		p.want("answered")
		p.hangsUp(a)
		s.wantSent("INVITE", 0, 0.5, 1.5)
	})
	play(t, "only 100, and 200 after 4 s: nothing is repeated after the 100 (RFC 3261 §17.1.1.2)", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.Reply(100)
		a.WantSilence(4 * time.Second)
		p.wantNoEvent(0)
		invite.Reply(200, a.sdp())
		a.WantRequest("ACK")
		p.want("answered")
		p.hangsUp(a)
		s.wantSent("INVITE", 0)
	})
	play(t, "no reply at all: 7 INVITEs, given up after 32 s, silence (RFC 3261 §17.1.1.2)", func(s *stage) {
		s.slow()
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		begun := time.Now()
		p.wantEnded(408, "local")
		if d := time.Since(begun); d < 31*time.Second || d > 35*time.Second {
			s.Errorf("given up after %v", d)
		}
		s.wantSent("INVITE", 0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5)
		a.swallow(7)
		a.WantSilence(5 * time.Second)
	})
	play(t, "no reply at all, over TCP: one INVITE, given up after 32 s", func(s *stage) {
		s.slow()
		p, x := s.phone(), s.listenTCP(netip.AddrPortFrom(address(), 0))
		p.dial("sip:bob@" + x.addr.String() + ";transport=tcp")
		a := x.accept()
		a.WantRequest("INVITE")
		p.wantEnded(408, "local")
		a.WantSilence(2 * time.Second)
	})
	play(t, "no reply, hung up: no CANCEL before a provisional response (RFC 3261 §9.1)", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		p.says("hangup")
		a.hush(2 * time.Second)
		invite.Reply(100)
		cancel := a.WantRequest("CANCEL")
		cancel.Reply(200)
		invite.Reply(487)
		a.WantRequest("ACK")
		p.want("ended")
	})
	play(t, "BYE is not answered: repeated for 32 s, and the call is over at once", func(s *stage) {
		s.slow()
		p, a := s.phone(), s.peer()
		p.reaches(a)
		p.says("hangup")
		p.wantEnded(0, "local")
		a.swallow(1)
		a.hush(36 * time.Second)
		s.wantSent("BYE", 0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5)
	})
	play(t, "nobody listens: the call ends at once (RFC 3261 §8.1.3.1)", func(s *stage) {
		p := s.phone()
		nobody := s.socket(address())
		addr := nobody.LocalAddr()
		nobody.Close()
		p.dial("sip:bob@" + addr.String())
		if e := p.want("ended"); e.Status != 503 && e.Status != 480 {
			s.Errorf("told %s", e.line)
		}
		p.dial("sip:bob@" + addr.String() + ";transport=tcp")
		if e := p.want("ended"); e.Status != 503 && e.Status != 480 {
			s.Errorf("told %s", e.line)
		}
	})
}

// swallow takes n messages that are not looked at.
func (p *peer) swallow(n int) {
	for range n {
		p.Receive(p.patience)
	}
}

// wantSent compares when the phone sent requests of a method, in seconds since the first.
func (s *stage) wantSent(method string, want ...float64) {
	s.Helper()
	var got []float64
	var first time.Time
	for _, said := range s.said() {
		if !said.byPhone || !strings.HasPrefix(said.text, method+" ") {
			continue
		}
		if len(got) == 0 {
			first = said.at
		}
		got = append(got, said.at.Sub(first).Seconds())
	}
	wrong := len(got) != len(want)
	for i := 0; !wrong && i < len(got); i++ {
		wrong = got[i] < want[i]-0.3 || got[i] > want[i]+slack.Seconds()
	}
	if wrong {
		s.Errorf("%s sent after %.2f s, want %.2f s", method, got, want)
	}
}

func TestRefusals(t *testing.T) { // RFC 3261 §21
	t.Parallel()
	for _, status := range []int{400, 403, 404, 405, 406, 408, 410, 413, 415, 416, 420, 421, 480, 481, 482, 483, 484, 485, 486, 487, 488, 489, 493, 499, 500, 501, 502, 504, 505, 513, 580, 599, 600, 603, 604, 606, 607, 608, 699} {
		play(t, fmt.Sprintf("%d: ACK, the call ends", status), func(s *stage) {
			p, a := s.phone(), s.peer()
			p.dial(a.uri("bob"))
			invite := a.WantRequest("INVITE")
			invite.Reply(100)
			invite.Reply(180)
			p.want("ringing")
			invite.Reply(status)
			a.WantRequest("ACK")
			p.wantEnded(status, "remote")
			// The ACK is lost (RFC 3261 §17.1.1.2, Completed).
			invite.Reply(status)
			invite.Reply(status)
			a.swallow(2)
			a.WantSilence(time.Second)
			p.wantNoEvent(0)
		})
	}
	outward(t, "486 at once", func(s *stage, p *phone, a *peer, uri string) {
		p.dial(uri)
		a.WantRequest("INVITE").Reply(486, "Reason: Q.850;cause=17;text=\"busy\"")
		a.WantRequest("ACK")
		p.wantEnded(486, "remote")
		a.WantSilence(2 * time.Second)
	})
	play(t, "503 with Retry-After: 5: nothing to this peer for 4 s (RFC 3261 §21.5.4)", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		a.WantRequest("INVITE").Reply(503, "Retry-After: 5")
		a.WantRequest("ACK")
		p.wantEnded(503, "remote")
		a.WantSilence(4 * time.Second)
	})
	play(t, "a refusal whose To has another tag than the 180", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.As("one").Reply(180)
		p.want("ringing")
		invite.As("two").Reply(486)
		a.WantRequest("ACK")
		p.wantEnded(486, "remote")
	})
	play(t, "answers that are for nobody change nothing (RFC 3261 §17.1.3)", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		via := invite.Get("Via")
		invite.Reply(180)
		p.want("ringing")
		invite.Reply(486, "Via: "+strings.Replace(via, "branch=z9hG4bK", "branch=z9hG4bKx", 1))
		invite.Reply(486, "CSeq: "+strings.Replace(invite.Get("CSeq"), "INVITE", "OPTIONS", 1))
		invite.Reply(486, "Via: "+via+", SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKother")
		a.WantSilence(time.Second)
		p.wantNoEvent(0)
		invite.Reply(200, a.sdp())
		a.WantRequest("ACK")
		p.want("answered")
		p.hangsUp(a)
	})
}
