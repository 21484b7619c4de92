package wire

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"
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
	t.Parallel()
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
		p := s.phone("-aor", pbx.uri("agent"), "-registrar", pbx.uri("agent"), "-password", password)
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
		bind(third, 1800)
		p.want("registered")
	})
	play(t, "423 without Min-Expires, or with less than was asked for: no hammering", func(s *stage) {
		pbx := s.peer()
		p := s.member(pbx)
		pbx.WantRequest("REGISTER").Reply(423)
		p.want("unregistered")
		again := pbx.WantRequest("REGISTER")
		again.Reply(423, "Min-Expires: 1")
		pbx.WantSilence(time.Second)
		p.wantNoEvent(time.Second) // one and the same failure is told once a minute
	})
	play(t, "200 with Service-Route and P-Associated-URI (RFC 3608)", func(s *stage) {
		pbx := s.peer()
		p := s.member(pbx)
		pbx.WantRequest("REGISTER").Reply(200, "Expires: 3600", fmt.Sprintf("Service-Route: <sip:%s;lr>, <sip:core.invalid;lr;x=1>", pbx.Addr),
			"P-Associated-URI: <tel:+4930123>, <sip:front@wire.invalid>")
		p.want("registered")
		p.dial(pbx.uri("bob"))
		invite := pbx.WantRequest("INVITE")
		if got := strings.Join(slices.Collect(invite.Values("Route")), ", "); got != fmt.Sprintf(`<sip:%s;lr>, <sip:core.invalid;lr;x=1>`, pbx.Addr) || invite.RequestURI != pbx.uri("bob") {
			s.Errorf("calls with Route %s:\n%s", got, invite)
		}
		invite.Reply(486)
		pbx.WantRequest("ACK")
		p.wantEnded(486, "remote")
	})
	play(t, "SIGTERM: REGISTER with Expires: 0 (RFC 3261 §10.2.2)", func(s *stage) {
		pbx := s.peer()
		p := s.member(pbx)
		enter(pbx, p)
		p.cmd.Process.Signal(syscall.SIGTERM)
		wantRelease(pbx)
		p.want("unregistered")
		p.over = true
	})
	play(t, "quit: REGISTER with Expires: 0, with a nonce that has gone stale", func(s *stage) {
		pbx := s.peer()
		p := s.member(pbx)
		enter(pbx, p)
		p.says("quit")
		last := pbx.WantRequest("REGISTER")
		last.Reply(401, challenge("n2", `, qop="auth", stale=true`))
		wantRelease(pbx)
		p.want("unregistered")
		p.over = true
	})
	play(t, "the first REGISTERs are lost: Timer E, the third is answered (RFC 3261 §17.1.2)", func(s *stage) {
		pbx := s.peer()
		p := s.member(pbx)
		for range 2 {
			if m := pbx.Receive(pbx.patience); m == nil || m.Method != "REGISTER" {
				s.Fatalf("want REGISTER, got\n%v", m)
			}
		}
		bind(pbx.WantRequest("REGISTER"), 3600)
		p.want("registered")
	})
	play(t, "100 Trying, 200 after 6 s: repeated every T2 in between (RFC 3261 §17.1.2.2)", func(s *stage) {
		pbx := s.peer()
		p := s.member(pbx)
		first := pbx.WantRequest("REGISTER")
		first.Reply(100)
		pbx.hush(6 * time.Second)
		bind(first, 3600)
		p.want("registered")
	})
}

// wantRelease waits for the REGISTER that takes the binding back.
func wantRelease(pbx *peer) {
	pbx.T.Helper()
	last := pbx.WantRequest("REGISTER")
	if last.Get("Expires") != "0" || strings.Contains(last.Get("Contact"), "*") {
		pbx.T.Errorf("released with\n%s", last)
	}
	last.Reply(200)
}

// What a registrar grants is read from our own Contact, else from Expires, else it is what was asked for (RFC 3261 §10.2.4).
func TestTheLifetimeThatWasGranted(t *testing.T) {
	t.Parallel()
	for name, lines := range map[string][]string{
		"in the Contact":                       {"Contact: <OWN>;expires=8"},
		"in Expires":                           {"Contact: <OWN>", "Expires: 8"},
		"in the Contact, not in Expires":       {"Contact: <OWN>;expires=8", "Expires: 3600"},
		"not that of another's Contact":        {"Contact: <sip:agent@192.0.2.1>;expires=3600, <OWN>;expires=8, <sip:x@[2001:db8::1]>;expires=1"},
		"in a Contact of its own line":         {"m: <sip:agent@192.0.2.1>;expires=3600", "m: \"a, <b>\" <OWN> ; q = 0.5 ; expires = 8"},
		"with a parameter more":                {"Contact: <OWN;ob;x=1>;+sip.instance=\"<urn:uuid:1>\";expires=8"},
		"in capitals":                          {"CONTACT:<OWN>;EXPIRES=\"8\""},
		"another's Contact only, then Expires": {"Contact: <sip:other@192.0.2.1>;expires=3600", "Expires: 8"},
	} {
		play(t, name, func(s *stage) {
			pbx := s.peer()
			p := s.member(pbx)
			first := pbx.WantRequest("REGISTER")
			own, _ := first.Contact()
			var said []string
			for _, line := range lines {
				said = append(said, strings.ReplaceAll(line, "OWN", own.URI.String()))
			}
			pbx.answerRaw(first, 200, said...)
			if e := p.want("registered"); e.Expires != 8 {
				s.Errorf("told %s", e.line)
			}
			again := pbx.WantRequest("REGISTER")
			if d := again.At.Sub(first.At); d < 2*time.Second || d >= 8*time.Second {
				s.Errorf("refreshed after %v", d)
			}
			bind(again, 3600)
		})
	}
}

// A registrar that asks the phone to wait is not asked before (RFC 3261 §21.5.4, §20.33).
func TestRegistrarsThatRefuse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status       int
		line         string
		from, before time.Duration // of the next REGISTER
	}{
		"503 Retry-After: 6":                        {503, "Retry-After: 6", 6 * time.Second, 9 * time.Second},
		"503 Retry-After with comment and duration": {503, "Retry-After: 5 (in (a) moment);duration=3600", 5 * time.Second, 8 * time.Second},
		"500 Retry-After":                           {500, "Retry-After:5;x=y", 5 * time.Second, 8 * time.Second},
		"480 Retry-After":                           {480, "Retry-After: 5", 5 * time.Second, 8 * time.Second},
		"600":                                       {600, "X-Y: z", time.Second, 5 * time.Second},
		"503 with nonsense":                         {503, "Retry-After: -5", time.Second, 5 * time.Second},
		"302 to elsewhere":                          {302, "Contact: <sip:192.0.2.1>", time.Second, 5 * time.Second},
	} {
		play(t, name, func(s *stage) {
			pbx := s.peer()
			p := s.member(pbx)
			first := pbx.WantRequest("REGISTER")
			first.Reply(c.status, c.line)
			if e := p.want("unregistered"); e.Retry < c.from.Seconds()-0.1 || e.WrongPassword {
				s.Errorf("told %s", e.line)
			}
			second := pbx.WantRequest("REGISTER")
			if d := second.At.Sub(first.At); d < c.from || d > c.before {
				s.Errorf("asked again after %v", d)
			}
			bind(second, 3600)
			p.want("registered")
		})
	}
}

// The password is wrong, or nobody wants us: RFC 3261 §22.1, §21.4.4.
func TestRegistrarsThatRefuseForEver(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		most  int
		reply func(n int, register *uatest.Message)
	}{
		"401, the nonce stays": {5, func(n int, r *uatest.Message) { r.Reply(401, challenge("n1", `, qop="auth"`)) }},
		"401, another nonce":   {5, func(n int, r *uatest.Message) { r.Reply(401, challenge(fmt.Sprint("n", n), `, qop="auth"`)) }},
		"401, always stale":    {5, func(n int, r *uatest.Message) { r.Reply(401, challenge(fmt.Sprint("n", n), `, stale=true`)) }},
		"407, another realm": {5, func(n int, r *uatest.Message) {
			r.Reply(407, fmt.Sprintf("Proxy-Authenticate: Digest realm=\"%d\", nonce=\"n\"", n))
		}},
		"401 and 407 by turns": {5, func(n int, r *uatest.Message) {
			r.Reply(401+n%2*6, challenge(fmt.Sprint("n", n)), "Proxy-Authenticate: Digest realm=\"p\", nonce=\"p\"")
		}},
		"401 without a challenge": {5, func(n int, r *uatest.Message) { r.Reply(401) }},
		"401 of an unknown kind": {5, func(n int, r *uatest.Message) {
			r.Reply(401, "WWW-Authenticate: Digest realm=\"a\", nonce=\"b\", algorithm=ROT13")
		}},
		"403":                      {3, func(n int, r *uatest.Message) { r.Reply(403) }},
		"404":                      {3, func(n int, r *uatest.Message) { r.Reply(404) }},
		"403 after the challenge":  {3, func(n int, r *uatest.Message) { r.Reply(401+n%2*2, challenge("n1")) }},
		"423 without Min-Expires":  {5, func(n int, r *uatest.Message) { r.Reply(423) }},
		"423, more and more":       {8, func(n int, r *uatest.Message) { r.Reply(423, fmt.Sprint("Min-Expires: ", 1000*(n+1))) }},
		"200 that grants no time":  {5, func(n int, r *uatest.Message) { r.Reply(200, "Contact: "+r.Get("Contact")+";expires=0") }},
		"a 200 without all but it": {1, func(n int, r *uatest.Message) { r.Reply(200) }},
	} {
		play(t, name, func(s *stage) {
			pbx := s.peer()
			s.member(pbx)
			n := 0
			for end := time.Now().Add(14 * time.Second); time.Now().Before(end); {
				if m := pbx.Receive(time.Until(end)); m != nil {
					c.reply(n, m)
					n++
				}
			}
			if n > c.most || n == 0 {
				s.Errorf("%d REGISTERs in 14 s, want %d at most", n, c.most)
			}
		})
	}
}

// Every way of asking for a password, in the first and in the next REGISTER.
func TestChallengesOfARegistrar(t *testing.T) {
	t.Parallel()
	const proxy, www = "Proxy-Authenticate: ", "WWW-Authenticate: "
	for name, c := range map[string]struct {
		status int
		lines  []string
		want   string // in the credentials
	}{
		"SHA-256 first, MD5 second": {401, []string{www + `Digest realm="wire", nonce="n", algorithm=SHA-256, qop="auth"`, www + `Digest realm="wire", nonce="n", algorithm=MD5, qop="auth"`}, "algorithm=SHA-256"},
		"unknown first":             {401, []string{www + `Digest realm="wire", nonce="n", algorithm=ROT13, qop="auth"`, www + `Digest realm="wire", nonce="n", algorithm=MD5`}, "algorithm=MD5"},
		"another scheme first":      {401, []string{www + `Bearer realm="wire", nonce="x"`, www + `Digest realm="wire",nonce="n"`}, `nonce="n"`},
		"SHA-512-256":               {401, []string{www + `Digest realm="wire", nonce="n", algorithm=SHA-512-256, qop="auth"`}, "algorithm=SHA-512-256"},
		"RFC 2069":                  {401, []string{www + `Digest realm="wire", nonce="n"`}, `nonce="n"`},
		"auth and auth-int":         {401, []string{www + `Digest realm="wire", nonce="n", qop="auth,auth-int", opaque="o\"p"`}, "qop=auth"},
		"auth-int":                  {401, []string{www + `Digest realm="wire", nonce="n", qop="auth-int"`}, "qop=auth-int"},
		"MD5-sess":                  {401, []string{www + `Digest realm="wire", nonce="n", algorithm=MD5-sess, qop="auth"`}, "algorithm=MD5-sess"},
		"SHA-256-sess in capitals":  {401, []string{www + `DIGEST REALM="wire", NONCE="n", ALGORITHM=SHA-256-sess, QOP="AUTH"`}, "SHA-256-sess"},
		"407":                       {407, []string{proxy + `Digest realm="wire", nonce="n", qop="auth"`}, `nonce="n"`},
		"white space and order":     {401, []string{"www-authenticate :  Digest\n\t  qop = \"auth\" ,nonce = \"n\"\n ,stale=FALSE, opaque=\"\", realm\t=\"wire\" , domain=\"sip:a sip:b\", charset=UTF-8, x=\"y,z\""}, `nonce="n"`},
		"no quotes around qop":      {401, []string{www + `Digest realm="wire", nonce="n", qop=auth, algorithm="MD5"`}, "qop=auth"},
		"a realm with odd letters":  {401, []string{www + `Digest realm="wi\\re \"ü\", a=b", nonce="bm9uY2U=,+/=="`}, `nonce="bm9uY2U=,+/=="`},
		"two realms":                {401, []string{www + `Digest realm="a", nonce="n1"`, www + `Digest realm="b", nonce="n2"`}, `realm="b"`},
	} {
		play(t, name, func(s *stage) {
			pbx := s.peer()
			p := s.member(pbx)
			pbx.answerRaw(pbx.WantRequest("REGISTER"), c.status, c.lines...)
			second := pbx.WantRequest("REGISTER")
			header := "Authorization"
			if c.status == 407 {
				header = "Proxy-Authorization"
			}
			if got := strings.Join(slices.Collect(second.Values(header)), "; "); !strings.Contains(got, c.want) {
				s.Errorf("%s is %s", header, got)
			}
			bind(second, 4)
			p.want("registered")
			third := pbx.WantRequest("REGISTER")
			// A new nonce without stale (baresip#717).
			pbx.answerRaw(third, c.status, strings.Split(strings.ReplaceAll(strings.Join(c.lines, "|"), `"n`, `"later-n`), "|")...)
			bind(pbx.WantRequest("REGISTER"), 3600)
			p.wantNoEvent(time.Second)
		})
	}
	play(t, "401, 401 stale=true, 200 (RFC 7616 §3.3)", func(s *stage) {
		pbx := s.peer()
		p := s.member(pbx)
		pbx.WantRequest("REGISTER").Reply(401, challenge("n1", `, qop="auth"`))
		pbx.WantRequest("REGISTER").Reply(401, challenge("n2", `, qop="auth", stale=true`))
		bind(pbx.WantRequest("REGISTER"), 3600)
		p.want("registered")
	})
	play(t, "401 by the registrar behind 407 by a proxy (RFC 3261 §22.3)", func(s *stage) {
		pbx := s.peer()
		p := s.member(pbx)
		pbx.WantRequest("REGISTER").Reply(407, proxy+`Digest realm="proxy", nonce="p"`)
		pbx.WantRequest("REGISTER").Reply(401, challenge("n1", `, qop="auth"`))
		both := pbx.WantRequest("REGISTER")
		if !both.Has("Authorization") || !both.Has("Proxy-Authorization") {
			s.Errorf("asked with\n%s", both)
		}
		bind(both, 3600)
		p.want("registered")
	})
	play(t, "without a password", func(s *stage) {
		pbx := s.peer()
		p := s.phone("-aor", pbx.uri("agent"), "-registrar", "sip:"+pbx.Addr.String())
		pbx.WantRequest("REGISTER").Reply(401, challenge("n1"))
		if e := p.want("unregistered"); !e.WrongPassword || e.Retry < 40 {
			s.Errorf("told %s", e.line)
		}
	})
}

func TestRegisteringElsewhere(t *testing.T) {
	t.Parallel()
	play(t, "IPv6, and received in brackets (linphone-desktop#81)", func(s *stage) {
		pbx := s.peerAt(netip.IPv6Loopback())
		p := s.phoneAt(netip.MustParseAddrPort("[::1]:0"), "-aor", pbx.uri("agent"), "-registrar", "sip:"+pbx.Addr.String(), "-password", password)
		first := pbx.WantRequest("REGISTER")
		via := first.Get("Via") + "=" + fmt.Sprint(first.Source.Port())
		first.Reply(401, "Via: "+via+";received=[::1]", challenge("n1"))
		second := pbx.WantRequest("REGISTER")
		via = second.Get("Via") + "=" + fmt.Sprint(second.Source.Port())
		second.Reply(200, "Via: "+via+";received=0:0:0:0:0:0:0:1", "Contact: "+second.Get("Contact")+";expires=3600")
		p.want("registered")
		p.dial(pbx.uri("bob"))
		pbx.WantRequest("INVITE").Reply(486)
		pbx.WantRequest("ACK")
		p.wantEnded(486, "remote")
	})
	play(t, "over TCP: the connection is lost, and the phone is back within 5 s (RFC 5626 §4.4)", func(s *stage) {
		x := s.listenTCP(netip.AddrPortFrom(address(), 0))
		p := s.phone("-aor", "sip:agent@"+x.addr.String(), "-registrar", "sip:"+x.addr.String()+";transport=tcp")
		pbx := x.accept()
		bind(pbx.WantRequest("REGISTER"), 3600)
		p.want("registered")
		pbx.Close()
		lost := time.Now()
		again := x.accept()
		bind(again.WantRequest("REGISTER"), 3600)
		if d := time.Since(lost); d > 5*time.Second {
			s.Errorf("back after %v", d)
		}
		p.dial("sip:bob@" + x.addr.String())
		invite := again.WantRequest("INVITE")
		invite.Reply(486)
		again.WantRequest("ACK")
	})
	play(t, "over TCP: no answer in 32 s means a dead flow (pjproject#5033)", func(s *stage) {
		s.slow()
		x := s.listenTCP(netip.AddrPortFrom(address(), 0))
		p := s.phone("-aor", "sip:agent@"+x.addr.String(), "-registrar", "sip:"+x.addr.String()+";transport=tcp")
		pbx := x.accept()
		begun := pbx.WantRequest("REGISTER").At
		p.want("unregistered")
		if d := time.Since(begun); d < 31*time.Second || d > 34*time.Second {
			s.Errorf("given up after %v", d)
		}
		again := x.accept()
		bind(again.WantRequest("REGISTER"), 3600)
		p.want("registered")
	})
	play(t, "over TLS (RFC 5630)", func(s *stage) {
		x, fingerprint := s.listenTLS(netip.AddrPortFrom(address(), 0))
		p := s.phone("-transport", "udp,tls", "-aor", "sip:agent@"+x.addr.String(), "-registrar", "sip:"+x.addr.String()+";transport=tls", "-fingerprint", fingerprint)
		pbx := x.accept()
		bind(pbx.WantRequest("REGISTER"), 3600)
		p.want("registered")
		p.dial("sip:bob@" + x.addr.String())
		pbx.WantRequest("INVITE").Reply(603)
		pbx.WantRequest("ACK")
		p.wantEnded(603, "remote")
	})
	play(t, "a registrar that has no port open is asked again and again (pjproject#1936)", func(s *stage) {
		at := netip.AddrPortFrom(address(), 0)
		nobody := s.socket(at.Addr())
		at = nobody.LocalAddr().(*net.UDPAddr).AddrPort()
		nobody.Close()
		p := s.phone("-aor", "sip:agent@"+at.String(), "-registrar", "sip:"+at.String())
		p.want("unregistered")
		conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(at))
		if err != nil {
			s.Fatal(err)
		}
		pbx := s.join(conn, at, "UDP")
		bind(pbx.WantRequest("REGISTER"), 3600)
		for e := p.next(s.patience); e.Event != "registered"; e = p.next(s.patience) {
			if e.Event != "unregistered" {
				s.Fatalf("told %s", e.line)
			}
		}
	})
}
