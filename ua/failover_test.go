package ua_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

var spareAddr = netip.MustParseAddrPort("192.0.2.2:5060")

// spared makes the account one of a PBX with two servers.
func spared(o *ua.Options) {
	registered(o)
	o.Accounts[0].Registrar = "sip:pbx.test"
	names(map[string][]netip.Addr{"pbx.test": {pbxAddr.Addr(), spareAddr.Addr()}})(o)
}

func TestSeveralServers(t *testing.T) {
	story(t, "the first is silent: the next one, and back when it is there again", func(h *house) {
		spare := h.phone(spareAddr)
		began := time.Now()
		spare.WantRequest("REGISTER").Reply(200)
		if e := want[ua.RegistrationFailed](h); !strings.Contains(e.Err.Error(), "192.0.2.1:5060") || e.WrongPassword || time.Since(began) > 10*time.Second {
			h.Errorf("told %+v after %v", e, time.Since(began))
		}
		want[ua.Registered](h)
		h.ua.Dial("out-1", ua.Dial{Target: "11", Media: media()})
		spare.WantRequest("INVITE").Reply(486)
		h.wantEnded(486, true)
		spare.WantRequest("ACK")

		first := h.phone(pbxAddr)
		nextRegister(h, first).Reply(200)
		// Calls must not come by both. Where the two are one, the binding goes with
		// the spare's, and is made again at once.
		bye := spare.WantRequest("REGISTER")
		if bye.Get("Expires") != "0" {
			h.Errorf("the spare hears\n%s", bye)
		}
		bye.Reply(200)
		if again := first.WantRequest("REGISTER"); again.Get("Expires") == "0" || again.At.Sub(bye.At) > time.Second {
			h.Errorf("%v later\n%s", again.At.Sub(bye.At), again)
		} else {
			again.Reply(200)
		}
		h.wantQuiet(time.Second)
		h.ua.Dial("out-1", ua.Dial{Target: "11", Media: media()})
		first.WantRequest("INVITE").Reply(486)
		h.wantEnded(486, true)
		first.WantRequest("ACK")
		spare.WantSilence(time.Second)
	}, spared)
	story(t, "while the first stays away the binding at the other holds", func(h *house) {
		spare := h.phone(spareAddr)
		held := time.Time{}
		for begin := time.Now(); time.Since(begin) < 2*time.Hour; {
			m := nextRegister(h, spare)
			if !held.IsZero() && m.At.After(held) {
				h.Fatalf("refreshed %v too late", m.At.Sub(held))
			}
			m.Reply(200, "Expires: 300")
			held = m.At.Add(300 * time.Second)
			if held.Sub(begin) < 400*time.Second {
				want[ua.RegistrationFailed](h)
				want[ua.Registered](h)
			}
		}
		h.wantQuiet(time.Second)
	}, spared)
	story(t, "503: the next one at once", func(h *house) {
		first, spare := h.phone(pbxAddr), h.phone(spareAddr)
		m := first.WantRequest("REGISTER")
		m.Reply(503)
		if again := spare.WantRequest("REGISTER"); again.At != m.At {
			h.Errorf("after %v", again.At.Sub(m.At))
		} else {
			again.Reply(200)
		}
		want[ua.Registered](h)
	}, spared)
	story(t, "a call turns to the next one when the first has just gone", func(h *house) {
		l, spare := h.listens(pbxAddr), h.listens(spareAddr)
		first, s := h.accept(l)
		first.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		l.Close()
		s.Close()
		began := time.Now()
		h.ua.Dial("out-1", ua.Dial{Target: "11", Media: media()})
		next, _ := h.accept(spare)
		invite := next.WantRequest("INVITE")
		if d := invite.At.Sub(began); d > time.Second {
			h.Errorf("after %v", d)
		}
		invite.Reply(486)
		h.wantEnded(486, true)
	}, spared, func(o *ua.Options) { o.Accounts[0].Registrar += ";transport=tcp" })
	story(t, "none of them: told after the first, and when the attempt is over", func(h *house) {
		began := time.Now()
		if e := want[ua.RegistrationFailed](h); time.Since(began) != 8*time.Second || e.Next != time.Now() {
			h.Errorf("told after %v: %+v", time.Since(began), e)
		}
		if e := want[ua.RegistrationFailed](h); time.Since(began) != 40*time.Second || !e.Next.After(time.Now()) {
			h.Errorf("told after %v: %+v", time.Since(began), e)
		}
	}, spared)
	story(t, "the first wakes up when the next one has been asked: its answer changes nothing", func(h *house) {
		first, spare := h.phone(pbxAddr), h.phone(spareAddr)
		late := first.WantRequest("REGISTER")
		spare.WantRequest("REGISTER").Reply(200)
		late.Reply(403)
		want[ua.RegistrationFailed](h)
		want[ua.Registered](h)
		h.wantQuiet(time.Minute)
	}, spared)
	story(t, "the first asks for a password and then takes long: it is waited for", func(h *house) {
		first := h.phone(pbxAddr)
		first.WantRequest("REGISTER").Reply(401, authenticate("n1"))
		m := first.WantRequest("REGISTER")
		m.Reply(100)
		time.Sleep(10 * time.Second)
		m.Reply(200)
		want[ua.Registered](h)
	}, spared)
	story(t, "the spare cannot be left: it is asked for a while, and all goes on", func(h *house) {
		spare := h.phone(spareAddr)
		spare.WantRequest("REGISTER").Reply(200)
		want[ua.RegistrationFailed](h)
		want[ua.Registered](h)
		first := h.phone(pbxAddr)
		nextRegister(h, first).Reply(200)
		bye := spare.WantRequest("REGISTER")
		bye.Reply(401, authenticate("n9"))
		if again := spare.WantRequest("REGISTER"); again.Get("Expires") != "0" || !again.Has("Authorization") {
			h.Errorf("the spare hears\n%s", again)
		}
		if again := first.WantRequest("REGISTER"); again.At.Sub(bye.At) != 32*time.Second {
			h.Errorf("refreshed %v later", again.At.Sub(bye.At))
		} else {
			again.Reply(200)
		}
		h.wantQuiet(time.Second)
	}, spared)
}

func TestSilentServerIsPassedOver(t *testing.T) {
	two := names(map[string][]netip.Addr{"pbx.test": {pbxAddr.Addr(), spareAddr.Addr()}})
	call := func(h *house) (first, spare *uatest.Peer, silent, invite *uatest.Message) {
		first, spare = h.phone(pbxAddr), h.phone(spareAddr)
		h.ua.Dial("out-1", ua.Dial{Target: "sip:11@pbx.test", Media: media()})
		silent = first.WantRequest("INVITE")
		invite = spare.WantRequest("INVITE")
		if d := invite.At.Sub(silent.At); d != 4*time.Second {
			h.Errorf("after %v", d)
		}
		return first, spare, silent, invite
	}
	answered := func(h *house, spare *uatest.Peer, invite *uatest.Message) {
		invite.Reply(200, uatest.SDP(rtp(spare)))
		spare.WantRequest("ACK")
		want[ua.Answered](h)
	}
	story(t, "nothing more comes of it", func(h *house) {
		_, spare, _, invite := call(h)
		answered(h, spare, invite)
		h.wantQuiet(time.Minute)
	}, two)
	story(t, "it rings after all: CANCEL", func(h *house) {
		first, spare, silent, invite := call(h)
		silent.Reply(180)
		first.WantRequest("CANCEL").Reply(200)
		silent.Reply(487)
		first.WantRequest("ACK")
		answered(h, spare, invite)
		h.wantQuiet(time.Minute)
	}, two)
	story(t, "it is answered there after all: ACK and BYE, again for a copy", func(h *house) {
		first, spare, silent, invite := call(h)
		answered(h, spare, invite)
		silent.Reply(200, uatest.SDP(rtp(first)))
		ack := first.WantRequest("ACK")
		if seq := strings.Fields(ack.Get("CSeq"))[0]; seq != strings.Fields(silent.Get("CSeq"))[0] {
			h.Errorf("acknowledges %s", seq)
		}
		first.WantRequest("BYE").Reply(200)
		first.Forget()
		silent.Reply(200, uatest.SDP(rtp(first)))
		first.WantRequest("ACK")
		first.WantSilence(time.Second)
		h.wantQuiet(time.Minute)
	}, two)
	story(t, "hung up while it is silent: nobody else is asked", func(h *house) {
		first, spare := h.phone(pbxAddr), h.phone(spareAddr)
		h.ua.Dial("out-1", ua.Dial{Target: "sip:11@pbx.test", Media: media()})
		first.WantRequest("INVITE")
		h.ua.Hangup("out-1")
		h.wantEnded(487, false)
		spare.WantSilence(10 * time.Second)
	}, two)
	story(t, "100 is an answer: it is waited for", func(h *house) {
		first, spare := h.phone(pbxAddr), h.phone(spareAddr)
		h.ua.Dial("out-1", ua.Dial{Target: "sip:11@pbx.test", Media: media()})
		invite := first.WantRequest("INVITE")
		invite.Reply(100)
		spare.WantSilence(20 * time.Second)
		invite.Reply(486)
		h.wantEnded(486, true)
		first.WantRequest("ACK")
	}, two)
}

func TestRoutesOfARegistrar(t *testing.T) {
	story(t, "Service-Route (RFC 3608), Path (RFC 3327)", func(h *house) {
		pbx := h.phone(pbxAddr)
		reg := pbx.WantRequest("REGISTER")
		if !strings.Contains(reg.Get("Supported"), "path") {
			h.Errorf("registers with\n%s", reg)
		}
		reg.Reply(200, "Path: <sip:192.0.2.1;lr>", "Service-Route: <sip:192.0.2.1;lr>, <sip:home.test;lr>, <sip:strict.test>")
		want[ua.Registered](h)
		h.ua.Dial("out-1", ua.Dial{Target: "11", Media: media()})
		m := pbx.WantRequest("INVITE")
		if got := strings.Join(slices.Collect(m.Values("Route")), " "); got != "<sip:192.0.2.1;lr> <sip:home.test;lr>" || m.RequestURI != "sip:11@pbx.test" {
			h.Errorf("calls with\n%s", m)
		}
		m.Reply(486)
		h.wantEnded(486, true)
		pbx.WantRequest("ACK")
	}, registered)
	story(t, "a Service-Route that begins elsewhere", func(h *house) {
		pbx, other := h.phone(pbxAddr), h.phone(otherAddr)
		pbx.WantRequest("REGISTER").Reply(200, "Service-Route: <sip:192.0.2.21;lr>")
		want[ua.Registered](h)
		h.ua.Dial("out-1", ua.Dial{Target: "11", Media: media()})
		other.WantRequest("INVITE").Reply(486)
		h.wantEnded(486, true)
		other.WantRequest("ACK")
	}, registered)
}

// nextRegister waits for a REGISTER for longer than any refresh takes.
func nextRegister(h *house, p *uatest.Peer) *uatest.Message {
	h.Helper()
	for {
		m := p.Receive(20 * time.Minute)
		switch {
		case m == nil:
			h.Fatal("no REGISTER came")
		case m.Method == "REGISTER":
			return m
		}
	}
}
