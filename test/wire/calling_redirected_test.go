package wire

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestRedirected(t *testing.T) { // RFC 3261 §8.1.3.4
	t.Parallel()
	play(t, "302 to another user on the same peer", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		first := a.WantRequest("INVITE")
		first.Reply(302, "Contact: <"+a.uri("carol")+">")
		a.WantRequest("ACK")
		second := a.WantRequest("INVITE")
		if second.RequestURI != a.uri("carol") || second.Get("To") != first.Get("To") || second.Get("From") != first.Get("From") || second.CallID() != first.CallID() {
			s.Errorf("after\n%s\ncalls with\n%s", first, second)
		}
		second.Reply(200, a.sdp())
		a.WantRequest("ACK")
		p.want("answered")
		p.hangsUp(a)
	})
	for _, status := range []int{300, 301, 302, 399} {
		play(t, fmt.Sprintf("%d to another port", status), func(s *stage) {
			p, a, b := s.phone(), s.peer(), s.peer()
			p.dial(a.uri("bob"))
			a.WantRequest("INVITE").Reply(status, "Contact: \"B <x>\" <"+b.uri("bob")+";method=BYE?Subject=a&Route=%3Csip:x%3E>;expires=3600")
			a.WantRequest("ACK")
			second := b.WantRequest("INVITE")
			if second.RequestURI != b.uri("bob") || second.Has("Subject") || second.Has("Route") {
				s.Errorf("calls with\n%s", second)
			}
			second.Reply(486)
			b.WantRequest("ACK")
			p.wantEnded(486, "remote")
		})
	}
	play(t, "302 to TCP", func(s *stage) {
		p, a, x := s.phone(), s.peer(), s.listenTCP(netip.AddrPortFrom(address(), 0))
		p.dial(a.uri("bob"))
		a.WantRequest("INVITE").Reply(302, "Contact: <sip:bob@"+x.addr.String()+";transport=TCP>")
		a.WantRequest("ACK")
		b := x.accept()
		b.WantRequest("INVITE").Reply(200, b.sdp())
		b.WantRequest("ACK")
		p.want("answered")
		p.hangsUp(b)
	})
	play(t, "several contacts: the best first, the next when it is busy", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		a.WantRequest("INVITE").Reply(302, fmt.Sprintf("Contact: <%s>;q=0.2, <%s>;q=0.9,<%s>;q=0.5 , <tel:+4930123>;q=0.95, <mailto:a@b.c>", a.uri("low"), a.uri("best"), a.uri("middle")))
		a.WantRequest("ACK")
		for _, user := range []string{"best", "middle"} {
			invite := a.WantRequest("INVITE")
			if invite.RequestURI != a.uri(user) {
				s.Errorf("calls %s, want %s", invite.RequestURI, user)
			}
			invite.Reply(486)
			a.WantRequest("ACK")
		}
		low := a.WantRequest("INVITE")
		low.Reply(200, a.sdp())
		a.WantRequest("ACK")
		p.want("answered")
		p.hangsUp(a)
	})
	play(t, "6xx by one of several: nobody else is called (RFC 3261 §21.6)", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		a.WantRequest("INVITE").Reply(302, fmt.Sprintf("Contact: <%s>, <%s>", a.uri("x"), a.uri("y")))
		a.WantRequest("ACK")
		a.WantRequest("INVITE").Reply(603)
		a.WantRequest("ACK")
		p.wantEnded(603, "remote")
		a.WantSilence(time.Second)
	})
	play(t, "302 to itself: no loop", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		a.WantRequest("INVITE").Reply(302, "Contact: <"+a.uri("bob")+">")
		a.WantRequest("ACK")
		p.wantEnded(302, "remote")
		a.WantSilence(2 * time.Second)
	})
	play(t, "302 to itself, written otherwise: no loop", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		a.WantRequest("INVITE").Reply(302, "Contact: <SIP:b%6Fb@"+a.Addr.String()+">")
		a.WantRequest("ACK")
		p.wantEnded(302, "remote")
		a.WantSilence(time.Second)
	})
	play(t, "302 to ever new users: given up after a few", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		n := 0
		for m := a.Receive(3 * time.Second); m != nil; m = a.Receive(3 * time.Second) {
			if m.Method == "INVITE" {
				n++
				m.Reply(302, fmt.Sprintf("Contact: <%s>, <%s>", a.uri(fmt.Sprint("u", n)), a.uri(fmt.Sprint("v", n))))
			}
		}
		if n < 2 || n > 6 {
			s.Errorf("%d INVITEs", n)
		}
		p.wantEnded(302, "remote")
	})
	play(t, "two that send each to the other", func(s *stage) {
		p, a, b := s.phone(), s.peer(), s.peer()
		p.dial(a.uri("bob"))
		a.WantRequest("INVITE").Reply(302, "Contact: <"+b.uri("bob")+">")
		a.WantRequest("ACK")
		b.WantRequest("INVITE").Reply(302, "Contact: <"+a.uri("bob")+">")
		b.WantRequest("ACK")
		p.wantEnded(302, "remote")
		a.WantSilence(time.Second)
	})
	for name, lines := range map[string][]string{
		"no Contact":          nil,
		"a Contact of nobody": {"Contact: *"},
		"no SIP":              {"Contact: <mailto:bob@wire.invalid>, <http://wire.invalid/>, <tel:+49;phone-context=x>"},
	} {
		play(t, "302 with "+name, func(s *stage) {
			p, a := s.phone(), s.peer()
			p.dial(a.uri("bob"))
			a.answerRaw(a.WantRequest("INVITE"), 302, lines...)
			a.WantRequest("ACK")
			p.wantEnded(302, "remote")
		})
	}
	for _, status := range []int{305, 380} {
		play(t, fmt.Sprintf("%d is not followed (RFC 3261 §21.3)", status), func(s *stage) {
			p, a := s.phone(), s.peer()
			p.dial(a.uri("bob"))
			a.WantRequest("INVITE").Reply(status, "Contact: <"+a.uri("proxy")+";lr>")
			a.WantRequest("ACK")
			p.wantEnded(status, "remote")
			a.WantSilence(time.Second)
		})
	}
	play(t, "302 after a 180, and to one who asks for a password", func(s *stage) {
		p, a := s.phone("-password", password), s.peer()
		p.dial(a.uri("bob"))
		first := a.WantRequest("INVITE")
		first.As("one").Reply(180)
		p.want("ringing")
		first.As("one").Reply(302, "Contact: <"+a.uri("carol")+">")
		a.WantRequest("ACK")
		a.WantRequest("INVITE").As("two").Reply(407, strings.Replace(challenge("n1", `, qop="auth"`), "WWW-Authenticate", "Proxy-Authenticate", 1))
		a.WantRequest("ACK")
		third := a.WantRequest("INVITE")
		third.As("three").Reply(180)
		third.As("three").Reply(486)
		a.WantRequest("ACK")
		p.wantEnded(486, "remote")
	})
}
