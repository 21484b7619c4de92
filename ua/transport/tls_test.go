package transport

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"log/slog"
	"math/big"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"intercom/ua/sip"
)

// authority signs certificates for tests.
type authority struct {
	t     *testing.T
	cert  *x509.Certificate
	key   *ecdsa.PrivateKey
	roots *x509.CertPool
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, roots: x509.NewCertPool()}
	a.cert, a.key = a.sign(x509.Certificate{
		Subject: pkix.Name{CommonName: "House CA"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().AddDate(-5, 0, 0), NotAfter: time.Now().AddDate(5, 0, 0), KeyUsage: x509.KeyUsageCertSign,
	})
	a.roots.AddCert(a.cert)
	return a
}

func (a *authority) sign(c x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	c.SerialNumber = big.NewInt(1)
	issuer, signer := a.cert, a.key
	if issuer == nil {
		issuer, signer = &c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, &c, issuer, &key.PublicKey, signer)
	if err != nil {
		a.t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return cert, key
}

// issue makes a certificate that is valid now unless change says otherwise.
func (a *authority) issue(change func(*x509.Certificate)) *tls.Certificate {
	a.t.Helper()
	c := x509.Certificate{NotBefore: time.Now().AddDate(-1, 0, 0), NotAfter: time.Now().AddDate(1, 0, 0)}
	change(&c)
	cert, key := a.sign(c)
	return &tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key, Leaf: cert}
}

func forName(names ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.DNSNames = names }
}

var pbxFlow = Flow{Transport: "TLS", Remote: netip.AddrPortFrom(phoneAddr, 5061), Name: "pbx.example"}

// pbx lets the phone's host serve TLS; the channel has what its first connections said, "" if they failed.
func (h *house) pbx(config *tls.Config) <-chan string {
	h.t.Helper()
	l, err := h.net.Host(phoneAddr).ListenTCP(pbxFlow.Remote)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { l.Close() })
	said := make(chan string, 10)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s := tls.Server(c, config)
			buf := make([]byte, 4096)
			n, err := s.Read(buf)
			said <- string(buf[:n])
			if err != nil {
				s.Close()
			} else {
				h.t.Cleanup(func() { s.Close() })
			}
		}
	}()
	return said
}

func TestTLSServerIsVerified(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, strangers := newAuthority(t), newAuthority(t)
		good := ours.issue(forName("pbx.example"))
		expired := ours.issue(func(c *x509.Certificate) {
			c.DNSNames, c.NotAfter = []string{"pbx.example"}, time.Now().AddDate(0, 0, -1)
		})
		sipURI := func(s string) *url.URL { u, _ := url.Parse(s); return u }
		for _, c := range []struct {
			why    string
			shown  *tls.Certificate
			pinned *tls.Certificate
			want   []string // in the error; none if it is believed
		}{
			{"a good one", good, nil, nil},
			{"another name", ours.issue(forName("www.example", "mail.example")), nil, []string{"www.example", "mail.example", `not for "pbx.example"`}},
			{"a wildcard", ours.issue(forName("*.example")), nil, []string{`"*.example"`, "wildcard", "RFC 5922"}},
			{"a SIP domain", ours.issue(func(c *x509.Certificate) { c.URIs = []*url.URL{sipURI("sip:PBX.example")} }), nil, nil},
			{"another SIP domain beside the name", ours.issue(func(c *x509.Certificate) {
				c.URIs, c.DNSNames = []*url.URL{sipURI("sip:other.example")}, []string{"pbx.example"}
			}), nil, []string{"other.example"}},
			{"somebody's own URI is no domain", ours.issue(func(c *x509.Certificate) { c.URIs = []*url.URL{sipURI("sip:11@pbx.example")} }), nil, []string{"not for"}},
			{"only a common name", ours.issue(func(c *x509.Certificate) { c.Subject.CommonName = "pbx.example" }), nil, nil},
			{"a common name beside others", ours.issue(func(c *x509.Certificate) {
				c.Subject.CommonName, c.DNSNames = "pbx.example", []string{"other.example"}
			}), nil, []string{"other.example"}},
			{"expired", expired, nil, []string{`"pbx.example"`, "expired on 1999-12-31", "clock here says 2000-01-01"}},
			{"not yet valid", ours.issue(func(c *x509.Certificate) {
				c.DNSNames, c.NotBefore = []string{"pbx.example"}, time.Now().AddDate(0, 6, 0)
			}), nil, []string{"valid only from 2000-07-01", "clock here says 2000-01-01"}},
			{"signed by nobody known", strangers.issue(forName("pbx.example")), nil, []string{`"House CA"`, "not known here", "pin the fingerprint"}},
			{"for clients only", ours.issue(func(c *x509.Certificate) {
				c.DNSNames, c.ExtKeyUsage = []string{"pbx.example"}, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
			}), nil, []string{"not meant for servers"}},
			{"for SIP only", ours.issue(func(c *x509.Certificate) {
				c.DNSNames, c.UnknownExtKeyUsage = []string{"pbx.example"}, append(c.UnknownExtKeyUsage, sipDomain)
			}), nil, nil},
			{"pinned though expired and signed by nobody", expired, expired, nil},
			{"good, but another is pinned", good, expired, []string{"not the pinned one", FingerprintOf(good.Leaf).String()}},
		} {
			o := LayerOptions{Transports: []string{"TLS"}, TLS: TLS{Roots: ours.roots}}
			if c.pinned != nil {
				o.TLS.Pinned = map[string][]Fingerprint{"pbx.example": {FingerprintOf(c.pinned.Leaf)}}
			}
			h := newHouse(t, o)
			said := h.pbx(&tls.Config{Certificates: []tls.Certificate{*c.shown}})
			h.send(pbxFlow, request("REGISTER", 0))
			if c.want == nil {
				if got := <-said; !strings.HasPrefix(got, "REGISTER") {
					t.Errorf("%s: the server heard %q", c.why, got)
				}
				h.nothing(c.why)
				continue
			}
			p := h.next(c.why)
			for _, want := range append(c.want, "TLS 192.0.2.2:5061") {
				if p.Err == nil || !strings.Contains(p.Err.Error(), want) {
					t.Errorf("%s: error is %v, want one that says %s", c.why, p.Err, want)
				}
			}
			if got := <-said; got != "" || p.Flow != pbxFlow {
				t.Errorf("%s: the server heard %q, the error is for %+v", c.why, got, p.Flow)
			}
		}
	})
}

func TestTLSServerByItsAddress(t *testing.T) {
	ours := newAuthority(t)
	bare := ours.issue(func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.ParseIP("192.0.2.2")} })
	for name, want := range map[string]bool{"192.0.2.2": true, "192.0.2.3": false, "pbx.example": false} {
		err := TLS{Roots: ours.roots}.verify(name, []*x509.Certificate{bare.Leaf}, time.Now())
		if (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && !strings.Contains(err.Error(), "192.0.2.2") {
			t.Errorf("%s: %v does not say for whom the certificate is", name, err)
		}
	}
	if err := (TLS{}).verify("pbx.example", nil, time.Now()); err == nil {
		t.Error("no certificate at all")
	}
	if err := (TLS{}).verify("pbx.example", []*x509.Certificate{ours.issue(forName("pbx.example")).Leaf}, time.Now()); err == nil {
		t.Error("believed though the system does not know the authority")
	}
}

func TestTLSFaultsArePlain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours := newAuthority(t)
		good := ours.issue(forName("pbx.example"))
		door := ours.issue(forName("door.example"))
		for why, c := range map[string]struct {
			config *tls.Config
			want   string
		}{
			"too old":            {&tls.Config{Certificates: []tls.Certificate{*good}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, "TLS 1.2"},
			"wants certificates": {&tls.Config{Certificates: []tls.Certificate{*good}, ClientAuth: tls.RequireAnyClientCert, MaxVersion: tls.VersionTLS12}, "or wants a client certificate"},
			"wants them, 1.3":    {&tls.Config{Certificates: []tls.Certificate{*good}, ClientAuth: tls.RequireAnyClientCert}, "wants a client certificate"},
		} {
			h := newHouse(t, LayerOptions{Transports: []string{"TLS"}, TLS: TLS{Roots: ours.roots}})
			h.pbx(c.config)
			h.send(pbxFlow, request("REGISTER", 0))
			if p := h.next(why); p.Err == nil || !strings.Contains(p.Err.Error(), c.want) {
				t.Errorf("%s: %v", why, p.Err)
			}
		}
		h := newHouse(t, LayerOptions{Transports: []string{"TLS"}, TLS: TLS{Roots: ours.roots, Certificate: door}})
		said := h.pbx(&tls.Config{Certificates: []tls.Certificate{*good}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ours.roots})
		h.send(pbxFlow, request("REGISTER", 0))
		if got := <-said; !strings.HasPrefix(got, "REGISTER") {
			t.Errorf("with a client certificate the server heard %q", got)
		}
		answers := h.listens() // no TLS there
		h.send(Flow{Transport: "TLS", Remote: phonePort, Name: "pbx.example"}, request("REGISTER", 0))
		answers().says("SIP/2.0 400 Bad Request\r\n\r\n")
		if p := h.next("no TLS"); p.Err == nil || !strings.Contains(p.Err.Error(), "does not speak TLS") {
			t.Errorf("no TLS: %v", p.Err)
		}
		h.send(Flow{Transport: "TLS", Remote: phonePort, Name: "pbx.example"}, request("REGISTER", 0))
		answers().Close()
		if p := h.next("closed"); p.Err == nil || !strings.Contains(p.Err.Error(), "TLS") {
			t.Errorf("closed: %v", p.Err)
		}
		start := time.Now()
		h.send(Flow{Transport: "TLS", Remote: phonePort, Name: "pbx.example"}, request("REGISTER", 0))
		answers()
		if p := h.next("silent"); p.Err == nil || !strings.Contains(p.Err.Error(), "no answer within 8s") || time.Since(start) != connectTime {
			t.Errorf("silent: %v after %v", p.Err, time.Since(start))
		}
	})
}

func TestTLSConnectionsAreNotSharedBetweenDomains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours := newAuthority(t)
		h := newHouse(t, LayerOptions{Transports: []string{"TLS"}, TLS: TLS{Roots: ours.roots}})
		said := h.pbx(&tls.Config{Certificates: []tls.Certificate{*ours.issue(forName("pbx.example", "two.example"))}})
		h.send(pbxFlow, request("REGISTER", 0))
		<-said
		two := pbxFlow
		two.Name = "two.example"
		h.send(two, request("REGISTER", 0))
		<-said
		h.send(pbxFlow, request("OPTIONS", 0))
		synctest.Wait()
		if s := h.door.Stats(); s.Connects != 2 || s.Open != 2 {
			t.Errorf("counts %+v", s)
		}
	})
}

// callsTLS lets the phone connect to the door by TLS.
func (h *house) callsTLS(roots *x509.CertPool) *peer {
	h.t.Helper()
	c, err := h.net.Host(phoneAddr).DialTCP(h.t.Context(), h.door.LocalAddr("TLS"))
	if err != nil {
		h.t.Fatal(err)
	}
	s := tls.Client(c, &tls.Config{ServerName: "door.example", RootCAs: roots})
	if err := s.Handshake(); err != nil {
		h.t.Fatal(err)
	}
	return newPeer(h.t, s)
}

func TestTLSListener(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours := newAuthority(t)
		h := newHouse(t, LayerOptions{Transports: []string{"UDP", "TCP", "TLS"}, TLS: TLS{Roots: ours.roots, Certificate: ours.issue(forName("door.example"))}})
		if got := h.door.LocalAddr("TLS").String(); got != "192.0.2.1:5061" {
			t.Fatalf("listens on %s", got)
		}
		phone := h.callsTLS(ours.roots)
		for _, octet := range []byte(options("SIP/2.0/TLS 192.0.2.2:5061;branch=z9hG4bK1")) { // each in a record of its own
			phone.says(string(octet))
		}
		p := h.next("OPTIONS")
		if p.Transport != "TLS" || p.Fault != nil || p.Name != "" {
			t.Errorf("by %+v, fault %v", p.Flow, p.Fault)
		}
		resp := sip.NewResponse(p.Msg, 200, "")
		h.send(Reply(p.Flow, resp), resp)
		phone.hears("200")
		phone.says("\r\n\r\n")
		phone.hearsExactly("\r\n", "answer to a ping")
		phone.says(strings.Replace(options(plainVia), "Length: 0", "Length: -1", 1))
		p = h.next("what cannot be framed")
		resp = sip.NewResponse(p.Msg, 400, "")
		h.send(Reply(p.Flow, resp), resp)
		phone.hears("400")
		phone.isCutOff("after 400")
	})
}

func TestHalfOpenTLSIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours := newAuthority(t)
		h := newHouse(t, LayerOptions{Transports: []string{"TLS"}, TLS: TLS{Certificate: ours.issue(forName("door.example"))}})
		half := make([]net.Conn, 0, 100)
		for range cap(half) {
			c, err := h.net.Host(phoneAddr).DialTCP(t.Context(), h.door.LocalAddr("TLS"))
			if err != nil {
				t.Fatal(err)
			}
			half = append(half, newPeer(t, c))
			time.Sleep(time.Millisecond)
		}
		synctest.Wait()
		if s := h.door.Stats(); s.Open != maxShaking || s.Evicted != uint64(len(half)-maxShaking) {
			t.Errorf("counts %+v", s)
		}
		phone := h.callsTLS(ours.roots)
		phone.says(options("SIP/2.0/TLS 192.0.2.2:5061;branch=z9hG4bK1"))
		h.next("a real one among them")
		time.Sleep(handshakeTime)
		synctest.Wait()
		if s := h.door.Stats(); s.Open != 1 {
			t.Errorf("after %v: %+v", handshakeTime, s)
		}
	})
}

func TestFingerprints(t *testing.T) {
	c := newAuthority(t).issue(forName("pbx.example"))
	want := FingerprintOf(c.Leaf)
	for _, text := range []string{want.String(), strings.ToLower(want.String()), strings.ReplaceAll(want.String(), ":", ""), "sha256 Fingerprint=" + want.String()} {
		if got, err := ParseFingerprint(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, bad := range []string{"", "AA:BB", want.String() + ":00", strings.Replace(want.String(), ":", "g", 1)} {
		if _, err := ParseFingerprint(bad); err == nil || !strings.Contains(err.Error(), "64 hex digits") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestLoadRoots(t *testing.T) {
	a := newAuthority(t)
	path := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	roots, err := LoadRoots(path)
	if err != nil || !roots.Equal(a.roots) {
		t.Errorf("%v", err)
	}
	if err := os.WriteFile(path, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadRoots(path); err == nil || !strings.Contains(err.Error(), "no certificate") {
		t.Errorf("no PEM: %v", err)
	}
	if _, err := LoadRoots(path + "x"); !os.IsNotExist(err) {
		t.Errorf("no file: %v", err)
	}
}

func TestClientsAreVerified(t *testing.T) {
	for name, c := range map[string]struct {
		shows func(ours, others *authority) *tls.Certificate
		says  string // "" if it may connect
	}{
		"one of ours":          {func(ours, _ *authority) *tls.Certificate { return ours.issue(forName("phone.example")) }, ""},
		"none":                 {func(_, _ *authority) *tls.Certificate { return nil }, "shows no certificate"},
		"an authority unknown": {func(_, others *authority) *tls.Certificate { return others.issue(forName("phone.example")) }, "an authority that is not known here"},
		"expired": {func(ours, _ *authority) *tls.Certificate {
			return ours.issue(func(c *x509.Certificate) { c.NotAfter = time.Now().AddDate(0, 0, -1) })
		}, "expired on"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ours, others := newAuthority(t), newAuthority(t)
				log := &strings.Builder{}
				h := newHouse(t, LayerOptions{
					Transports: []string{"TLS"}, TLS: TLS{Certificate: ours.issue(forName("door.example")), ClientRoots: ours.roots},
					Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
				})
				conn, err := h.net.Host(phoneAddr).DialTCP(t.Context(), h.door.LocalAddr("TLS"))
				if err != nil {
					t.Fatal(err)
				}
				config := &tls.Config{RootCAs: ours.roots, ServerName: "door.example"}
				if shown := c.shows(ours, others); shown != nil {
					config.Certificates = []tls.Certificate{*shown}
				}
				s := tls.Client(conn, config)
				phone := newPeer(t, s)
				_ = s.Handshake() // over TLS 1.3 it ends before the server has looked
				_, _ = s.Write([]byte(options("SIP/2.0/TLS 192.0.2.2:5061;branch=z9hG4bK1")))
				if c.says == "" {
					h.next("OPTIONS")
					return
				}
				phone.SetReadDeadline(time.Now().Add(time.Minute))
				if _, err := phone.in.ReadByte(); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
					t.Errorf("the connection stays: %v", err)
				}
				h.nothing("from somebody who may not connect")
				if h.door.Close(); !strings.Contains(log.String(), c.says) {
					t.Errorf("the log does not say %q:\n%s", c.says, log)
				}
			})
		})
	}
}
