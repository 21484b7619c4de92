package ua_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"intercom/ua"
	"intercom/ua/transport"
	"intercom/ua/uatest"
)

// identity is a certificate that signed itself, in a file with its key.
type identity struct {
	tls.Certificate
	file        string
	fingerprint string
}

func newIdentity(t testing.TB, names ...string) identity {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...)
	file := filepath.Join(t.TempDir(), "identity.pem")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return identity{tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file, transport.FingerprintOf(leaf).String()}
}

var tlsAddr = netip.MustParseAddrPort("192.0.2.1:5061")

// overTLS makes the account one of the PBX by TLS.
func overTLS(change func(*ua.Account)) func(*ua.Options) {
	return func(o *ua.Options) {
		registered(o)
		o.Accounts[0].Registrar = "sip:pbx.test;transport=tls"
		change(&o.Accounts[0])
	}
}

func TestRegisteringOverTLS(t *testing.T) {
	pbxIs, other := newIdentity(t, "pbx.test"), newIdentity(t, "other.test")
	serve := func(h *house, c *tls.Config) net.Listener { return tls.NewListener(h.listens(tlsAddr), c) }
	shows := func(i identity) *tls.Config { return &tls.Config{Certificates: []tls.Certificate{i.Certificate}} }
	for name, change := range map[string]func(*ua.Account){
		"an authority of a file": func(a *ua.Account) { a.CAFile = pbxIs.file },
		"a pinned fingerprint":   func(a *ua.Account) { a.Fingerprint = pbxIs.fingerprint },
		"sips":                   func(a *ua.Account) { a.CAFile, a.Registrar = pbxIs.file, "sips:pbx.test" },
	} {
		story(t, name+": registered, called by the same connection", func(h *house) {
			pbx, _ := h.accept(serve(h, shows(pbxIs)))
			pbx.Over("TLS")
			m := pbx.WantRequest("REGISTER")
			if via := m.Get("Via"); !strings.HasPrefix(via, "SIP/2.0/TLS 192.0.2.10;") {
				h.Errorf("Via: %s", via)
			}
			wanted := "<sip:door@192.0.2.10;transport=tls>"
			if name == "sips" {
				wanted = "<sips:door@192.0.2.10>"
			}
			if got := m.Get("Contact"); got != wanted {
				h.Errorf("Contact: %s", got)
			}
			m.Reply(200)
			want[ua.Registered](h)
			h.callIn(pbx)
			h.ua.Hangup("in-1")
			want[ua.Ended](h)
			pbx.WantRequest("BYE").Reply(200) // at an address that the certificate does not have
		}, overTLS(change))
	}
	for name, c := range map[string]struct {
		shown  identity
		change func(*ua.Account)
		want   string
	}{
		"another name":        {other, func(a *ua.Account) { a.CAFile = other.file }, `the certificate is for ["other.test"], not for "pbx.test"`},
		"unknown authority":   {pbxIs, func(*ua.Account) {}, "an authority that is not known here"},
		"wrong fingerprint":   {pbxIs, func(a *ua.Account) { a.Fingerprint = other.fingerprint }, "which is not the pinned one"},
		"pinned, no other CA": {pbxIs, func(a *ua.Account) { a.Fingerprint, a.CAFile = other.fingerprint, pbxIs.file }, "which is not the pinned one"},
	} {
		story(t, name+": told in a sentence, and nothing by any other way", func(h *house) {
			udp, tcp := h.phone(pbxAddr), h.listens(pbxAddr)
			l := serve(h, shows(c.shown))
			go func() {
				for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
					go func() { defer conn.Close(); _, _ = conn.Read(make([]byte, 1)) }()
				}
			}()
			go func() {
				if conn, err := tcp.Accept(); err == nil {
					h.Error("it fell back to TCP")
					conn.Close()
				}
			}()
			for range 3 {
				if e := want[ua.RegistrationFailed](h); !strings.Contains(e.Err.Error(), c.want) {
					h.Errorf("told %v", e.Err)
				}
			}
			udp.WantSilence(time.Minute)
			h.stop()
			tcp.Close()
			l.Close()
		}, overTLS(c.change))
	}
	client := newIdentity(t, "door.test")
	story(t, "a server that wants a certificate gets the account's", func(h *house) {
		c := shows(pbxIs)
		c.ClientAuth = tls.RequireAnyClientCert
		pbx, s := h.accept(serve(h, c))
		pbx.WantRequest("REGISTER").Reply(200)
		if shown := s.Conn.(*tls.Conn).ConnectionState().PeerCertificates; transport.FingerprintOf(shown[0]).String() != client.fingerprint {
			h.Errorf("shown %v", shown[0].DNSNames)
		}
		want[ua.Registered](h)
	}, overTLS(func(a *ua.Account) { a.CAFile, a.Certificate = pbxIs.file, client.file }))
}

// An account without a registrar calls everybody: its settings are for them, and for nobody's registrar.
func TestCallingOverTLS(t *testing.T) {
	bob, other := newIdentity(t, "bob.test"), newIdentity(t, "other.test")
	known := names(map[string][]netip.Addr{"bob.test": {tlsAddr.Addr()}, "pbx.test": {tlsAddr.Addr()}})
	serve := func(h *house) net.Listener {
		return tls.NewListener(h.listens(tlsAddr), &tls.Config{Certificates: []tls.Certificate{bob.Certificate}})
	}
	for name, change := range map[string]func(*ua.Account){
		"an authority of a file": func(a *ua.Account) { a.CAFile = bob.file },
		"a pinned fingerprint":   func(a *ua.Account) { a.Fingerprint = bob.fingerprint },
	} {
		story(t, name, func(h *house) {
			l := serve(h)
			h.ua.Dial("out-1", ua.Dial{Target: "sip:11@bob.test;transport=tls", Media: media()})
			p, _ := h.accept(l)
			p.Over("TLS").WantRequest("INVITE").Reply(486)
			p.WantRequest("ACK")
			h.wantEnded(486, true)
		}, known, func(o *ua.Options) { change(&o.Accounts[0]); o.Config.Transports = []string{"udp", "tcp", "tls"} })
	}
	story(t, "a registrar is not believed for what the other account pins", func(h *house) {
		l := serve(h)
		go func() {
			if conn, err := l.Accept(); err == nil {
				defer conn.Close()
				_, _ = conn.Read(make([]byte, 1))
			}
		}()
		if e := want[ua.RegistrationFailed](h); !strings.Contains(e.Err.Error(), "an authority that is not known here") {
			h.Errorf("told %v", e.Err)
		}
		h.stop()
		l.Close()
	}, known, func(o *ua.Options) {
		o.Accounts[0].Fingerprint = other.fingerprint
		o.Accounts = append(o.Accounts, ua.Account{Name: "pbx", AOR: "sip:door@pbx.test", Registrar: "sip:pbx.test;transport=tls"})
	})
}

func TestFaultsOfTLS(t *testing.T) {
	a := ua.Account{AOR: "sip:door@pbx.test", CAFile: "/nowhere/ca.pem", Fingerprint: "AB:CD", Certificate: "/nowhere/door.pem"}
	var keys []string
	for _, f := range a.Check() {
		keys = append(keys, f.Key)
	}
	if got := strings.Join(keys, " "); got != "ca_file fingerprint certificate" {
		t.Errorf("faults in %q", got)
	}
	c := ua.Default()
	c.Certificate, c.Transports = "/nowhere/door.pem", []string{"sctp"}
	if faults := c.Check(); len(faults) != 2 {
		t.Errorf("faults %v", faults)
	}
}

// TestLoopbackTLS registers over real sockets.
func TestLoopbackTLS(t *testing.T) {
	defer goleak.VerifyNone(t)
	pbx := newIdentity(t, "127.0.0.1")
	tcp, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	if err := tcp.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	l := tls.NewListener(tcp, &tls.Config{Certificates: []tls.Certificate{pbx.Certificate}})
	defer l.Close()
	c := ua.Default()
	c.Listen = "127.0.0.1:0"
	u, err := ua.New(ua.Options{Config: c, Accounts: []ua.Account{{
		Name: "pbx", AOR: "sip:door@127.0.0.1", Password: "secret", CAFile: pbx.file, Registrar: "sips:" + l.Addr().String(),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- u.Run(ctx) }()
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	registrar := &uatest.Registrar{Password: "secret"}
	registrar.Serve(uatest.NewStream(conn))
	defer registrar.Close()
	wantFrom[ua.Registered](t, u)
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("Run does not return")
	}
	if registrar.Bound() {
		t.Error("the binding is left behind")
	}
}

func TestCalledOverTLS(t *testing.T) {
	door := newIdentity(t, "192.0.2.10")
	story(t, "a phone connects, and finds the door's certificate", func(h *house) {
		if at := h.ua.Listening("tls"); at.Port() != 5061 {
			h.Fatalf("listens at %v", at)
		}
		raw, err := h.net.Host(phoneAddr.Addr()).DialTCP(h.Context(), netip.AddrPortFrom(doorAddr.Addr(), 5061))
		if err != nil {
			h.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(door.Certificate.Certificate[0])
		if err != nil {
			h.Fatal(err)
		}
		roots := x509.NewCertPool()
		roots.AddCert(leaf)
		conn := tls.Client(raw, &tls.Config{RootCAs: roots, ServerName: "192.0.2.10"})
		phone := uatest.NewPeer(h.T, uatest.NewStream(conn), phoneAddr).Over("TLS")
		call := phone.Call(netip.AddrPortFrom(doorAddr.Addr(), 5061), "door")
		call.Target = "sips:door@192.0.2.10"
		call.Request("INVITE", uatest.SDP(rtp(phone)))
		in := want[ua.Incoming](h)
		h.ua.Answer(in.Call, media())
		call.Want(200)
		if call.Target != "sips:door@192.0.2.10:5061" { // RFC 3261 §12.1.1
			h.Errorf("Contact: %s", call.Target)
		}
		call.Ack()
		want[ua.Answered](h)
		call.Request("BYE")
		call.Want(200)
		want[ua.Ended](h)
	}, func(o *ua.Options) {
		o.Config.Transports, o.Config.Certificate = []string{"udp", "tls"}, door.file
	})
}
