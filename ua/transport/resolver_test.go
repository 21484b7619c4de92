package transport

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"intercom/ua/sip"
)

// names is a name server in a map that counts what it is asked and takes its time.
type names struct {
	addrs map[string][]string
	srv   map[string][]*net.SRV
	naptr map[string][]NAPTR
	ttl   time.Duration
	delay time.Duration
	err   error
	asked []string
}

func (n *names) lookup(ctx context.Context, host string) (found []netip.Addr, err error) {
	n.asked = append(n.asked, host)
	select {
	case <-time.After(n.delay):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	for _, a := range n.addrs[host] {
		found = append(found, netip.MustParseAddr(a))
	}
	return found, n.err
}

func (n *names) Addrs(ctx context.Context, host string) ([]netip.Addr, time.Duration, error) {
	addrs, err := n.lookup(ctx, host)
	return addrs, n.ttl, err
}

func (n *names) SRV(_ context.Context, name string) ([]*net.SRV, time.Duration, error) {
	n.asked = append(n.asked, name)
	return n.srv[name], n.ttl, n.err
}

func (n *names) NAPTR(_ context.Context, name string) ([]NAPTR, time.Duration, error) {
	n.asked = append(n.asked, "NAPTR "+name)
	return n.naptr[name], n.ttl, n.err
}

// resolver knows addresses only, unless n has other records.
func resolver(t *testing.T, n *names, local string, transports ...string) *Resolver {
	o := ResolverOptions{Lookup: n.lookup, Transports: transports}
	if n.srv != nil || n.naptr != nil {
		o.Lookup, o.Names = nil, n
	}
	if local != "" {
		o.Local = netip.MustParseAddr(local)
	}
	r := NewResolver(o)
	t.Cleanup(r.Close)
	return r
}

func uri(t *testing.T, s string) sip.URI {
	t.Helper()
	u, err := sip.ParseURI(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// resolve waits for the answer and writes it down: "192.0.2.9:5060", or "! " and the error.
func resolve(t *testing.T, r *Resolver, s string) (answer string, atOnce bool) {
	t.Helper()
	a, done := r.Resolve("id of "+s, uri(t, s))
	if !done {
		a = <-r.Answers()
	}
	if a.ID != "id of "+s {
		t.Errorf("the answer for %s is for %q", s, a.ID)
	}
	if a.Err != nil {
		return "! " + a.Err.Error(), done
	}
	var to []string
	for _, f := range a.Flows {
		if f.Local.IsValid() || (f.Transport == "TLS") != (f.Name != "") {
			t.Errorf("%s: flow %+v", s, f)
		}
		switch f.Transport {
		case "UDP":
			to = append(to, f.Remote.String())
		case "TLS":
			to = append(to, "TLS "+f.Remote.String()+" "+f.Name)
		default:
			to = append(to, f.Transport+" "+f.Remote.String())
		}
	}
	return strings.Join(to, " "), done
}

func TestWhereAURIPoints(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &names{addrs: map[string][]string{"pbx.example": {"192.0.2.9", "2001:db8::9"}, "mapped.example": {"::ffff:192.0.2.8"}}}
		r := resolver(t, n, "")
		for _, c := range []struct {
			uri, want string
			lookup    bool
		}{
			{"sip:11@192.0.2.2", "192.0.2.2:5060", false},
			{"sip:11@192.0.2.2:5070", "192.0.2.2:5070", false},
			{"sip:11@[2001:db8::2]", "[2001:db8::2]:5060", false},
			{"sip:11@[2001:db8::2]:5070;transport=UDP", "[2001:db8::2]:5070", false},
			{"sip:11@pbx.example;maddr=192.0.2.7", "192.0.2.7:5060", false},
			{"sip:11@192.0.2.2:5070;maddr=pbx.example", "192.0.2.9:5070 [2001:db8::9]:5070", true},
			{"sip:11@pbx.example", "192.0.2.9:5060 [2001:db8::9]:5060", true},
			{"sip:11@PBX.Example.:5062", "192.0.2.9:5062 [2001:db8::9]:5062", true},
			{"sip:mapped.example", "192.0.2.8:5060", true},
		} {
			before := len(n.asked)
			got, atOnce := resolve(t, r, c.uri)
			if got != c.want || atOnce == c.lookup || (len(n.asked) > before) != c.lookup {
				t.Errorf("%s: got %q, at once %v, asked %q; want %q", c.uri, got, atOnce, n.asked[before:], c.want)
			}
		}
		for _, bad := range []string{"sips:11@192.0.2.2", "tel:+4930123", "sip:11@192.0.2.2;transport=tcp"} {
			if got, atOnce := resolve(t, r, bad); !atOnce || !strings.HasPrefix(got, "! ") || !strings.Contains(got, bad) {
				t.Errorf("%s: got %q", bad, got)
			}
		}
	})
}

func TestLookupNeverHoldsTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &names{addrs: map[string][]string{"slow.example": {"192.0.2.9"}}, delay: 3 * time.Second}
		r := resolver(t, n, "")
		start := time.Now()
		for i := range maxPending {
			r.Resolve(fmt.Sprint(i), uri(t, "sip:slow.example"))
		}
		if time.Since(start) != 0 {
			t.Fatalf("asking took %v", time.Since(start))
		}
		for i := range maxPending {
			if a := <-r.Answers(); a.ID != fmt.Sprint(i) || a.Err != nil {
				t.Fatalf("answer %d is %+v", i, a)
			}
		}
		if took := time.Since(start); took != 3*time.Second || len(n.asked) != 1 {
			t.Errorf("%d questions for one name took %v and %d look-ups", maxPending, took, len(n.asked))
		}
	})
}

func TestQuestionsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := resolver(t, &names{delay: time.Hour}, "")
		r.Resolve("under way", uri(t, "sip:a.example"))
		synctest.Wait()
		for range maxPending {
			if _, done := r.Resolve("waits", uri(t, "sip:b.example")); done {
				t.Fatal("refused too early")
			}
		}
		if a, done := r.Resolve("too many", uri(t, "sip:c.example")); !done || a.Err == nil {
			t.Errorf("got %+v, %v", a, done)
		}
	})
}

func TestAnswersAreKeptForAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &names{addrs: map[string][]string{"pbx.example": {"192.0.2.9"}}}
		r := resolver(t, n, "")
		resolve(t, r, "sip:pbx.example")
		time.Sleep(59 * time.Second)
		if got, atOnce := resolve(t, r, "sip:12@pbx.example"); got != "192.0.2.9:5060" || !atOnce {
			t.Errorf("after 59 s: %q, at once %v", got, atOnce)
		}
		n.addrs["pbx.example"] = []string{"192.0.2.10"} // the provider has moved
		time.Sleep(time.Second)
		if got, atOnce := resolve(t, r, "sip:pbx.example"); got != "192.0.2.10:5060" || atOnce {
			t.Errorf("after a minute: %q, at once %v", got, atOnce)
		}
	})
}

func TestOldAnswerIsBetterThanNoNameServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &names{addrs: map[string][]string{"pbx.example": {"192.0.2.9"}}}
		r := resolver(t, n, "")
		resolve(t, r, "sip:pbx.example")
		n.err = errors.New("server misbehaving")
		time.Sleep(59 * time.Minute)
		if got, _ := resolve(t, r, "sip:pbx.example"); got != "192.0.2.9:5060" {
			t.Errorf("after 59 minutes: %q", got)
		}
		time.Sleep(time.Minute)
		if got, _ := resolve(t, r, "sip:pbx.example"); got != `! look up "pbx.example": server misbehaving` {
			t.Errorf("after an hour: %q", got)
		}
	})
}

func TestFailuresAreSaidAndNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &names{addrs: map[string][]string{}, delay: time.Minute}
		r := resolver(t, n, "")
		start := time.Now()
		if got, _ := resolve(t, r, "sip:pbx.example"); !strings.Contains(got, "deadline") || time.Since(start) != lookupTimeout {
			t.Errorf("after %v: %q", time.Since(start), got)
		}
		n.delay = 0
		if got, _ := resolve(t, r, "sip:pbx.example"); got != `! look up "pbx.example": the name has no address` {
			t.Errorf("without addresses: %q", got)
		}
		n.addrs["pbx.example"] = []string{"192.0.2.9"}
		if got, _ := resolve(t, r, "sip:pbx.example"); got != "192.0.2.9:5060" {
			t.Errorf("afterwards: %q", got)
		}
	})
}

func TestOnlyWhatTheSocketReaches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for local, want := range map[string]string{
			"0.0.0.0": "192.0.2.9:5060", "192.0.2.1": "192.0.2.9:5060",
			"2001:db8::1": "[2001:db8::9]:5060", "::": "[2001:db8::9]:5060 192.0.2.9:5060",
		} {
			r := resolver(t, &names{addrs: map[string][]string{"pbx.example": {"2001:db8::9", "192.0.2.9"}}}, local)
			if got, _ := resolve(t, r, "sip:pbx.example"); got != want {
				t.Errorf("from %s: %q, want %q", local, got, want)
			}
		}
		r := resolver(t, &names{}, "0.0.0.0")
		if got, _ := resolve(t, r, "sip:[2001:db8::9]"); !strings.HasPrefix(got, "! ") {
			t.Errorf("IPv6 from an IPv4 socket: %q", got)
		}
	})
}

func TestServersFromSRVRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &names{
			addrs: map[string][]string{"a.example": {"192.0.2.11"}, "b.example": {"192.0.2.12"}, "example": {"192.0.2.9"}, "plain.example": {"192.0.2.10"}},
			srv: map[string][]*net.SRV{
				"_sip._udp.example":      {{Target: "a.example", Port: 5070}, {Target: "gone.example", Port: 5060}, {Target: "b.example", Port: 5080}},
				"_sip._udp.gone.example": {{Target: "gone.example", Port: 5060}},
			},
		}
		r := resolver(t, n, "")
		for s, want := range map[string]string{
			"sip:example":       "192.0.2.11:5070 192.0.2.12:5080",
			"sip:example:5060":  "192.0.2.9:5060", // a port asks for no SRV
			"sip:plain.example": "192.0.2.10:5060",
			"sip:gone.example":  `! look up "gone.example": none of its servers has an address`,
		} {
			if got, _ := resolve(t, r, s); got != want {
				t.Errorf("%s: %q, want %q", s, got, want)
			}
		}
		if slices.Contains(n.asked, "_sip._udp.192.0.2.2") {
			t.Error("SRV records of an address were asked for")
		}
	})
}

// silentAtSRV never answers when it is asked for SRV or NAPTR records.
type silentAtSRV struct{ *names }

func (silentAtSRV) SRV(ctx context.Context, _ string) ([]*net.SRV, time.Duration, error) {
	<-ctx.Done()
	return nil, 0, ctx.Err()
}

func (silentAtSRV) NAPTR(ctx context.Context, _ string) ([]NAPTR, time.Duration, error) {
	<-ctx.Done()
	return nil, 0, ctx.Err()
}

func TestNameServerThatFailsAtSRV(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &names{addrs: map[string][]string{"fritz.box": {"192.168.178.1"}}}
		r := NewResolver(ResolverOptions{Names: silentAtSRV{n}})
		defer r.Close()
		start := time.Now()
		if got, _ := resolve(t, r, "sip:fritz.box"); got != "192.168.178.1:5060" || time.Since(start) != lookupTimeout/2 {
			t.Errorf("after %v: %q", time.Since(start), got)
		}
		n.err = errors.New("server misbehaving")
		if got, _ := resolve(t, r, "sip:other.example"); !strings.Contains(got, "misbehaving") || !strings.Contains(got, "deadline") {
			t.Errorf("both fail: %q", got)
		}
	})
}

func TestCacheIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &names{addrs: map[string][]string{}}
		r := resolver(t, n, "")
		for i := range maxNames + 10 {
			host := fmt.Sprintf("h%d.example", i)
			n.addrs[host] = []string{"192.0.2.9"}
			resolve(t, r, "sip:"+host)
			time.Sleep(time.Millisecond)
		}
		if len(r.cache) != maxNames {
			t.Errorf("%d names are kept, want %d", len(r.cache), maxNames)
		}
		if _, atOnce := resolve(t, r, fmt.Sprintf("sip:h%d.example", maxNames+9)); !atOnce {
			t.Error("the newest name was dropped")
		}
		if _, atOnce := resolve(t, r, "sip:h0.example"); atOnce {
			t.Error("the oldest name was kept")
		}
	})
}

func TestCloseBreaksALookupOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewResolver(ResolverOptions{Lookup: (&names{delay: time.Hour}).lookup})
		r.Resolve("1", uri(t, "sip:pbx.example"))
		synctest.Wait()
		start := time.Now()
		r.Close()
		r.Close()
		if _, ok := <-r.Answers(); ok || time.Since(start) != 0 {
			t.Errorf("answered after Close, which took %v", time.Since(start))
		}
	})
}
