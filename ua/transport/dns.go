package transport

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// DNS asks name servers itself, because the standard library tells neither TTLs nor NAPTR records. Names that are not of
// the DNS, those of the hosts file, of a search list or of mDNS, it leaves to the system.
type DNS struct {
	Servers []netip.AddrPort                                                               // nil = those of /etc/resolv.conf, read at every question
	Dial    func(ctx context.Context, network string, to netip.AddrPort) (net.Conn, error) // nil = a net.Dialer
	Rand    io.Reader                                                                      // of the identifiers of questions; needed

	files  lookupFunc // nil = the hosts file
	system lookupFunc // nil = net.DefaultResolver
}

type lookupFunc func(ctx context.Context, host string) ([]netip.Addr, error)

const (
	typeNAPTR   = dnsmessage.Type(35) // RFC 3403
	serverTime  = 1500 * time.Millisecond
	maxResponse = 1232 // octets by UDP, told with EDNS(0); what is longer comes by TCP
)

// Addrs returns the IPv4 addresses, then the IPv6 ones.
func (d DNS) Addrs(ctx context.Context, host string) ([]netip.Addr, time.Duration, error) {
	if d.files == nil {
		d.files = hostsFile
	}
	if d.system == nil {
		d.system = systemAddrs
	}
	if addrs, err := d.files(ctx, host); err == nil && len(addrs) > 0 {
		return addrs, freshFor, nil
	}
	if !strings.Contains(host, ".") || strings.HasSuffix(host, ".local") {
		addrs, err := d.system(ctx, host)
		return addrs, freshFor, err
	}
	var addrs []netip.Addr
	ttl := mostTTL
	var failed error
	for _, t := range []dnsmessage.Type{dnsmessage.TypeA, dnsmessage.TypeAAAA} {
		answer, err := d.ask(ctx, host, t)
		if !errors.Is(failed, err) { // a name that is not there is not there in either family
			failed = errors.Join(failed, err)
		}
		if len(answer.addrs) > 0 {
			addrs, ttl = append(addrs, answer.addrs...), min(ttl, answer.ttl)
		}
	}
	if len(addrs) > 0 {
		return addrs, ttl, nil
	}
	if found, err := d.system(ctx, host); err == nil {
		return found, freshFor, nil
	}
	return nil, 0, failed
}

// SRV returns the records in no order.
func (d DNS) SRV(ctx context.Context, name string) ([]*net.SRV, time.Duration, error) {
	answer, err := d.ask(ctx, name, dnsmessage.TypeSRV)
	return answer.srv, answer.ttl, err
}

// NAPTR returns the records in no order.
func (d DNS) NAPTR(ctx context.Context, name string) ([]NAPTR, time.Duration, error) {
	answer, err := d.ask(ctx, name, typeNAPTR)
	return answer.naptr, answer.ttl, err
}

// hostsFile asks Go's resolver, which looks there first, without a name server behind it.
func hostsFile(ctx context.Context, host string) ([]netip.Addr, error) {
	files := net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("only the hosts file")
	}}
	return files.LookupNetIP(ctx, "ip", host)
}

func systemAddrs(ctx context.Context, host string) ([]netip.Addr, error) {
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}

// answer is what one question brought.
type answer struct {
	addrs     []netip.Addr
	srv       []*net.SRV
	naptr     []NAPTR
	ttl       time.Duration // the least of its records
	truncated bool
}

// errNoName: the DNS says that the name is not there, so that no other server need be asked.
var errNoName = errors.New("no such name")

// ask puts a question to one server after the other, twice round.
func (d DNS) ask(ctx context.Context, name string, t dnsmessage.Type) (answer, error) {
	servers := d.Servers
	if servers == nil {
		servers = resolvConf("/etc/resolv.conf")
	}
	failed := errors.New("no name server is known")
	for range 2 {
		for _, server := range servers {
			a, err := d.askServer(ctx, server, name, t)
			switch {
			case err == nil:
				return a, nil
			case errors.Is(err, errNoName) && t != dnsmessage.TypeA && t != dnsmessage.TypeAAAA:
				return answer{ttl: mostTTL}, nil
			case errors.Is(err, errNoName):
				return answer{}, err
			case ctx.Err() != nil:
				return answer{}, fmt.Errorf("name server %v: %w", server, ctx.Err())
			}
			failed = fmt.Errorf("name server %v: %w", server, err)
		}
	}
	return answer{}, failed
}

func (d DNS) askServer(ctx context.Context, server netip.AddrPort, name string, t dnsmessage.Type) (answer, error) {
	q, err := newQuestion(d.Rand, name, t)
	if err != nil {
		return answer{}, err
	}
	a, err := d.exchange(ctx, "udp", server, q)
	if err == nil && a.truncated {
		return d.exchange(ctx, "tcp", server, q)
	}
	return a, err
}

func (d DNS) exchange(ctx context.Context, network string, server netip.AddrPort, q dnsQuestion) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, serverTime)
	defer cancel()
	dial := d.Dial
	if dial == nil {
		dial = func(ctx context.Context, network string, to netip.AddrPort) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, network, to.String())
		}
	}
	c, err := dial(ctx, network, server)
	if err != nil {
		return answer{}, err
	}
	defer c.Close()
	deadline, _ := ctx.Deadline()
	c.SetDeadline(deadline)
	stop := context.AfterFunc(ctx, func() { c.SetDeadline(time.Unix(1, 0)) }) // Close of the resolver
	defer stop()
	if network == "tcp" {
		return q.overStream(c)
	}
	return q.overPackets(c)
}

// dnsQuestion is a question as it is sent.
type dnsQuestion struct {
	id     uint16
	name   dnsmessage.Name
	typ    dnsmessage.Type
	packed []byte
}

func newQuestion(rand io.Reader, name string, t dnsmessage.Type) (q dnsQuestion, err error) {
	var id [2]byte
	if _, err := io.ReadFull(rand, id[:]); err != nil {
		return q, fmt.Errorf("source of randomness: %w", err)
	}
	q = dnsQuestion{id: binary.BigEndian.Uint16(id[:]), typ: t}
	if q.name, err = dnsmessage.NewName(fold(name) + "."); err != nil {
		return q, fmt.Errorf("%q is no name of the DNS: %w", name, err)
	}
	var edns dnsmessage.ResourceHeader
	if err := edns.SetEDNS0(maxResponse, dnsmessage.RCodeSuccess, false); err != nil {
		return q, err
	}
	m := dnsmessage.Message{
		Header:      dnsmessage.Header{ID: q.id, RecursionDesired: true},
		Questions:   []dnsmessage.Question{{Name: q.name, Type: t, Class: dnsmessage.ClassINET}},
		Additionals: []dnsmessage.Resource{{Header: edns, Body: &dnsmessage.OPTResource{}}},
	}
	if q.packed, err = m.Pack(); err != nil {
		return q, fmt.Errorf("%q is no name of the DNS: %w", name, err)
	}
	return q, nil
}

// overPackets waits for the answer to this question; others are somebody's attempt to be believed.
func (q dnsQuestion) overPackets(c net.Conn) (answer, error) {
	if _, err := c.Write(q.packed); err != nil {
		return answer{}, err
	}
	for buf := make([]byte, 4096); ; {
		n, err := c.Read(buf)
		if err != nil {
			return answer{}, err
		}
		if a, err := q.parse(buf[:n]); err != errOther {
			return a, err
		}
	}
}

// overStream: RFC 1035 §4.2.2: "The message is prefixed with a two byte length field".
func (q dnsQuestion) overStream(c net.Conn) (answer, error) {
	if _, err := c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(q.packed))), q.packed...)); err != nil {
		return answer{}, err
	}
	var length [2]byte
	if _, err := io.ReadFull(c, length[:]); err != nil {
		return answer{}, err
	}
	buf := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(c, buf); err != nil {
		return answer{}, err
	}
	return q.parse(buf)
}

// resolvConf returns the name servers of a resolv.conf(5).
func resolvConf(path string) (servers []netip.AddrPort) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		f := strings.Fields(lines.Text())
		if len(f) < 2 || f[0] != "nameserver" {
			continue
		}
		if a, err := netip.ParseAddr(f[1]); err == nil {
			servers = append(servers, netip.AddrPortFrom(a, 53))
		}
	}
	return servers
}
