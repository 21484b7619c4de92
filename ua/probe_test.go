package ua_test

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"intercom/test/memnet"
	"intercom/ua"
	"intercom/ua/uatest"
)

// probed asks a PBX that plays its part, in a bubble.
func probed(t *testing.T, name string, pbx func(p *uatest.Peer), want func(t *testing.T, got ua.Probed), change ...func(*ua.Account)) {
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			network := memnet.New(1)
			host, server := network.Host(doorAddr.Addr()), network.Host(pbxAddr.Addr())
			conn, err := server.Listen(pbxAddr)
			if err != nil {
				t.Fatal(err)
			}
			peer := uatest.NewPeer(t, conn, pbxAddr)
			account := ua.Account{Name: "pbx", AOR: "sip:door@pbx.test", Password: "secret", Registrar: "sip:192.0.2.1"}
			for _, c := range change {
				c(&account)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
			defer cancel()
			done := make(chan ua.Probed)
			go func() {
				done <- ua.Probe(ctx, ua.Options{
					Config: ua.Default(), Accounts: []ua.Account{account},
					Listen:    func(local netip.AddrPort) (ua.PacketConn, error) { return host.Listen(local) },
					ListenTCP: func(local netip.AddrPort) (net.Listener, error) { return host.ListenTCP(local) },
					DialTCP:   func(ctx context.Context, to netip.AddrPort) (net.Conn, error) { return host.DialTCP(ctx, to) },
					Route:     func(netip.AddrPort) (netip.Addr, error) { return doorAddr.Addr(), nil },
					Lookup: func(context.Context, string) ([]netip.Addr, error) {
						return nil, &net.DNSError{Err: "no such host", Name: "pbx.test", IsNotFound: true}
					},
				})
			}()
			pbx(peer)
			want(t, <-done)
		})
	})
}

// both receives the two requests, in whatever order they come.
func both(p *uatest.Peer) (options, register *uatest.Message) {
	for range 2 {
		m := p.Receive(uatest.Patience)
		switch m.Method {
		case "OPTIONS":
			options = m
		case "REGISTER":
			register = m
		}
	}
	return options, register
}

func TestProbing(t *testing.T) {
	probed(t, "a good account, and its bindings stay (RFC 3261 §10.2.3)", func(p *uatest.Peer) {
		options, register := both(p)
		options.Reply(200, "Server: PBX 3")
		if register.Has("Contact") || register.Has("Expires") || register.RequestURI != "sip:192.0.2.1" {
			p.T.Errorf("asked with\n%s", register)
		}
		register.Reply(401, authenticate("n1"))
		again := p.WantRequest("REGISTER")
		if again.Has("Contact") || again.Get("CSeq") != "2 REGISTER" || again.CallID() != register.CallID() || !again.Has("Authorization") {
			p.T.Errorf("answered with\n%s", again)
		}
		again.Reply(200, "Contact: <sip:door@192.0.2.10:5060>;expires=200")
	}, func(t *testing.T, got ua.Probed) {
		s := got.Servers[0]
		if got.Err != nil || s.Err != nil || s.Register != 200 || s.Options != 200 || !s.Asked || len(s.Bindings) != 1 || s.Agent != "PBX 3" || s.RoundTrip == 0 {
			t.Errorf("%+v", got)
		}
	})
	probed(t, "the password is wrong, and tried once", func(p *uatest.Peer) {
		options, register := both(p)
		options.Reply(200)
		register.Reply(401, authenticate("n1"))
		p.WantRequest("REGISTER").Reply(401, authenticate("n1"))
		p.WantSilence(20 * time.Second)
	}, func(t *testing.T, got ua.Probed) {
		if s := got.Servers[0]; !s.WrongPassword() || s.Register != 401 {
			t.Errorf("%+v", got)
		}
	})
	probed(t, "no password is configured", func(p *uatest.Peer) {
		_, register := both(p)
		register.Reply(401, authenticate("n1"))
	}, func(t *testing.T, got ua.Probed) {
		if s := got.Servers[0]; !s.WrongPassword() || !s.Asked {
			t.Errorf("%+v", got)
		}
	}, func(a *ua.Account) { a.Password = "" })
	probed(t, "the user is unknown", func(p *uatest.Peer) {
		options, register := both(p)
		options.Reply(405)
		register.Reply(404)
	}, func(t *testing.T, got ua.Probed) {
		if s := got.Servers[0]; s.Register != 404 || s.Options != 405 || s.Asked || s.Err != nil {
			t.Errorf("%+v", got)
		}
	})
	probed(t, "nobody answers", func(p *uatest.Peer) { both(p) }, func(t *testing.T, got ua.Probed) {
		if s := got.Servers[0]; s.Register != 0 || s.Options != 0 || s.RoundTrip != 0 || s.Err == nil {
			t.Errorf("%+v", got)
		}
	})
}

func TestProbingWhatIsNotThere(t *testing.T) {
	probed(t, "a name that nobody knows", func(*uatest.Peer) {}, func(t *testing.T, got ua.Probed) {
		if got.Err == nil || !strings.Contains(got.Err.Error(), "nowhere.test") || len(got.Servers) > 0 {
			t.Errorf("%+v", got)
		}
	}, func(a *ua.Account) { a.Registrar = "sip:nowhere.test" })
	probed(t, "an account without a registrar", func(*uatest.Peer) {}, func(t *testing.T, got ua.Probed) {
		if got.Err == nil {
			t.Errorf("%+v", got)
		}
	}, func(a *ua.Account) { a.Registrar = "" })
	probed(t, "TCP to a closed port", func(*uatest.Peer) {}, func(t *testing.T, got ua.Probed) {
		if len(got.Servers) != 1 || got.Servers[0].Err == nil || got.Servers[0].Transport != "TCP" {
			t.Errorf("%+v", got)
		}
	}, func(a *ua.Account) { a.Registrar = "sip:192.0.2.1;transport=tcp" })
}
