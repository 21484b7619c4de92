package wire

import (
	"fmt"
	"testing"
	"time"
)

// challenge is a header of a 401.
func challenge(nonce, more string) string {
	return fmt.Sprintf(`WWW-Authenticate: Digest realm="wire", nonce="%s"%s`, nonce, more)
}

func TestRegistering(t *testing.T) {
	play(t, "401, 200 with expires=20: refreshed before 20 s (RFC 3261 §10.2.4)", func(s *stage) {
		s.slow()
		pbx := s.peer()
		p := s.phone("-aor", pbx.uri("agent"), "-registrar", pbx.uri("")[:4]+pbx.Addr.String(), "-password", "secret")
		pbx.WantRequest("REGISTER").Reply(401, challenge("n1", `, qop="auth"`))
		second := pbx.WantRequest("REGISTER")
		second.Reply(200, "Contact: "+second.Get("Contact")+";expires=20")
		if e := p.want("registered"); e.Expires != 20 {
			s.Errorf("told %s", e.line)
		}
		third := pbx.WantRequest("REGISTER")
		if d := third.At.Sub(second.At); d >= 20*time.Second || d < time.Second {
			s.Errorf("refreshed after %v", d)
		}
		third.Reply(200, "Contact: "+third.Get("Contact")+";expires=3600")
	})
}
