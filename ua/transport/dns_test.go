package transport

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// nameServer answers over pipes, as a peer of DNS.Dial.
type nameServer struct {
	t         *testing.T
	reply     func(q dnsmessage.Question) (answers []dnsmessage.Resource, rcode dnsmessage.RCode)
	truncates bool // over UDP
	silent    netip.AddrPort
	lies      bool // sends other answers first

	mu    sync.Mutex
	asked []string
}

var (
	firstServer  = netip.MustParseAddrPort("192.0.2.53:53")
	secondServer = netip.MustParseAddrPort("192.0.2.54:53")
)

func (n *nameServer) dns() DNS {
	return DNS{Servers: []netip.AddrPort{firstServer, secondServer}, Dial: n.dial, Rand: rand.Reader, files: n.hosts, system: n.hosts}
}

// hosts is the system beside the DNS: it knows the printer.
func (n *nameServer) hosts(_ context.Context, host string) ([]netip.Addr, error) {
	if strings.HasPrefix(host, "printer") {
		return []netip.Addr{phoneAddr}, nil
	}
	return nil, errors.New("not of this system")
}

func (n *nameServer) dial(_ context.Context, network string, to netip.AddrPort) (net.Conn, error) {
	ours, theirs := net.Pipe()
	go func() {
		defer theirs.Close()
		if network == "tcp" {
			var length [2]byte
			io.ReadFull(theirs, length[:])
		}
		buf := make([]byte, 1500)
		k, err := theirs.Read(buf)
		if err != nil {
			return
		}
		var q dnsmessage.Message
		if err := q.Unpack(buf[:k]); err != nil {
			n.t.Errorf("the question is broken: %v", err)
			return
		}
		n.mu.Lock()
		n.asked = append(n.asked, network+" "+to.Addr().String()+" "+q.Questions[0].Name.String())
		n.mu.Unlock()
		if to == n.silent {
			theirs.Read(buf)
			return
		}
		if n.lies {
			theirs.Write([]byte("noise"))
			theirs.Write(pack(n.t, dnsmessage.Message{Header: dnsmessage.Header{ID: q.ID + 1, Response: true}, Questions: q.Questions}))
		}
		m := dnsmessage.Message{Header: dnsmessage.Header{ID: q.ID, Response: true}, Questions: q.Questions}
		m.Answers, m.RCode = n.reply(q.Questions[0])
		if network == "udp" && n.truncates {
			m.Answers, m.Truncated = nil, true
		}
		b := pack(n.t, m)
		if network == "tcp" {
			b = append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...)
		}
		theirs.Write(b)
	}()
	return ours, nil
}

func pack(t *testing.T, m dnsmessage.Message) []byte {
	b, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func record(t dnsmessage.Type, ttl uint32, body dnsmessage.ResourceBody) dnsmessage.Resource {
	return dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName("example.com."), Type: t, Class: dnsmessage.ClassINET, TTL: ttl}, Body: body}
}

const naptrData = "\x00\x0a\x00\x14\x01s\x07SIP+D2T\x00\x04_sip\x04_tcp\x07example\x03com\x00"

// exampleCom has one record of each kind.
func exampleCom(q dnsmessage.Question) ([]dnsmessage.Resource, dnsmessage.RCode) {
	switch q.Type {
	case dnsmessage.TypeA:
		return []dnsmessage.Resource{
			record(dnsmessage.TypeCNAME, 300, &dnsmessage.CNAMEResource{CNAME: dnsmessage.MustNewName("other.example.com.")}),
			record(dnsmessage.TypeA, 60, &dnsmessage.AResource{A: [4]byte{192, 0, 2, 9}}),
		}, dnsmessage.RCodeSuccess
	case dnsmessage.TypeAAAA:
		return []dnsmessage.Resource{record(dnsmessage.TypeAAAA, 120, &dnsmessage.AAAAResource{AAAA: netip.MustParseAddr("2001:db8::9").As16()})}, dnsmessage.RCodeSuccess
	case dnsmessage.TypeSRV:
		return []dnsmessage.Resource{record(dnsmessage.TypeSRV, 90, &dnsmessage.SRVResource{Priority: 1, Weight: 2, Port: 5070, Target: dnsmessage.MustNewName("a.example.com.")})}, dnsmessage.RCodeSuccess
	}
	return []dnsmessage.Resource{
		record(q.Type, 30, &dnsmessage.UnknownResource{Type: q.Type, Data: []byte(naptrData)}),
		record(q.Type, 30, &dnsmessage.UnknownResource{Type: q.Type, Data: []byte("broken")}),
	}, dnsmessage.RCodeSuccess
}

func TestDNSRecordsWithTheirTTL(t *testing.T) {
	for _, n := range []*nameServer{{}, {truncates: true}, {lies: true}} {
		synctest.Test(t, func(t *testing.T) {
			n.t, n.reply = t, exampleCom
			addrs, ttl, err := n.dns().Addrs(t.Context(), "Example.com")
			if want := []netip.Addr{netip.MustParseAddr("192.0.2.9"), netip.MustParseAddr("2001:db8::9")}; err != nil || !slices.Equal(addrs, want) || ttl != time.Minute {
				t.Errorf("addresses %v for %v, %v", addrs, ttl, err)
			}
			srv, ttl, err := n.dns().SRV(t.Context(), "_sip._udp.example.com")
			if err != nil || len(srv) != 1 || *srv[0] != (net.SRV{Target: "a.example.com.", Port: 5070, Priority: 1, Weight: 2}) || ttl != 90*time.Second {
				t.Errorf("SRV %v for %v, %v", srv, ttl, err)
			}
			naptr, ttl, err := n.dns().NAPTR(t.Context(), "example.com")
			if err != nil || len(naptr) != 1 || naptr[0] != (NAPTR{10, 20, "s", "SIP+D2T", "_sip._tcp.example.com"}) || ttl != 30*time.Second {
				t.Errorf("NAPTR %v for %v, %v", naptr, ttl, err)
			}
			if over := slices.ContainsFunc(n.asked, func(s string) bool { return strings.HasPrefix(s, "tcp") }); over != n.truncates {
				t.Errorf("asked %q", n.asked)
			}
		})
	}
}

func TestNamesThatAreNotOfTheDNS(t *testing.T) {
	n := &nameServer{t: t, reply: exampleCom}
	for _, host := range []string{"printer", "printer.local", "printer.lan"} {
		if addrs, ttl, err := n.dns().Addrs(t.Context(), host); err != nil || len(addrs) != 1 || addrs[0] != phoneAddr || ttl != freshFor {
			t.Errorf("%s: %v for %v, %v", host, addrs, ttl, err)
		}
	}
	if _, _, err := n.dns().Addrs(t.Context(), "scanner"); err == nil || len(n.asked) > 0 {
		t.Errorf("%v, asked %q", err, n.asked)
	}
}

func TestNextNameServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &nameServer{t: t, reply: exampleCom, silent: firstServer}
		start := time.Now()
		if srv, _, err := n.dns().SRV(t.Context(), "_sip._udp.example.com"); err != nil || len(srv) != 1 || time.Since(start) != serverTime {
			t.Errorf("after %v: %v, %v", time.Since(start), srv, err)
		}
		n.reply = func(dnsmessage.Question) ([]dnsmessage.Resource, dnsmessage.RCode) {
			return nil, dnsmessage.RCodeServerFailure
		}
		if _, _, err := n.dns().SRV(t.Context(), "_sip._udp.example.com"); err == nil || !strings.Contains(err.Error(), "ServerFailure") && !strings.Contains(err.Error(), "timeout") {
			t.Errorf("failing: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start = time.Now()
		if _, _, err := n.dns().SRV(ctx, "_sip._udp.example.com"); err == nil || time.Since(start) != time.Second {
			t.Errorf("given up after %v: %v", time.Since(start), err)
		}
	})
}

func TestNameThatIsNotThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &nameServer{t: t, reply: func(dnsmessage.Question) ([]dnsmessage.Resource, dnsmessage.RCode) {
			return nil, dnsmessage.RCodeNameError
		}}
		if srv, _, err := n.dns().SRV(t.Context(), "_sip._udp.example.com"); err != nil || srv != nil {
			t.Errorf("SRV: %v, %v", srv, err)
		}
		if _, err := n.dns().ask(t.Context(), "example.com", dnsmessage.TypeA); err != errNoName {
			t.Errorf("A: %v", err)
		}
		if len(n.asked) != 2 {
			t.Errorf("asked %q: one server is enough", n.asked)
		}
		for _, bad := range []string{"a..b", strings.Repeat("x", 64) + ".example", strings.Repeat("x.", 200)} {
			if _, _, err := n.dns().SRV(t.Context(), bad); err == nil {
				t.Errorf("%q was asked for", bad)
			}
		}
		if _, _, err := (DNS{Servers: []netip.AddrPort{}, Rand: rand.Reader}).SRV(t.Context(), "example.com"); err == nil {
			t.Error("without a server")
		}
	})
}

func TestResolvConf(t *testing.T) {
	path := filepath.Join(t.TempDir(), "resolv.conf")
	if err := os.WriteFile(path, []byte("# router\nsearch lan\nnameserver 192.0.2.53\nnameserver fe80::1%eth0\nnameserver nonsense\nnameserver\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := []netip.AddrPort{firstServer, netip.MustParseAddrPort("[fe80::1%eth0]:53")}
	if got := resolvConf(path); !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if got := resolvConf(path + "x"); got != nil {
		t.Errorf("no file: %v", got)
	}
}

func FuzzDNSAnswer(f *testing.F) {
	q, err := newQuestion(bytes.NewReader(make([]byte, 2)), "example.com", typeNAPTR)
	if err != nil {
		f.Fatal(err)
	}
	for _, typ := range []dnsmessage.Type{typeNAPTR, dnsmessage.TypeA, dnsmessage.TypeSRV} {
		m := dnsmessage.Message{Header: dnsmessage.Header{Response: true}, Questions: []dnsmessage.Question{{Name: q.name, Type: typeNAPTR, Class: dnsmessage.ClassINET}}}
		m.Answers, _ = exampleCom(dnsmessage.Question{Type: typ})
		b, err := m.Pack()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := q.parse(b)
		if err != nil {
			return
		}
		if n := len(a.addrs) + len(a.srv) + len(a.naptr); n > maxRecords || a.ttl < 0 || a.ttl > mostTTL {
			t.Errorf("%d records for %v", n, a.ttl)
		}
	})
}
