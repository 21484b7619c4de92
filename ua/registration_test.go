package ua_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

var pbxAddr = netip.MustParseAddrPort("192.0.2.1:5060")

// registered makes the account one of the PBX.
func registered(o *ua.Options) {
	o.Config.Allow = nil
	o.Accounts = []ua.Account{{Name: "pbx", AOR: "sip:door@pbx.test", Username: "door", Password: "secret", Registrar: "sip:192.0.2.1", Expires: 10 * time.Minute}}
	names(map[string][]netip.Addr{"pbx.test": {pbxAddr.Addr()}})(o)
}

func authenticate(nonce string, more ...string) string {
	return fmt.Sprintf(`WWW-Authenticate: Digest realm="pbx", nonce=%q, qop="auth"%s`, nonce, strings.Join(more, ""))
}

func TestRegistering(t *testing.T) {
	story(t, "401, 200 with expires=20: refreshed before (RFC 3261 §10.2.4)", func(h *house) {
		pbx := h.phone(pbxAddr)
		first := pbx.WantRequest("REGISTER")
		if first.RequestURI != "sip:192.0.2.1" || first.Get("Contact") != "<sip:door@192.0.2.10:5060>" || first.Get("Expires") != "600" {
			h.Errorf("asked with\n%s", first)
		}
		first.Reply(401, authenticate("n1"))
		second := pbx.WantRequest("REGISTER")
		if second.Get("CSeq") != "2 REGISTER" || second.CallID() != first.CallID() || !second.Has("Authorization") {
			h.Errorf("answered with\n%s", second)
		}
		second.Reply(200, "Contact: <sip:door@192.0.2.10:5060>;expires=20, <sip:door@192.0.2.99>;expires=600")
		if e := want[ua.Registered](h); e.Expires != 20*time.Second || e.Account != "pbx" {
			h.Errorf("told %+v", e)
		}
		third := pbx.WantRequest("REGISTER")
		if third.At.Sub(second.At) >= 20*time.Second {
			h.Errorf("refreshed after %v", third.At.Sub(second.At))
		}
		third.Reply(200, "Contact: <sip:door@192.0.2.10:5060>;expires=20")
		h.wantQuiet(5 * time.Second)
	}, registered)
	story(t, "the first REGISTERs are lost (RFC 3261 §17.1.2)", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.Receive(time.Second)
		pbx.Receive(time.Second)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
	}, registered)
	story(t, "the PBX is not there, and comes (pjproject#1936)", func(h *house) {
		for range 3 {
			if e := want[ua.RegistrationFailed](h); e.WrongPassword || !e.Next.After(time.Now()) || e.Err == nil {
				h.Errorf("told %+v", e)
			}
		}
		pbx := h.phone(pbxAddr)
		back := time.Now()
		asked := pbx.WantRequest("OPTIONS")
		asked.Reply(404) // whatever it says, it is there
		if m := pbx.WantRequest("REGISTER"); m.At.Sub(back) > 5*time.Second {
			h.Errorf("registers %v after the PBX has come", m.At.Sub(back))
		} else {
			m.Reply(200)
		}
		want[ua.Registered](h)
		pbx.WantSilence(time.Minute)
	}, registered)
	story(t, "the network is down at the start", func(h *house) {
		h.net.Host(doorAddr.Addr()).Unplug()
		pbx := h.phone(pbxAddr)
		want[ua.RegistrationFailed](h)
		h.net.Host(doorAddr.Addr()).Plug()
		for {
			if m := pbx.Receive(time.Minute); m == nil {
				h.Fatal("never tried again")
			} else if m.Method == "REGISTER" {
				m.Reply(200)
				break
			}
		}
		for e := h.next(time.Minute); ; e = h.next(time.Minute) {
			if _, ok := e.(ua.Registered); ok {
				break
			} else if e == nil {
				h.Fatal("not registered")
			}
		}
	}, registered)
	story(t, "401 for ever: at most 5 in 14 s, and told (RFC 3261 §22.1)", func(h *house) {
		pbx := h.phone(pbxAddr)
		end := time.Now().Add(14 * time.Second)
		sent := 0
		for m := pbx.Receive(14 * time.Second); m != nil && m.At.Before(end); m = pbx.Receive(time.Until(end)) {
			sent++
			m.Reply(401, authenticate(fmt.Sprint("n", sent)))
		}
		if sent < 2 || sent > 5 {
			h.Errorf("%d REGISTERs", sent)
		}
		if e := want[ua.RegistrationFailed](h); !e.WrongPassword || time.Until(e.Next) < 30*time.Second {
			h.Errorf("told %+v", e)
		}
	}, registered)
	story(t, "403: at most 3 in 14 s (RFC 3261 §21.4.4)", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(403)
		want[ua.RegistrationFailed](h)
		pbx.WantSilence(14 * time.Second)
	}, registered)
	story(t, "503 with Retry-After: 6 (RFC 3261 §21.5.4)", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(503, "Retry-After: 6")
		want[ua.RegistrationFailed](h)
		pbx.WantSilence(6 * time.Second)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
	}, registered)
	story(t, "423 with Min-Expires (RFC 3261 §10.3)", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(423, "Min-Expires: 1800")
		if m := pbx.WantRequest("REGISTER"); m.Get("Expires") != "1800" {
			h.Errorf("asks for %s s", m.Get("Expires"))
		} else {
			m.Reply(200)
		}
		if e := want[ua.Registered](h); e.Expires != 1800*time.Second {
			h.Errorf("told %+v", e)
		}
	}, registered)
	story(t, "on stop the binding is taken back (RFC 3261 §10.2.2)", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		stopped := make(chan struct{})
		go func() { h.stop(); close(stopped) }()
		if m := pbx.WantRequest("REGISTER"); m.Get("Expires") != "0" {
			h.Errorf("stopped with\n%s", m)
		} else {
			m.Reply(200)
		}
		<-stopped
	}, registered)
	story(t, "received= with an IPv6 reference in the answer (linphone-desktop#81)", func(h *house) {
		pbx := h.phone(pbxAddr)
		m := pbx.WantRequest("REGISTER")
		m.Reply(401, authenticate("n1"), "Via: "+m.Get("Via")+";received=[2001:db8::1]")
		pbx.WantRequest("REGISTER").Reply(200, "Service-Route: <sip:192.0.2.1;lr>", "P-Associated-URI: <sip:door@pbx.test>") // RFC 3608
		want[ua.Registered](h)
	}, registered)
}

func TestRegistrar(t *testing.T) {
	for _, algorithm := range []string{"MD5", "SHA-256"} {
		story(t, "digest with "+algorithm+", a day long", func(h *house) {
			conn, err := h.net.Host(pbxAddr.Addr()).Listen(pbxAddr)
			if err != nil {
				h.Fatal(err)
			}
			registrar := &uatest.Registrar{Password: "secret", Algorithm: []string{algorithm}, Expires: 5 * time.Minute}
			registrar.Serve(conn)
			defer registrar.Close()
			want[ua.Registered](h)
			for range 24 * 60 {
				time.Sleep(time.Minute)
				if !registrar.Bound() {
					h.Fatal("the binding has lapsed")
				}
			}
			h.wantQuiet(time.Second)
			h.stop()
			if registrar.Bound() {
				h.Error("the binding is left behind")
			}
		}, registered)
	}
	story(t, "a wrong password", func(h *house) {
		conn, err := h.net.Host(pbxAddr.Addr()).Listen(pbxAddr)
		if err != nil {
			h.Fatal(err)
		}
		registrar := &uatest.Registrar{Password: "other"}
		registrar.Serve(conn)
		defer registrar.Close()
		if e := want[ua.RegistrationFailed](h); !e.WrongPassword {
			h.Errorf("told %+v", e)
		}
		time.Sleep(time.Hour)
		if n := len(registrar.Requests()); n > 40 {
			h.Errorf("%d REGISTERs in an hour", n)
		}
	}, registered)
}

func TestCallsThroughThePBX(t *testing.T) {
	story(t, "a number is called where the REGISTER went", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		h.ua.Dial("out-1", ua.Dial{Account: "pbx", Target: "**613", Media: media()})
		m := pbx.WantRequest("INVITE")
		if m.RequestURI != "sip:**613@pbx.test" || !strings.Contains(m.Get("From"), "<sip:door@pbx.test>") {
			h.Errorf("called with\n%s", m)
		}
	}, registered)
	story(t, "calls from the PBX are trusted, others are not heard", func(h *house) {
		pbx, other := h.phone(pbxAddr), h.phone(otherAddr)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		other.Call(h.addr, "door").Request("INVITE", uatest.SDP(rtp(other)))
		other.WantSilence(time.Second)
		pbx.Call(h.addr, "door").Request("INVITE", uatest.SDP(rtp(pbx)))
		if in := want[ua.Incoming](h); !in.Trusted || in.Account != "pbx" {
			h.Errorf("told %+v", in)
		}
	}, registered)
	story(t, "an outbound proxy gets everything, with a Route", func(h *house) {
		proxy := h.phone(otherAddr)
		reg := proxy.WantRequest("REGISTER")
		if reg.Get("Route") != "<sip:192.0.2.21;lr>" || reg.RequestURI != "sip:192.0.2.1" {
			h.Errorf("registered with\n%s", reg)
		}
		reg.Reply(200)
		want[ua.Registered](h)
		h.ua.Dial("out-1", ua.Dial{Target: "sip:11@elsewhere.test", Media: media()})
		if m := proxy.WantRequest("INVITE"); m.Get("Route") != "<sip:192.0.2.21;lr>" || m.RequestURI != "sip:11@elsewhere.test" {
			h.Errorf("called with\n%s", m)
		}
	}, registered, func(o *ua.Options) { o.Accounts[0].Proxy = "sip:192.0.2.21" })
}

func TestLostPBX(t *testing.T) {
	story(t, "a call that nobody answers brings the next REGISTER forward", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		h.ua.Dial("out-1", ua.Dial{Target: "11", Media: media()})
		pbx.WantRequest("INVITE")
		h.wantEnded(408, false)
		ended := time.Now()
		for m := pbx.Receive(2 * time.Second); ; m = pbx.Receive(2 * time.Second) {
			if m == nil {
				h.Fatal("the registration is not looked after")
			}
			if m.Method == "REGISTER" {
				if d := m.At.Sub(ended); d > time.Second {
					h.Errorf("looked after %v later", d)
				}
				break
			}
		}
		if e := want[ua.RegistrationFailed](h); time.Since(ended) > 35*time.Second {
			h.Errorf("told %+v after %v", e, time.Since(ended))
		}
	}, registered)
}
