package wire

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// proxied makes a challenge of a registrar one of a proxy.
func proxied(challenge string) string {
	return strings.Replace(challenge, "WWW-Authenticate", "Proxy-Authenticate", 1)
}

func TestChallengesOfACall(t *testing.T) { // RFC 3261 §22; the judge computes every response again
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		lines  []string
		want   string
	}{
		"407 MD5 qop=auth":          {407, []string{challenge("n", `, qop="auth"`, `, algorithm=MD5`)}, "qop=auth"},
		"401 without qop":           {401, []string{challenge("n")}, `nonce="n"`},
		"407 SHA-256 and MD5":       {407, []string{challenge("n", `, algorithm=SHA-256, qop="auth"`), challenge("n", `, algorithm=MD5, qop="auth"`)}, "algorithm=SHA-256"},
		"407 MD5 and SHA-256":       {407, []string{challenge("n", `, algorithm=MD5, qop="auth"`), challenge("n", `, algorithm=SHA-256, qop="auth"`)}, "qop=auth"},
		"401 auth,auth-int":         {401, []string{challenge("n", `, qop="auth,auth-int"`)}, "qop=auth"},
		"401 auth-int":              {401, []string{challenge("n", `, qop="auth-int"`)}, "qop=auth-int"},
		"401 SHA-256-sess auth-int": {401, []string{challenge("n", `, qop="auth-int", algorithm=SHA-256-sess, opaque="x"`)}, "qop=auth-int"},
		"407 MD5-sess":              {407, []string{challenge("n", `, qop="auth", algorithm=MD5-sess`)}, "algorithm=MD5-sess"},
		"401 unknown and MD5":       {401, []string{challenge("n", `, algorithm=AKAv1-MD5`), challenge("n")}, `nonce="n"`},
	} {
		play(t, name+": INVITE, re-INVITE and BYE", func(s *stage) {
			p, a := s.phone("-password", password), s.peer()
			header, lines := "Authorization", c.lines
			if c.status == 407 {
				header, lines = "Proxy-Authorization", nil
				for _, line := range c.lines {
					lines = append(lines, proxied(line))
				}
			}
			p.dial(a.uri("bob"))
			first := a.WantRequest("INVITE")
			first.Reply(100)
			first.Reply(c.status, lines...)
			a.WantRequest("ACK")
			second := a.WantRequest("INVITE")
			if !strings.Contains(second.Get(header), c.want) || second.Get("From") != first.Get("From") || second.CallID() != first.CallID() {
				s.Errorf("answered with\n%s", second)
			}
			second.Reply(200, a.sdp())
			a.WantRequest("ACK")
			p.want("answered")
			p.says("hold")
			hold := a.WantRequest("INVITE")
			hold.Reply(c.status, strings.Split(strings.ReplaceAll(strings.Join(lines, "|"), `"n"`, `"n2"`), "|")...)
			a.WantRequest("ACK")
			hold = a.WantRequest("INVITE")
			hold.Reply(200, a.sdp("m=audio PORT RTP/AVP 8", "a=recvonly"))
			a.WantRequest("ACK")
			p.want("held")
			p.says("hangup")
			a.WantRequest("BYE").Reply(c.status, strings.Split(strings.ReplaceAll(strings.Join(lines, "|"), `"n"`, `"n3"`), "|")...)
			bye := a.WantRequest("BYE")
			if !bye.Has(header) {
				s.Errorf("hung up with\n%s", bye)
			}
			bye.Reply(200)
			p.wantEnded(0, "local")
		})
	}
	play(t, "407, then 407 stale=true: once more (RFC 7616 §3.3)", func(s *stage) {
		p, a := s.phone("-password", password), s.peer()
		p.dial(a.uri("bob"))
		a.WantRequest("INVITE").Reply(407, proxied(challenge("n1", `, qop="auth"`)))
		a.WantRequest("ACK")
		a.WantRequest("INVITE").Reply(407, proxied(challenge("n2", `, qop="auth", stale=true`)))
		a.WantRequest("ACK")
		third := a.WantRequest("INVITE")
		if n := len(headers(third.Message, "Proxy-Authorization")); n != 1 || !strings.Contains(third.Get("Proxy-Authorization"), `"n2"`) {
			s.Errorf("%d credentials in\n%s", n, third)
		}
		third.Reply(486)
		a.WantRequest("ACK")
		p.wantEnded(486, "remote")
	})
	play(t, "407 by a proxy, 401 by the phone behind it (RFC 3261 §22.3)", func(s *stage) {
		p, a := s.phone("-password", password), s.peer()
		p.dial(a.uri("bob"))
		a.WantRequest("INVITE").Reply(407, proxied(challenge("n1", `, qop="auth"`)))
		a.WantRequest("ACK")
		a.WantRequest("INVITE").Reply(401, challenge("n2", `, qop="auth"`))
		a.WantRequest("ACK")
		third := a.WantRequest("INVITE")
		if !third.Has("Authorization") || !third.Has("Proxy-Authorization") {
			s.Errorf("answered with\n%s", third)
		}
		third.Reply(200, a.sdp())
		a.WantRequest("ACK")
		p.want("answered")
		p.hangsUp(a)
	})
	play(t, "two proxies ask at once (RFC 3261 §22.3)", func(s *stage) {
		p, a := s.phone("-password", password), s.peer()
		p.dial(a.uri("bob"))
		a.WantRequest("INVITE").Reply(407, proxied(challenge("n1")), `Proxy-Authenticate: Digest realm="outer", nonce="n2"`)
		a.WantRequest("ACK")
		second := a.WantRequest("INVITE")
		if n := len(headers(second.Message, "Proxy-Authorization")); n != 2 {
			s.Errorf("%d credentials in\n%s", n, second)
		}
		second.Reply(486)
		a.WantRequest("ACK")
		p.wantEnded(486, "remote")
	})
	for name, line := range map[string]func(n int) string{
		"the nonce stays": func(int) string { return proxied(challenge("n", `, qop="auth"`)) },
		"another nonce":   func(n int) string { return proxied(challenge(fmt.Sprint("n", n), `, qop="auth"`)) },
		"always stale":    func(n int) string { return proxied(challenge(fmt.Sprint("n", n), `, stale=true`)) },
		"another realm":   func(n int) string { return fmt.Sprintf(`Proxy-Authenticate: Digest realm="%d", nonce="n"`, n) },
		"nothing to do":   func(int) string { return `Proxy-Authenticate: Bearer realm="x"` },
	} {
		play(t, "407 again and again, "+name+": given up after 3 tries at most (RFC 3261 §22.1)", func(s *stage) {
			p, a := s.phone("-password", password), s.peer()
			p.dial(a.uri("bob"))
			n := 0
			for m := a.Receive(3 * time.Second); m != nil; m = a.Receive(3 * time.Second) {
				if m.Method == "INVITE" {
					n++
					m.Reply(407, line(n))
				}
			}
			if n < 1 || n > 3 {
				s.Errorf("%d INVITEs", n)
			}
			p.wantEnded(407, "remote")
		})
	}
	play(t, "401 without a password", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		a.WantRequest("INVITE").Reply(401, challenge("n"))
		a.WantRequest("ACK")
		p.wantEnded(401, "remote")
	})
	play(t, "BYE challenged again and again: it ends", func(s *stage) {
		p, a := s.phone("-password", password), s.peer()
		p.reaches(a)
		p.says("hangup")
		n := 0
		for m := a.Receive(3 * time.Second); m != nil; m = a.Receive(3 * time.Second) {
			n++
			m.Reply(401, challenge(fmt.Sprint("n", n), `, stale=true`))
		}
		if n < 2 || n > 3 {
			s.Errorf("%d BYEs", n)
		}
		p.wantEnded(0, "local")
	})
	play(t, "INFO challenged", func(s *stage) {
		p, a := s.phone("-password", password, "-dtmf", "info"), s.peer()
		p.reaches(a)
		p.says("dtmf 4")
		a.WantRequest("INFO").Reply(401, challenge("n1", `, qop="auth-int"`))
		info := a.WantRequest("INFO")
		if !strings.Contains(string(info.Body), "Signal=4") {
			s.Errorf("sends\n%s", info)
		}
		info.Reply(200)
		p.hangsUp(a)
	})
}
