package ua_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"intercom/test/memnet"
	"intercom/ua"
	"intercom/ua/digest"
	"intercom/ua/sip"
	"intercom/ua/uatest"
)

// guarded trusts no address, but kitchen and attic with their passwords.
func guarded(o *ua.Options) {
	o.Config.Allow = nil
	o.Callers = []ua.Caller{{Username: "kitchen", Password: "zanzibar"}, {Username: "attic", Password: "baghdad1"}}
}

// somebody is a digest client.
func somebody(user string, password ua.Secret) *digest.Client {
	return &digest.Client{Username: user, Password: password}
}

// authorize answers the n-th challenge of a 401 in a request.
func authorize(h *house, c *digest.Client, m *sip.Message, resp *uatest.Message, n int) {
	h.Helper()
	var all []digest.Challenge
	for value := range resp.Values("WWW-Authenticate") {
		ch, err := digest.ParseChallenge(value)
		if err != nil {
			h.Fatal(err)
		}
		all = append(all, ch)
	}
	if n >= len(all) {
		h.Fatalf("want a challenge more than %d, got:\n%s", n, resp)
	}
	value, err := c.Authorize(all[n], m.Method, m.RequestURI, m.Body)
	if err != nil {
		h.Fatal(err)
	}
	m.Set("Authorization", value)
}

// onlyAuthInt makes the first challenge of a 401 one for the body too.
func onlyAuthInt(resp *uatest.Message) {
	for i, field := range resp.Headers {
		if field.Name == "WWW-Authenticate" {
			resp.Headers[i].Value = strings.Replace(field.Value, `"auth,auth-int"`, `"auth-int"`, 1)
		}
	}
}

// refusedInvite calls without a password.
func refusedInvite(h *house, p *uatest.Peer, lines ...string) (*uatest.Dialog, *uatest.Message) {
	h.Helper()
	call := p.Call(h.addr, "door")
	call.Request("INVITE", lines...)
	refused := call.Want(401)
	call.AckRefusal(refused)
	return call, refused
}

// callAs has a phone call with a password; it returns the call when it has been
// told of.
func callAs(h *house, p *uatest.Peer, c *digest.Client, lines ...string) (*uatest.Dialog, ua.Incoming) {
	h.Helper()
	call, refused := refusedInvite(h, p, lines...)
	m := call.Build("INVITE", lines...)
	authorize(h, c, m, refused, 0)
	p.SendMessage(h.addr, m)
	return call, want[ua.Incoming](h)
}

// guardedCall is a call with a password that is up.
func guardedCall(h *house, p *uatest.Peer, c *digest.Client) *uatest.Dialog {
	h.Helper()
	call, in := callAs(h, p, c, uatest.SDP(rtp(p)))
	h.ua.Answer(in.Call, media())
	call.Want(200)
	call.Ack()
	want[ua.Answered](h)
	return call
}

// Nobody without a password gets further than the challenge, whatever he says
// of himself.
func TestStrangersWithoutThePasswordAreNotHeard(t *testing.T) {
	for name, forge := range map[string]func(h *house, m *sip.Message, refused *uatest.Message){
		"no credentials": func(*house, *sip.Message, *uatest.Message) {},
		"a wrong password": func(h *house, m *sip.Message, refused *uatest.Message) {
			authorize(h, somebody("kitchen", "guess"), m, refused, 0)
		},
		"a user that nobody knows": func(h *house, m *sip.Message, refused *uatest.Message) {
			authorize(h, somebody("eve", "zanzibar"), m, refused, 0)
		},
		"an empty password": func(h *house, m *sip.Message, refused *uatest.Message) {
			authorize(h, somebody("eve", ""), m, refused, 1)
		},
		"a nonce of his own": func(h *house, m *sip.Message, refused *uatest.Message) {
			refused.Set("WWW-Authenticate", `Digest realm="192.0.2.10", nonce="mine", algorithm=MD5, qop="auth"`)
			authorize(h, somebody("kitchen", "zanzibar"), m, refused, 0)
		},
		"the credentials of another method": func(h *house, m *sip.Message, refused *uatest.Message) {
			other := m.Clone()
			other.Method = "OPTIONS"
			authorize(h, somebody("kitchen", "zanzibar"), other, refused, 0)
			m.Set("Authorization", other.Get("Authorization"))
		},
		"another body under auth-int": func(h *house, m *sip.Message, refused *uatest.Message) {
			onlyAuthInt(refused)
			authorize(h, somebody("kitchen", "zanzibar"), m, refused, 0)
			m.Body = append(m.Body, "a=sendrecv\r\n"...)
			m.Set("Content-Length", fmt.Sprint(len(m.Body)))
		},
		"proxy credentials": func(h *house, m *sip.Message, refused *uatest.Message) {
			authorize(h, somebody("kitchen", "zanzibar"), m, refused, 0)
			m.Add("Proxy-Authorization", m.Get("Authorization"))
			m.Del("Authorization")
		},
		"another scheme": func(_ *house, m *sip.Message, _ *uatest.Message) {
			m.Set("Authorization", "Basic a2l0Y2hlbjp6YW56aWJhcg==")
		},
		"an identity that nobody vouches for": func(_ *house, m *sip.Message, _ *uatest.Message) {
			m.Set("From", "<sip:kitchen@192.0.2.10>;tag=x")
			m.Set("P-Asserted-Identity", "<sip:kitchen@192.0.2.10>")
		},
	} {
		story(t, name, func(h *house) {
			phone := h.phone(phoneAddr)
			call, refused := refusedInvite(h, phone, uatest.SDP(rtp(phone)))
			for _, method := range []string{"INVITE", "MESSAGE", "OPTIONS", "SUBSCRIBE", "REFER", "INFO", "BYE"} {
				m := call.Build(method, uatest.SDP(rtp(phone)))
				if method == "INVITE" {
					forge(h, m, refused)
				}
				phone.SendMessage(h.addr, m)
				phone.WantResponse(401)
			}
			h.wantQuiet(time.Minute)
			if kept := h.ua.Kept(); kept != (ua.Kept{}) {
				h.Errorf("of a stranger there is kept %+v", kept)
			}
		}, guarded)
	}
}

func TestCallersWithThePassword(t *testing.T) {
	for n, algorithm := range []string{"SHA-256", "MD5"} {
		story(t, algorithm, func(h *house) {
			phone := h.phone(phoneAddr)
			call, refused := refusedInvite(h, phone, uatest.SDP(rtp(phone)))
			m := call.Build("INVITE", uatest.SDP(rtp(phone)))
			authorize(h, somebody("kitchen", "zanzibar"), m, refused, n)
			if !strings.Contains(m.Get("Authorization"), "algorithm="+algorithm) {
				h.Errorf("credentials %q, want %s", m.Get("Authorization"), algorithm)
			}
			phone.SendMessage(h.addr, m)
			in := want[ua.Incoming](h)
			if in.User != "kitchen" || !in.Trusted || in.From != "sip:11@192.0.2.20:5060" {
				h.Errorf("told of %+v", in)
			}
			h.ua.Answer(in.Call, media())
			call.Want(200)
			call.Ack()
			want[ua.Answered](h)
		}, guarded)
	}
	story(t, "auth-int covers the body", func(h *house) {
		phone := h.phone(phoneAddr)
		call, refused := refusedInvite(h, phone, uatest.SDP(rtp(phone)))
		onlyAuthInt(refused)
		m := call.Build("INVITE", uatest.SDP(rtp(phone)))
		authorize(h, somebody("kitchen", "zanzibar"), m, refused, 0)
		phone.SendMessage(h.addr, m)
		if in := want[ua.Incoming](h); in.User != "kitchen" {
			h.Errorf("told of %+v", in)
		}
	}, guarded)
	story(t, "credentials of other realms do not matter", func(h *house) {
		phone := h.phone(phoneAddr)
		call, refused := refusedInvite(h, phone, uatest.SDP(rtp(phone)))
		m := call.Build("INVITE", uatest.SDP(rtp(phone)))
		authorize(h, somebody("kitchen", "zanzibar"), m, refused, 0)
		m.Add("Authorization", m.Get("Authorization"))
		m.Headers[len(m.Headers)-2].Value = `Digest username="x", realm="pbx", nonce="y", uri="sip:z", response="0"`
		phone.SendMessage(h.addr, m)
		want[ua.Incoming](h)
	}, guarded)
	story(t, "texts and OPTIONS", func(h *house) {
		phone, c := h.phone(phoneAddr), somebody("attic", "baghdad1")
		call := phone.Call(h.addr, "door")
		call.Request("MESSAGE", "Content-Type: text/plain", "body: hello")
		refused := phone.WantResponse(401)
		m := call.Build("MESSAGE", "Content-Type: text/plain", "body: hello")
		authorize(h, c, m, refused, 0)
		phone.SendMessage(h.addr, m)
		phone.WantResponse(200)
		if e := want[ua.Message](h); e.User != "attic" || e.Text != "hello" {
			h.Errorf("told of %+v", e)
		}
		m = call.Build("OPTIONS")
		authorize(h, c, m, refused, 0) // the same nonce, counted
		phone.SendMessage(h.addr, m)
		phone.WantResponse(200)
	}, guarded)
}

// What somebody has overheard is worth nothing.
func TestOverheardCredentialsAreRefused(t *testing.T) {
	// replay has kitchen call, and what she sent come once more from eve, or from
	// herself, after a while and in another call.
	replay := func(h *house, eve *uatest.Peer, pause time.Duration) {
		h.Helper()
		phone := h.phone(phoneAddr)
		call, refused := refusedInvite(h, phone, uatest.SDP(rtp(phone)))
		m := call.Build("INVITE", uatest.SDP(rtp(phone)))
		authorize(h, somebody("kitchen", "zanzibar"), m, refused, 0)
		phone.SendMessage(h.addr, m)
		h.ua.Reject(want[ua.Incoming](h).Call, 486, "")
		want[ua.Ended](h)
		call.AckRefusal(call.Want(486))
		h.wantQuiet(pause)
		if eve == nil {
			eve = phone
		}
		again := m.Clone()
		again.Set("Via", fmt.Sprintf("SIP/2.0/UDP %s;branch=z9hG4bKreplay;rport", eve.Addr))
		again.Set("Call-ID", "another")
		eve.SendMessage(h.addr, again)
		ch, err := digest.ParseChallenge(eve.WantResponse(401).Get("WWW-Authenticate"))
		if err != nil || !ch.Stale {
			h.Errorf("challenged with %q, %v, want stale", ch, err)
		}
		h.wantQuiet(time.Second)
	}
	story(t, "as another call", func(h *house) { replay(h, nil, time.Second) }, guarded)
	story(t, "from another address", func(h *house) { replay(h, h.phone(otherAddr), time.Second) }, guarded)
	story(t, "an hour later", func(h *house) { replay(h, nil, time.Hour) }, guarded)
}

// Five wrong passwords, and an address hears nothing for a minute; sixty of all
// addresses, and nobody does.
func TestGuessesAreCounted(t *testing.T) {
	guess := func(h *house, p *uatest.Peer) {
		h.Helper()
		call := p.Call(h.addr, "door")
		call.Request("OPTIONS")
		refused := p.WantResponse(401)
		m := call.Build("OPTIONS")
		authorize(h, somebody("kitchen", "guess"), m, refused, 1)
		p.SendMessage(h.addr, m)
		p.WantResponse(401)
	}
	silent := func(h *house, p *uatest.Peer) {
		h.Helper()
		p.Call(h.addr, "door").Request("OPTIONS")
		p.WantSilence(time.Second)
	}
	story(t, "of one address", func(h *house) {
		eve, kitchen := h.phone(otherAddr), h.phone(phoneAddr)
		for range 5 {
			guess(h, eve)
		}
		silent(h, eve)
		guardedCall(h, kitchen, somebody("kitchen", "zanzibar")).Request("BYE")
		kitchen.WantResponse(200)
		want[ua.Ended](h)
		h.wantQuiet(time.Minute)
		guess(h, eve)
		if got := h.ua.Stats().Refused; got != (ua.Refused{Challenged: 13, WrongPasswords: 6, LockedOut: 1}) {
			h.Errorf("counted %+v", got)
		}
	}, guarded)
	story(t, "of many addresses", func(h *house) {
		for i := range 12 {
			eve := h.phone(netip.AddrPortFrom(netip.AddrFrom4([4]byte{198, 51, 100, byte(i + 1)}), 5060))
			for range 5 {
				guess(h, eve)
			}
		}
		kitchen := h.phone(phoneAddr)
		silent(h, kitchen)
		h.wantQuiet(time.Minute)
		guardedCall(h, kitchen, somebody("kitchen", "zanzibar"))
	}, guarded)
	story(t, "nonces that are not ours are no guesses", func(h *house) {
		eve := h.phone(otherAddr)
		for range 100 {
			call := eve.Call(h.addr, "door")
			call.Request("OPTIONS", `Authorization: Digest username="kitchen", realm="192.0.2.10", nonce="x", uri="sip:y", response="z"`)
			eve.WantResponse(401)
		}
		if got := h.ua.Stats().Refused; got != (ua.Refused{Challenged: 100}) {
			h.Errorf("counted %+v", got)
		}
	}, guarded)
}

// RFC 3261 §22.1: neither ACK nor CANCEL is challenged.
func TestWhatCannotBeSentAgainIsNotChallenged(t *testing.T) {
	story(t, "CANCEL of the caller's own call", func(h *house) {
		phone := h.phone(phoneAddr)
		call, _ := callAs(h, phone, somebody("kitchen", "zanzibar"), uatest.SDP(rtp(phone)))
		call.Cancel()
		phone.WantResponse(200)
		call.AckRefusal(call.Want(487))
		h.wantEnded(487, true)
	}, guarded)
	story(t, "CANCEL and ACK of nothing get nothing", func(h *house) {
		phone := h.phone(phoneAddr)
		call := phone.Call(h.addr, "door")
		call.Build("INVITE")
		call.Cancel()
		call.Ack()
		phone.WantSilence(time.Minute)
	}, guarded)
	story(t, "CANCEL of another ends nothing", func(h *house) {
		phone, eve := h.phone(phoneAddr), h.phone(otherAddr)
		call, _ := callAs(h, phone, somebody("kitchen", "zanzibar"), uatest.SDP(rtp(phone)))
		other := *call
		other.Peer = eve
		other.Cancel()
		eve.WantSilence(time.Minute)
		h.wantQuiet(time.Second)
	}, guarded)
}

// A call belongs to who has shown the password, and to the way that he called
// by: those who have overheard its tags change nothing in it.
func TestGuardedCallsBelongToTheirCaller(t *testing.T) {
	key := []string{"Content-Type: application/dtmf-relay", "body: Signal=4\r\nDuration=160\r\n"}
	as := func(call *uatest.Dialog, p *uatest.Peer) *uatest.Dialog {
		other := *call
		other.Peer, other.Seq = p, call.Seq+10
		return &other
	}
	again := func(h *house, call *uatest.Dialog, c *digest.Client) {
		h.Helper()
		refused := call.Peer.WantResponse(401)
		m := call.Build("INFO", key...)
		authorize(h, c, m, refused, 0)
		call.Peer.SendMessage(h.addr, m)
	}
	story(t, "on their own way", func(h *house) {
		phone := h.phone(phoneAddr)
		call := guardedCall(h, phone, somebody("kitchen", "zanzibar"))
		call.Request("INFO", key...)
		phone.WantResponse(200)
		want[ua.Info](h)
		call.Request("BYE")
		phone.WantResponse(200)
		h.wantEnded(0, true)
	}, guarded)
	for _, method := range []string{"INFO", "INVITE", "UPDATE", "REFER", "MESSAGE", "OPTIONS"} {
		story(t, method+" of a stranger", func(h *house) {
			phone, eve := h.phone(phoneAddr), h.phone(otherAddr)
			as(guardedCall(h, phone, somebody("kitchen", "zanzibar")), eve).Request(method, key...)
			eve.WantResponse(401)
			h.wantQuiet(time.Second)
		}, guarded)
	}
	story(t, "of another port of the same address", func(h *house) {
		phone, eve := h.phone(phoneAddr), h.phone(netip.AddrPortFrom(phoneAddr.Addr(), 6666))
		as(guardedCall(h, phone, somebody("kitchen", "zanzibar")), eve).Request("INFO", key...)
		eve.WantResponse(401)
		h.wantQuiet(time.Second)
	}, guarded)
	story(t, "of another caller with a password", func(h *house) {
		phone, attic := h.phone(phoneAddr), h.phone(otherAddr)
		call := as(guardedCall(h, phone, somebody("kitchen", "zanzibar")), attic)
		call.Request("INFO", key...)
		again(h, call, somebody("attic", "baghdad1"))
		attic.WantResponse(403)
		h.wantQuiet(time.Second)
	}, guarded)
	story(t, "who has moved shows the password again", func(h *house) {
		phone, moved := h.phone(phoneAddr), h.phone(otherAddr)
		call := as(guardedCall(h, phone, somebody("kitchen", "zanzibar")), moved)
		call.Request("INFO", key...)
		again(h, call, somebody("kitchen", "zanzibar"))
		moved.WantResponse(200)
		want[ua.Info](h)
	}, guarded)
	story(t, "the answer in a stranger's ACK", func(h *house) {
		phone, eve := h.phone(phoneAddr), h.phone(otherAddr)
		call, in := callAs(h, phone, somebody("kitchen", "zanzibar"))
		h.ua.Answer(in.Call, media())
		call.Want(200)
		other := *call
		other.Peer = eve
		other.Ack(uatest.SDP(rtp(eve)))
		h.wantQuiet(100 * time.Millisecond)
		call.Ack(uatest.SDP(rtp(phone)))
		if e := want[ua.Answered](h); e.Session.Remote != rtp(phone) {
			h.Errorf("the sound goes to %v", e.Session.Remote)
		}
	}, guarded)
}

func TestStrangersAreCounted(t *testing.T) {
	story(t, "in silence", func(h *house) {
		eve := h.phone(otherAddr)
		for _, method := range []string{"OPTIONS", "INVITE", "REGISTER", "ACK", "BYE"} {
			eve.Call(h.addr, "door").Request(method)
		}
		eve.WantSilence(time.Second)
		if got := h.ua.Stats().Refused; got != (ua.Refused{Strangers: 4}) {
			h.Errorf("counted %+v", got)
		}
	}, func(o *ua.Options) { o.Config.Allow = nil })
}

func TestFaultsOfCallers(t *testing.T) {
	for name, c := range map[string]struct {
		callers []ua.Caller
		want    string
	}{
		"no name":        {[]ua.Caller{{Password: "zanzibar"}}, "username"},
		"no password":    {[]ua.Caller{{Username: "kitchen"}}, "password"},
		"short password": {[]ua.Caller{{Username: "kitchen", Password: "1234567"}}, "at least 8"},
		"two of a name":  {[]ua.Caller{{Username: "kitchen", Password: "zanzibar"}, {Username: "kitchen", Password: "baghdad1"}}, "another of this name"},
	} {
		host := memnet.New(1).Host(doorAddr.Addr())
		_, err := ua.New(ua.Options{Config: ua.Default(), Callers: c.callers, Listen: func(a netip.AddrPort) (ua.PacketConn, error) { return host.Listen(a) }})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "1234567") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
