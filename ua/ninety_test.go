package ua_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"intercom/test/memnet"
	"intercom/ua"
)

// quarter is a door behind a NAT, and what happens to it.
type quarter struct {
	*testing.T
	net       *memnet.Network
	door      *memnet.Host
	box       *memnet.Box
	pbx       *pbx
	ua        *ua.UA
	transport string
	dice      *rand.Rand
	changes   chan struct{} // tells the door that its network is another
	publics   int           // addresses of the box so far
	slow      map[string]time.Duration

	mu     sync.Mutex
	day    int
	names  map[string]netip.Addr // what the name server says
	tries  []time.Time           // of the last REGISTERs, answers to challenges aside
	looks  []time.Time           // and OPTIONS
	dials  []time.Time           // and connections
	again  bool                  // the next REGISTER goes on with the last attempt
	seen   map[string]bool       // Call-ID and CSeq
	failed int                   // RegistrationFailed events
}

// trouble is one thing that happens, and how long after its end the door may
// take to be registered again.
type trouble struct {
	name  string
	does  func(q *quarter)
	limit limit
	why   string // it takes longer than 5 s
}

// limit is for a door that is registered by UDP, and by TCP. Zero is for a
// trouble that must not be felt: the binding holds all the time.
type limit struct{ udp, tcp time.Duration }

const soon = 5 * time.Second

// troubles come one a day, in this order again and again.
var troubles = []trouble{
	{name: "the router restarts", limit: limit{soon, soon},
		does: func(q *quarter) { q.outage(2*time.Minute, func() { q.box.Reboot(q.box.Public()) }) }},
	{name: "the router restarts and has another address", limit: limit{soon, soon},
		does: func(q *quarter) { q.outage(90*time.Second, q.otherPublic) }},
	{name: "the line is down for hours", limit: limit{soon, soon},
		does: func(q *quarter) { q.outage(3*time.Hour+17*time.Second, q.otherPublic) }},
	{name: "the line and the name server are down for hours", limit: limit{soon, soon},
		does: func(q *quarter) {
			q.name(netip.Addr{})
			q.outage(2*time.Hour+31*time.Second, q.otherPublic)
			q.name(q.pbx.addr.Addr())
		}},
	{name: "the router forgets its mappings at once", limit: limit{33 * time.Second, 38 * time.Second},
		does: func(q *quarter) { q.box.Reboot(q.box.Public()) },
		why:  "nothing tells before the next keep-alive, after at most 27.5 s; by TCP its answer is awaited for 10 s"},
	{name: "the router changes its address at once", limit: limit{33 * time.Second, 38 * time.Second},
		does: (*quarter).otherPublic, why: "as when it forgets"},
	{name: "the door has another address, and knows", limit: limit{soon, soon},
		does: func(q *quarter) { q.renumber(); q.changes <- struct{}{} }},
	{name: "the door has another address", limit: limit{33 * time.Second, 38 * time.Second},
		does: (*quarter).renumber, why: "where the kernel does not tell, as when the router forgets"},
	{name: "the cable is out", limit: limit{soon, soon}, does: (*quarter).unplug},
	{name: "the PBX has no power for hours", limit: limit{soon, soon},
		does: func(q *quarter) { q.powerCut(2*time.Hour + 3*time.Second) }},
	{name: "the PBX restarts and has forgotten everybody", limit: limit{500 * time.Second, soon}, does: (*quarter).restart,
		why: "by UDP nothing tells before the next refresh, of 600 s at most: OPTIONS is answered to those who are not registered too"},
	{name: "the PBX answers 503 with Retry-After", limit: limit{602 * time.Second, 602 * time.Second},
		does: func(q *quarter) { q.refused(&refusal{503, "Retry-After: 600"}, 2*time.Hour, 600*time.Second) },
		why:  "the PBX has asked for 600 s"},
	{name: "the PBX answers 403", limit: limit{12 * time.Minute, 12 * time.Minute},
		does: func(q *quarter) { q.refused(&refusal{403, ""}, 2*time.Hour, 48*time.Second) },
		why:  "who is refused asks every 1 to 12 minutes (RFC 3261 §21.4.4, and servers that shut out whom they see trying)"},
	{name: "the PBX moves", limit: limit{97 * time.Second, 97 * time.Second}, does: (*quarter).move,
		why: "the name server has said that its answer holds for 60 s, and what is under way to the old address then has 32 s"},
	{name: "the PBX wants longer registrations", does: func(q *quarter) {
		q.pbx.refuses(&refusal{423, "Min-Expires: 600"})
		q.holds(2*time.Hour, func() {})
	}},
	{name: "the PBX wants other nonces and does not say stale", does: func(q *quarter) { q.holds(6*time.Hour, q.pbx.nonce) }},
	{name: "the line is bad", does: func(q *quarter) {
		q.net.SetLinks(memnet.Link{Delay: 30 * time.Millisecond, Jitter: 20 * time.Millisecond, Loss: 0.2, Duplicate: 0.1, Reorder: 0.1})
		q.holds(6*time.Hour, func() {})
		q.net.SetLinks(memnet.Link{Delay: 10 * time.Millisecond})
	}},
}

// TestNinetyDays keeps a door registered through a quarter of a year in which
// something happens every day, and calls it every day.
func TestNinetyDays(t *testing.T) {
	days := 90
	if testing.Short() || raced {
		days = 2*len(troubles) + 1
	}
	for _, tt := range []struct {
		name, transport string
		resets          bool
	}{
		{"UDP", "UDP", false}, {"TCP", "TCP", false}, {"TCP, and a router that resets what it has forgotten", "TCP", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { newQuarter(t, tt.transport, tt.resets).live(days) })
		})
	}
}

var (
	publicPBX = netip.MustParseAddrPort("203.0.113.1:5060")
	firstHome = netip.MustParseAddr("192.168.1.10")
)

func newQuarter(t *testing.T, transport string, resets bool) *quarter {
	q := &quarter{
		T: t, net: memnet.New(1), transport: transport, dice: rand.New(rand.NewPCG(9, 9)), seen: map[string]bool{},
		names: map[string]netip.Addr{"pbx.test": publicPBX.Addr()}, slow: map[string]time.Duration{}, changes: make(chan struct{}, 1),
	}
	q.net.SetLinks(memnet.Link{Delay: 10 * time.Millisecond})
	q.door = q.net.Host(firstHome)
	q.box = q.net.NewBox(memnet.BoxConfig{
		Inside: netip.MustParsePrefix("192.168.1.0/24"), Public: netip.MustParseAddr("198.51.100.1"), Idle: 60 * time.Second, Resets: resets,
	})
	q.pbx = newPBX(t, q.net, publicPBX)
	u, err := ua.New(q.options())
	if err != nil {
		t.Fatal(err)
	}
	q.ua = u
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- u.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return q
}

func (q *quarter) options() ua.Options {
	return ua.Options{
		Config: ua.Default(),
		Accounts: []ua.Account{{
			Name: "pbx", AOR: "sip:door@pbx.test", Username: "door", Password: "secret",
			Registrar: "sip:pbx.test;transport=" + strings.ToLower(q.transport),
		}},
		Listen:    func(local netip.AddrPort) (ua.PacketConn, error) { return q.door.Listen(local) },
		ListenTCP: func(local netip.AddrPort) (net.Listener, error) { return q.door.ListenTCP(local) },
		DialTCP: func(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
			q.mu.Lock()
			q.dials = q.spaced("connections", q.dials)
			q.mu.Unlock()
			return q.door.DialTCP(ctx, to)
		},
		Route: func(netip.AddrPort) (netip.Addr, error) { return q.door.Addr(), nil },
		Lookup: func(_ context.Context, host string) ([]netip.Addr, error) {
			q.mu.Lock()
			defer q.mu.Unlock()
			if addr := q.names[host]; addr.IsValid() {
				return []netip.Addr{addr}, nil
			}
			return nil, fmt.Errorf("no such host %q", host)
		},
		Trace: q.trace, Changes: q.changes,
		Rand: &source{rand.NewChaCha8([32]byte{1})},
	}
}

// trace counts the attempts to register: no more than one a second.
func (q *quarter) trace(m ua.Trace) {
	q.mu.Lock()
	defer q.mu.Unlock()
	cseq, err := m.Msg.CSeq()
	switch id := m.Msg.CallID() + m.Msg.Get("CSeq"); {
	case err != nil:
	case !m.Out && cseq.Method == "REGISTER":
		q.again = m.Msg.Status == 401 || m.Msg.Status == 423
	case !m.Out || !m.Msg.IsRequest() || q.seen[id]: // and what is sent again
	case cseq.Method == "REGISTER" && q.again:
		q.again = false
		q.seen[id] = true
	case cseq.Method == "REGISTER":
		clear(q.seen)
		q.seen[id] = true
		q.tries = q.spaced("attempts to register", q.tries)
	case cseq.Method == "OPTIONS":
		q.seen[id] = true
		q.looks = q.spaced("looks", q.looks)
	}
}

// spaced notes that something happens now, at least a second after the last.
func (q *quarter) spaced(what string, at []time.Time) []time.Time {
	now := time.Now()
	if n := len(at); n > 0 && now.Sub(at[n-1]) < time.Second {
		q.Errorf("day %d: two %s within %v", q.day, what, now.Sub(at[n-1]))
	}
	return append(at[max(0, len(at)-50):], now)
}

// live goes through the days. When everything has happened once, the door has
// what it needs, and must not want for more.
func (q *quarter) live(days int) {
	midnight := time.Now()
	var first, last runtime.MemStats
	var goroutines int
	q.wantBound("at first", time.Now(), soon)
	for day := 1; day <= days; day++ {
		q.mu.Lock()
		q.day = day
		q.mu.Unlock()
		trouble := troubles[q.day%len(troubles)]
		q.hear(time.Duration(8*3600+q.dice.IntN(3600)) * time.Second)
		q.suffer(trouble)
		q.hear(time.Until(midnight.Add(time.Duration(q.day) * 24 * time.Hour)))
		q.isCalled()
		if q.Failed() {
			q.Fatalf("day %d: %s", q.day, trouble.name)
		}
		if q.day == len(troubles) {
			goroutines = q.measure(&first)
		}
	}
	if n := q.measure(&last); n != goroutines {
		q.Errorf("%d goroutines, at first there were %d", n, goroutines)
	}
	if grown := int64(last.HeapAlloc) - int64(first.HeapAlloc); grown > 64<<10 {
		q.Errorf("the heap has grown by %d octets", grown)
	}
	q.report(first, last)
}

// measure counts what there is besides the PBX.
func (q *quarter) measure(m *runtime.MemStats) (goroutines int) {
	synctest.Wait()
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(m)
	return runtime.NumGoroutine() - int(q.pbx.serving.Load())
}

// suffer lets a trouble happen and waits until the door is registered again.
func (q *quarter) suffer(x trouble) {
	q.Helper()
	stop := q.listen()
	x.does(q)
	stop()
	q.pbx.refuses(nil)
	limit := x.limit.udp
	if q.transport == "TCP" {
		limit = x.limit.tcp
	}
	if limit > 0 {
		q.slow[x.name] = max(q.slow[x.name], q.wantBound(x.name, time.Now(), limit))
	}
}

// holds does something every ten minutes for so long, and the binding holds all
// the while.
func (q *quarter) holds(d time.Duration, do func()) {
	_, failed := q.counts()
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(10 * time.Minute) {
		do()
		for range 10 {
			time.Sleep(time.Minute)
			if b, _ := q.pbx.bound(); b.contact == "" {
				q.Errorf("day %d: the binding has lapsed", q.day)
				return
			}
		}
	}
	if _, n := q.counts(); n != failed {
		q.Errorf("day %d: told of %d failures", q.day, n-failed)
	}
}

// counts returns when the last attempts were made, and how many failures were
// told so far.
func (q *quarter) counts() (tries []time.Time, failed int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.tries), q.failed
}

// listen reads the events while a trouble lasts.
func (q *quarter) listen() (stop func()) {
	ctx, cancel := context.WithCancel(q.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case e := <-q.ua.Events():
				q.told(e)
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() { cancel(); <-done }
}

func (q *quarter) told(e ua.Event) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch e := e.(type) {
	case ua.RegistrationFailed:
		q.failed++
		if e.WrongPassword && !strings.Contains(e.Err.Error(), "403") {
			q.Errorf("day %d: told that the password is wrong: %v", q.day, e.Err)
		}
	case ua.Incoming:
		q.ua.Ring(e.Call)
	}
}

// hear reads events for a while.
func (q *quarter) hear(d time.Duration) {
	stop := q.listen()
	time.Sleep(d)
	stop()
}

// wantBound waits for a binding that was granted after a moment.
func (q *quarter) wantBound(what string, after time.Time, limit time.Duration) time.Duration {
	q.Helper()
	defer q.listen()()
	for begin := time.Now(); time.Since(begin) < limit; {
		if b, _ := q.pbx.bound(); !b.granted.Before(after) {
			return b.granted.Sub(after)
		}
		time.Sleep(100 * time.Millisecond)
	}
	q.Errorf("day %d: %s: not registered after %v", q.day, what, limit)
	return limit
}

// isCalled: whoever calls hears that it rings.
func (q *quarter) isCalled() {
	q.Helper()
	defer q.listen()()
	if rang, ended := q.pbx.call(3 * time.Second); rang != 180 || ended != 487 {
		q.Errorf("day %d: a call got %d and then %d", q.day, rang, ended)
	}
}

// outage keeps the box off for a while.
func (q *quarter) outage(d time.Duration, meanwhile func()) {
	q.box.Unplug()
	time.Sleep(d)
	meanwhile()
	q.box.Plug()
}

func (q *quarter) otherPublic() {
	q.publics++
	q.box.Reboot(netip.AddrFrom4([4]byte{198, 51, 100, byte(1 + q.publics%200)}))
}

// renumber gives the door another address, as a DHCP server may.
func (q *quarter) renumber() {
	q.door.Renumber(netip.AddrFrom4([4]byte{192, 168, 1, byte(10 + q.day)}))
}

func (q *quarter) unplug() {
	q.door.Unplug()
	time.Sleep(11 * time.Minute)
	q.pbx.forgets()
	q.door.Plug()
}

func (q *quarter) powerCut(d time.Duration) {
	host := q.net.Host(q.pbx.addr.Addr())
	host.Unplug()
	q.pbx.stop()
	time.Sleep(d)
	q.pbx.start()
	host.Plug()
}

func (q *quarter) restart() {
	q.pbx.stop()
	time.Sleep(2 * time.Second)
	q.pbx.start()
}

// refused lets the PBX refuse for a while, and nobody ask more often than that.
func (q *quarter) refused(r *refusal, d, least time.Duration) {
	q.pbx.refuses(r)
	q.pbx.forgets()
	time.Sleep(10 * time.Minute) // in which it finds out
	tries, _ := q.counts()
	begun := tries[len(tries)-1]
	time.Sleep(d)
	tries, _ = q.counts()
	for _, at := range tries {
		if at.After(begun) && at.Sub(begun) < least {
			q.Errorf("day %d: asked again after %v", q.day, at.Sub(begun))
		}
		if at.After(begun) {
			begun = at
		}
	}
	q.pbx.refuses(nil)
}

// move gives the PBX another address, and the name server knows.
func (q *quarter) move() {
	addr := q.pbx.addr.Addr()
	q.net.Host(addr).Unplug()
	q.pbx.stop()
	q.net.Host(addr).Plug()
	next := addr.Next()
	if next == publicPBX.Addr().Next().Next() {
		next = publicPBX.Addr()
	}
	q.pbx.addr = netip.AddrPortFrom(next, publicPBX.Port())
	time.Sleep(5 * time.Minute)
	q.pbx.start()
	q.name(next)
}

// name lets the name server say where the PBX is.
func (q *quarter) name(addr netip.Addr) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.names["pbx.test"] = addr
}

// report tells the longest time that each trouble was felt, and why if that is
// long.
func (q *quarter) report(first, last runtime.MemStats) {
	for _, x := range troubles {
		q.Logf("%-52s %7.2f s  %s", x.name, q.slow[x.name].Seconds(), x.why)
	}
	q.Logf("heap %d kB when everything has happened once, %d kB on day %d", first.HeapAlloc>>10, last.HeapAlloc>>10, q.day)
}
