package ua_test

import (
	"context"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

var newAddr = netip.MustParseAddr("192.0.2.77")

// mobile is a device whose network changes.
type mobile struct {
	changes chan struct{}

	mu   sync.Mutex
	here netip.Addr
}

func (m *mobile) options(o *ua.Options) {
	m.changes, m.here = make(chan struct{}, 100), doorAddr.Addr()
	o.Changes = m.changes
	o.Route = func(netip.AddrPort) (netip.Addr, error) { return m.addr(), nil }
}

func (m *mobile) addr() netip.Addr {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.here
}

// moves gives the device another address.
func (m *mobile) moves(h *house, to netip.Addr) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h.net.Host(m.here).Renumber(to)
	m.here = to
	h.addr = netip.AddrPortFrom(to, h.addr.Port())
	m.changes <- struct{}{}
}

func contacts(m *uatest.Message) string {
	var all []string
	for value := range m.Values("Contact") {
		all = append(all, value)
	}
	return strings.Join(all, ", ")
}

// soon fails if more than 5 s have passed.
func (h *house) soon(began time.Time) {
	h.Helper()
	if d := time.Since(began); d > 5*time.Second {
		h.Errorf("only after %v", d)
	}
}

func TestAnotherAddress(t *testing.T) {
	var m mobile
	story(t, "registered again from there, and the old contact is taken back (RFC 3261 §10.2.2)", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		began := time.Now()
		m.moves(h, newAddr)
		reg := pbx.WantRequest("REGISTER")
		h.soon(began)
		if got := contacts(reg); got != "<sip:door@192.0.2.77:5060>, <sip:door@192.0.2.10:5060>;expires=0" || reg.Source.Addr() != newAddr {
			h.Errorf("from %v: %s", reg.Source, got)
		}
		if via := reg.Get("Via"); !strings.Contains(via, "192.0.2.77:5060") {
			h.Errorf("Via: %s", via)
		}
		reg.Reply(200, "Contact: <sip:door@192.0.2.77:5060>;expires=100")
		if next := pbx.WantRequest("REGISTER"); contacts(next) != "<sip:door@192.0.2.77:5060>" || next.At.Sub(reg.At) > 100*time.Second {
			h.Errorf("%v later: %s", next.At.Sub(reg.At), contacts(next))
		} else {
			next.Reply(200)
		}
		h.wantQuiet(time.Second)
	}, registered, m.options)
	story(t, "while a REGISTER is under way: it begins anew, and the old answer counts for nothing", func(h *house) {
		pbx := h.phone(pbxAddr)
		old := pbx.WantRequest("REGISTER")
		m.moves(h, newAddr)
		reg := pbx.WantRequest("REGISTER")
		old.Reply(403)
		h.wantQuiet(time.Second)
		reg.Reply(200)
		want[ua.Registered](h)
	}, registered, m.options)
	story(t, "over TCP: a new connection", func(h *house) {
		l := h.listens(pbxAddr)
		pbx, _ := h.accept(l)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		began := time.Now()
		m.moves(h, newAddr)
		again, _ := h.accept(l)
		reg := again.WantRequest("REGISTER")
		h.soon(began)
		if got := contacts(reg); !strings.HasPrefix(got, "<sip:door@192.0.2.77:5060;transport=tcp>, ") {
			h.Errorf("Contact: %s", got)
		}
		reg.Reply(200)
		h.wantQuiet(time.Minute)
	}, registered, m.options, func(o *ua.Options) { o.Accounts[0].Registrar += ";transport=tcp" })
	story(t, "a call goes on: re-INVITE with the new Contact and address (RFC 3261 §14.1)", func(h *house) {
		phone := h.phone(phoneAddr)
		h.callOut(phone)
		began := time.Now()
		m.moves(h, newAddr)
		re := phone.WantRequest("INVITE")
		h.soon(began)
		if contacts(re) != "<sip:door@192.0.2.77:5060>" || !strings.Contains(string(re.Body), "c=IN IP4 192.0.2.77\r\n") {
			h.Errorf("got\n%s", re)
		}
		re.Reply(200, uatest.SDP(rtp(phone)))
		phone.WantRequest("ACK")
		h.wantQuiet(time.Second)
		h.ua.Hangup("out-1")
		phone.WantRequest("BYE").Reply(200)
		want[ua.Ended](h)
	}, m.options)
	story(t, "a call over TCP: by a new connection", func(h *house) {
		l := h.listens(phoneAddr)
		h.ua.Dial("out-1", ua.Dial{Target: "sip:11@192.0.2.20;transport=tcp", Media: media()})
		phone, _ := h.accept(l)
		phone.WantRequest("INVITE").Reply(200, uatest.SDP(rtp(phone)))
		phone.WantRequest("ACK")
		want[ua.Answered](h)
		m.moves(h, newAddr)
		phone, _ = h.accept(l)
		re := phone.WantRequest("INVITE")
		if contacts(re) != "<sip:door@192.0.2.77:5060;transport=tcp>" {
			h.Errorf("got\n%s", re)
		}
		re.Reply(200, uatest.SDP(rtp(phone)))
		phone.WantRequest("ACK")
		h.ua.Hangup("out-1")
		phone.WantRequest("BYE").Reply(200)
		want[ua.Ended](h)
	}, m.options)
	story(t, "a call on hold: told, and still on hold", func(h *house) {
		phone := h.phone(phoneAddr)
		h.callOut(phone)
		h.ua.Hold("out-1")
		hold := phone.WantRequest("INVITE")
		hold.Reply(200, uatest.SDP(rtp(phone), "m=audio 4000 RTP/AVP 8", "a=recvonly"))
		phone.WantRequest("ACK")
		want[ua.Updated](h)
		m.moves(h, newAddr)
		re := phone.WantRequest("INVITE")
		if !strings.Contains(string(re.Body), "a=sendonly") || !strings.Contains(string(re.Body), "192.0.2.77") {
			h.Errorf("got\n%s", re)
		}
		re.Reply(200, uatest.SDP(rtp(phone), "m=audio 4000 RTP/AVP 8", "a=recvonly"))
		phone.WantRequest("ACK")
		h.wantQuiet(time.Minute)
	}, m.options)
	story(t, "a call whose peer refuses the change: it goes on as it was", func(h *house) {
		phone := h.phone(phoneAddr)
		h.callOut(phone)
		m.moves(h, newAddr)
		phone.WantRequest("INVITE").Reply(488)
		phone.WantRequest("ACK")
		phone.WantSilence(time.Minute)
		h.ua.Hangup("out-1")
		phone.WantRequest("BYE").Reply(200)
		want[ua.Ended](h)
	}, m.options)
	story(t, "a call whose peer is not reached yet: told when it is", func(h *house) {
		phone := h.phone(phoneAddr)
		h.callOut(phone)
		h.net.Host(doorAddr.Addr()).Unplug()
		m.moves(h, newAddr)
		time.Sleep(3 * time.Second)
		h.net.Host(newAddr).Plug()
		re := phone.WantRequest("INVITE")
		if contacts(re) != "<sip:door@192.0.2.77:5060>" {
			h.Errorf("got\n%s", re)
		}
		re.Reply(200, uatest.SDP(rtp(phone)))
		phone.WantRequest("ACK")
		h.wantQuiet(time.Second)
	}, m.options)
	story(t, "a call that rings here: the answer says the new address", func(h *house) {
		phone := h.phone(phoneAddr)
		call := phone.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(phone)))
		in := want[ua.Incoming](h)
		m.moves(h, newAddr)
		time.Sleep(2 * time.Second)
		h.ua.Answer(in.Call, media())
		ok := call.Want(200)
		if contacts(ok) != "<sip:door@192.0.2.77:5060>" || !strings.Contains(string(ok.Body), "c=IN IP4 192.0.2.77\r\n") {
			h.Errorf("answers with\n%s", ok)
		}
		call.To = h.addr // where the Contact points
		call.Ack()
		want[ua.Answered](h)
	}, m.options)
	story(t, "a call whose way is as it was: nothing is said", func(h *house) {
		phone := h.phone(phoneAddr)
		h.callOut(phone)
		m.changes <- struct{}{}
		phone.WantSilence(time.Minute)
	}, m.options)
}

func TestNetworkThatGoesAndComes(t *testing.T) {
	var m mobile
	var there atomic.Value // the address of the PBX
	var silent atomic.Bool // the name server
	story(t, "registered again within 5 s, however long it was gone", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(200, "Expires: 60")
		want[ua.Registered](h)
		for _, gone := range []time.Duration{3 * time.Second, 10 * time.Minute, 26 * time.Hour} {
			host := h.net.Host(doorAddr.Addr())
			host.Unplug()
			m.changes <- struct{}{}
			for begin := time.Now(); time.Since(begin) < gone; {
				if _, ok := h.next(gone - time.Since(begin)).(ua.Registered); ok {
					h.Fatal("registered without a network")
				}
			}
			pbx.Forget()
			host.Plug()
			m.changes <- struct{}{}
			began := time.Now()
			pbx.WantRequest("REGISTER").Reply(200, "Expires: 60")
			h.soon(began)
			for e := h.next(time.Second); ; e = h.next(time.Second) {
				if _, ok := e.(ua.Registered); ok {
					break
				} else if e == nil {
					h.Fatalf("after %v without a network not registered", gone)
				}
			}
		}
	}, registered, m.options)
	story(t, "a connection that leads nowhere any more is given up after 3 s", func(h *house) {
		l := h.listens(pbxAddr)
		pbx, _ := h.accept(l)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		m.changes <- struct{}{} // a router has forgotten the connection: nobody answers on it
		began := time.Now()
		again, _ := h.accept(l)
		again.WantRequest("REGISTER").Reply(200)
		h.soon(began)
		h.wantQuiet(time.Minute)
	}, registered, m.options, func(o *ua.Options) { o.Accounts[0].Registrar += ";transport=tcp" })
	story(t, "one that does not settle: a try now and then, never more than one a second", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		tries := 0
		for begin := time.Now(); time.Since(begin) < time.Minute; {
			m.changes <- struct{}{}
			if r := pbx.Receive(100 * time.Millisecond); r != nil {
				tries++
				r.Reply(200)
			}
		}
		if tries < 15 || tries > 60 {
			h.Errorf("%d REGISTERs in a minute", tries)
		}
	}, registered, m.options)
	story(t, "a registrar on the device itself is as near as before", func(h *house) {
		pbx := h.phone(netip.MustParseAddrPort("127.0.0.1:5060"))
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		m.changes <- struct{}{}
		pbx.WantSilence(time.Minute)
	}, registered, m.options, func(o *ua.Options) { o.Accounts[0].Registrar = "sip:127.0.0.1" })
	story(t, "without the name server the old address serves, within 5 s", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		silent.Store(true)
		m.changes <- struct{}{}
		began := time.Now()
		pbx.WantRequest("REGISTER").Reply(200)
		h.soon(began)
	}, registered, m.options, func(o *ua.Options) {
		o.Accounts[0].Registrar = "sip:pbx.test"
		silent.Store(false)
		o.Lookup = func(ctx context.Context, _ string) ([]netip.Addr, error) {
			if silent.Load() {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return []netip.Addr{pbxAddr.Addr()}, nil
		}
	})
	story(t, "a wrong password is not tried again for it", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(403)
		want[ua.RegistrationFailed](h)
		m.changes <- struct{}{}
		pbx.WantSilence(14 * time.Second)
	}, registered, m.options)
	story(t, "the names are looked up again", func(h *house) {
		pbx, other := h.phone(pbxAddr), h.phone(otherAddr)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		there.Store(otherAddr.Addr())
		m.changes <- struct{}{}
		other.WantRequest("REGISTER").Reply(200)
	}, registered, m.options, func(o *ua.Options) {
		o.Accounts[0].Registrar = "sip:pbx.test"
		there.Store(pbxAddr.Addr())
		o.Lookup = func(context.Context, string) ([]netip.Addr, error) {
			return []netip.Addr{there.Load().(netip.Addr)}, nil
		}
	})
}

// instanced gives the device a name.
func instanced(o *ua.Options) { o.Instance = "0123456789abcdef" }

func TestOutbound(t *testing.T) { // RFC 5626
	const name = `;+sip.instance="<urn:uuid:`
	story(t, "the same name at each start, with reg-id and Supported: outbound", func(h *house) {
		pbx := h.phone(pbxAddr)
		reg := pbx.WantRequest("REGISTER")
		contact := reg.Get("Contact")
		if !strings.HasPrefix(contact, "<sip:door@192.0.2.10:5060>"+name) || !strings.HasSuffix(contact, `>";reg-id=1`) || reg.Get("Supported") != "path, outbound" {
			h.Errorf("asks with\n%s", reg)
		}
		if want := `urn:uuid:e9bcda48-9f2b-5fdc-9d6b-865748046e6b`; !strings.Contains(contact, want) {
			h.Errorf("the name has changed: %s, it was %s", contact, want)
		}
		reg.Reply(439)
		if again := pbx.WantRequest("REGISTER"); again.Get("Contact") != "<sip:door@192.0.2.10:5060>" {
			h.Errorf("after 439\n%s", again)
		} else {
			again.Reply(200)
		}
		want[ua.Registered](h)
	}, registered, instanced)
	story(t, "agreed: STUN every 24 to 29 s, counted (§4.4.2)", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(200, "Require: outbound")
		want[ua.Registered](h)
		pbx.WantSilence(5 * time.Minute)
		if n := pbx.Bindings.Asked; n < 300/29 || n > 300/23 {
			h.Errorf("%d pings in 5 minutes", n)
		}
		if s := h.ua.Stats(); s.Pings != uint64(pbx.Bindings.Asked) || s.UDP.Bindings != s.Pings {
			h.Errorf("counts %+v of %d", s.UDP, pbx.Bindings.Asked)
		}
	}, registered, instanced)
	story(t, "agreed: calls say that requests may come by the same flow (§4.3)", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(200, "Require: outbound")
		want[ua.Registered](h)
		h.ua.Dial("out-1", ua.Dial{Target: "11", Media: media()})
		invite := pbx.WantRequest("INVITE")
		if contacts(invite) != "<sip:door@192.0.2.10:5060;ob>" {
			h.Errorf("calls with\n%s", invite)
		}
		invite.Reply(486)
		h.wantEnded(486, true)
		pbx.WantRequest("ACK")
	}, registered, instanced)
	story(t, "Flow-Timer: as often as the registrar wants (§4.4)", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(200, "Require: outbound", "Flow-Timer: 100")
		want[ua.Registered](h)
		pbx.WantSilence(5 * time.Minute)
		if n := pbx.Bindings.Asked; n < 3 || n > 4 {
			h.Errorf("%d pings in 5 minutes", n)
		}
	}, registered, instanced)
	story(t, "the address that the registrar sees changes: registered again at once (§4.4.2)", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.Bindings.Seen = netip.MustParseAddrPort("203.0.113.1:1")
		pbx.WantRequest("REGISTER").Reply(200, "Require: outbound")
		want[ua.Registered](h)
		pbx.WantSilence(time.Minute)
		pbx.Bindings.Seen = netip.MustParseAddrPort("203.0.113.1:2")
		began := time.Now()
		reg := pbx.WantRequest("REGISTER")
		if d := reg.At.Sub(began); d > 30*time.Second {
			h.Errorf("after %v", d)
		}
		reg.Reply(200, "Require: outbound")
		h.wantQuiet(time.Second)
		pbx.WantSilence(time.Minute)
	}, registered, instanced)
	story(t, "no answer to STUN any more: the flow has failed, registered again", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(200, "Require: outbound", "Expires: 3600")
		want[ua.Registered](h)
		pbx.Bindings.Deaf = true
		began := time.Now()
		reg := pbx.WantRequest("REGISTER")
		if d := reg.At.Sub(began); d < 39*time.Second+23*time.Second || d > 39*time.Second+30*time.Second {
			h.Errorf("after %v", d)
		}
		reg.Reply(200)
		h.wantQuiet(time.Second)
		asked := pbx.Bindings.Asked
		if pbx.WantSilence(time.Minute); pbx.Bindings.Asked != asked {
			h.Error("a registrar that has not agreed is asked by STUN")
		}
	}, registered, instanced)
	story(t, "not agreed, no NAT, no wish: nothing is sent", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		pbx.WantSilence(5 * time.Minute)
		if s := h.ua.Stats(); s.Pings != 0 || pbx.Bindings.Asked != 0 {
			h.Errorf("%d pings", s.Pings)
		}
	}, registered, instanced)
	story(t, "keep_alive: so often, whoever does not see why", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		for range 5 {
			began := time.Now()
			m := pbx.WantRequest("OPTIONS")
			if d := m.At.Sub(began); d > 20*time.Second || d < 16*time.Second {
				h.Errorf("after %v", d)
			}
			m.Reply(200)
		}
		if s := h.ua.Stats(); s.Pings != 5 {
			h.Errorf("%d pings are counted", s.Pings)
		}
	}, registered, func(o *ua.Options) { o.Accounts[0].KeepAlive = 20 * time.Second })
	story(t, "a registrar that leaves OPTIONS without an answer: empty lines", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		pbx.WantRequest("OPTIONS")
		pbx.WantRequest("REGISTER").Reply(200) // to see whether it is there
		pbx.WantSilence(5 * time.Minute)
		if pbx.Lines < 300/20 || pbx.Lines > 300/16 {
			h.Errorf("%d pings in 5 minutes", pbx.Lines)
		}
		if s := h.ua.Stats(); s.Pings != uint64(pbx.Lines)+1 {
			h.Errorf("%d pings are counted, %d came", s.Pings, pbx.Lines)
		}
	}, registered, func(o *ua.Options) { o.Accounts[0].KeepAlive = 20 * time.Second })
	story(t, "over TCP: Flow-Timer sets the pings", func(h *house) {
		l := h.listens(pbxAddr)
		pbx, s := h.accept(l)
		pbx.WantRequest("REGISTER").Reply(200, "Flow-Timer: 30")
		want[ua.Registered](h)
		pbx.WantSilence(5 * time.Minute)
		if n := s.Pings(); n < 10 || n > 13 {
			h.Errorf("%d pings in 5 minutes", n)
		}
	}, registered, func(o *ua.Options) { o.Accounts[0].Registrar += ";transport=tcp" })
	story(t, "a STUN request is not answered, a STUN answer that nobody asked for is nothing", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(200, "Require: outbound")
		want[ua.Registered](h)
		pbx.SendBytes(h.addr, []byte("\x00\x01\x00\x00\x21\x12\xa4\x42abcdefghijkl"))
		pbx.SendBytes(h.addr, []byte("\x01\x01\x00\x0c\x21\x12\xa4\x42abcdefghijkl\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43"))
		pbx.WantSilence(20 * time.Second)
		if s := h.ua.Stats(); s.UDP.Garbage != 1 || s.UDP.Bindings != 1 {
			h.Errorf("counts %+v", s.UDP)
		}
	}, registered, instanced)
}
