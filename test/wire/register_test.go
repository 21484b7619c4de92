package wire

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"intercom/ua/uatest"
)

// challenge is a header field of a 401.
func challenge(nonce string, more ...string) string {
	return "WWW-Authenticate: Digest realm=\"wire\", nonce=\"" + nonce + "\"" + strings.Join(more, "")
}

// member is a phone with an account at a registrar.
func (s *stage) member(pbx *peer, args ...string) *phone {
	s.Helper()
	return s.phone(append([]string{"-aor", fmt.Sprintf("sip:agent@%s", pbx.Addr), "-registrar", fmt.Sprintf("sip:%s", pbx.Addr), "-password", password}, args...)...)
}

// bind answers a REGISTER with 200 for so many seconds.
func bind(register *uatest.Message, seconds int) {
	register.Reply(200, fmt.Sprintf("Contact: %s;expires=%d", register.Get("Contact"), seconds))
}

// enter lets the phone register for an hour.
func enter(pbx *peer, p *phone) {
	pbx.WantRequest("REGISTER").Reply(401, challenge("n1", `, qop="auth"`))
	bind(pbx.WantRequest("REGISTER"), 3600)
	p.want("registered")
}

func TestRegistering(t *testing.T) {
	play(t, "401, 200 with expires=20: refreshed before 20 s (RFC 3261 §10.2.4)", func(s *stage) {
		s.slow()
		pbx := s.peer()
		p := s.member(pbx)
		first := pbx.WantRequest("REGISTER")
		first.Reply(401, challenge("n1", `, qop="auth"`))
		second := pbx.WantRequest("REGISTER")
		bind(second, 20)
		if e := p.want("registered"); e.Expires != 20 {
			s.Errorf("told %s", e.line)
		}
		third := pbx.WantRequest("REGISTER")
		if d := third.At.Sub(second.At); d >= 20*time.Second || d < 5*time.Second {
			s.Errorf("refreshed after %v", d)
		}
		if third.CallID() != first.CallID() || third.Get("Contact") != first.Get("Contact") {
			s.Errorf("asked first with\n%s\nthen with\n%s", first, third)
		}
		bind(third, 3600)
	})
	play(t, "no user part in the Request-URI (esphome-intercom#95)", func(s *stage) {
		pbx := s.peer()
		p := s.phone("-aor", pbx.uri("agent"), "-registrar", pbx.uri("agent")+";x=1?Subject=a", "-password", password)
		if r := pbx.WantRequest("REGISTER"); r.RequestURI != "sip:"+pbx.Addr.String() {
			s.Errorf("asks %s", r.RequestURI)
		} else {
			bind(r, 3600)
		}
		p.want("registered")
	})
	play(t, "423 with Min-Expires: 1800 (RFC 3261 §10.3 step 7)", func(s *stage) {
		pbx := s.peer()
		p := s.member(pbx)
		pbx.WantRequest("REGISTER").Reply(423, "Min-Expires: 1800")
		second := pbx.WantRequest("REGISTER")
		if second.Get("Expires") != "1800" {
			s.Errorf("asks again with\n%s", second)
		}
		second.Reply(401, challenge("n1"))
		third := pbx.WantRequest("REGISTER")
		if third.Get("Expires") != "1800" {
			s.Errorf("answers the challenge with\n%s", third)
		}
		third.Reply(423, "Min-Expires: 7200 ")
		fourth := pbx.WantRequest("REGISTER")
		bind(fourth, 7200)
		if e := p.want("registered"); fourth.Get("Expires") != "7200" || e.Expires != 7200 {
			s.Errorf("told %s for\n%s", e.line, fourth)
		}
	})
	play(t, "423 without Min-Expires, or with less than was asked for: no hammering", func(s *stage) {
		pbx := s.peer()
		p := s.member(pbx)
		pbx.WantRequest("REGISTER").Reply(423)
		p.want("unregistered")
		again := pbx.WantRequest("REGISTER")
		again.Reply(423, "Min-Expires: 1")
		pbx.WantSilence(time.Second)
		p.want("unregistered")
	})
	play(t, "200 with Service-Route and P-Associated-URI (RFC 3608)", func(s *stage) {
		pbx := s.peer()
		p := s.member(pbx)
		pbx.WantRequest("REGISTER").Reply(200, "Expires: 3600", fmt.Sprintf("Service-Route: <sip:%s;lr>, <sip:core.invalid;lr;x=\"1\">", pbx.Addr),
			"P-Associated-URI: <tel:+4930123>, <sip:front@wire.invalid>")
		p.want("registered")
		p.dial("sip:bob@far.invalid")
		invite := pbx.WantRequest("INVITE")
		if got := strings.Join(slices.Collect(invite.Values("Route")), ", "); got != fmt.Sprintf(`<sip:%s;lr>, <sip:core.invalid;lr;x="1">`, pbx.Addr) || invite.RequestURI != "sip:bob@far.invalid" {
			s.Errorf("calls with Route %s:\n%s", got, invite)
		}
		invite.Reply(486)
		pbx.WantRequest("ACK")
		p.wantEnded(486, "remote")
	})
}
