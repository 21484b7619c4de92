package ua_test

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"intercom/test/memnet"
	"intercom/ua/sip"
	"intercom/ua/uatest"
)

// pbx is a telephone system that goes through everything: it is switched off
// and on, forgets, refuses, and changes its nonce without saying stale. It calls
// who is registered by the way that the REGISTER came by.
type pbx struct {
	t    *testing.T
	net  *memnet.Network
	addr netip.AddrPort

	wg      sync.WaitGroup
	serving atomic.Int32 // goroutines

	mu       sync.Mutex
	up       bool
	conns    []interface{ Close() error }
	refusal  *refusal // in place of the answer to REGISTER
	nonces   int      // so far
	binding  binding
	bindings int // granted so far
	calls    int
	answers  map[string]int // by Call-ID, the highest status that came
}

// refusal is what a REGISTER gets.
type refusal struct {
	status int
	header string // "Retry-After: 600"
}

// binding is where a registered device is called.
type binding struct {
	way     way
	contact string
	granted time.Time
	until   time.Time
}

// way is a datagram's or a connection's way back.
type way struct {
	uatest.PacketConn
	to        netip.AddrPort
	transport string
}

func newPBX(t *testing.T, network *memnet.Network, addr netip.AddrPort) *pbx {
	b := &pbx{t: t, net: network, addr: addr, answers: map[string]int{}}
	b.start()
	t.Cleanup(b.stop)
	return b
}

// start switches the PBX on: nobody is registered.
func (b *pbx) start() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.up, b.binding = true, binding{}
	b.nonces++
	host := b.net.Host(b.addr.Addr())
	conn, err := host.Listen(b.addr)
	if err != nil {
		b.t.Fatal(err)
	}
	listener, err := host.ListenTCP(b.addr)
	if err != nil {
		b.t.Fatal(err)
	}
	b.conns = append(b.conns, conn, listener)
	b.wg.Go(func() { b.serve(conn, "UDP") })
	b.wg.Go(func() { b.accept(listener) })
}

// stop switches it off, and returns when nothing of it is left.
func (b *pbx) stop() {
	b.mu.Lock()
	b.up = false
	for _, c := range b.conns {
		c.Close()
	}
	b.conns = nil
	b.mu.Unlock()
	b.wg.Wait()
}

// forgets lets the PBX lose its bindings; nonce lets it want another nonce.
func (b *pbx) forgets() { b.mu.Lock(); b.binding = binding{}; b.mu.Unlock() }
func (b *pbx) nonce()   { b.mu.Lock(); b.nonces++; b.mu.Unlock() }

// refuses answers each REGISTER that way, until it is called with nil.
func (b *pbx) refuses(r *refusal) { b.mu.Lock(); b.refusal = r; b.mu.Unlock() }

// bound returns the binding that holds now, and how many were granted so far.
func (b *pbx) bound() (binding, int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if time.Now().After(b.binding.until) {
		return binding{}, b.bindings
	}
	return b.binding, b.bindings
}

func (b *pbx) accept(l *memnet.Listener) {
	b.serving.Add(1)
	defer b.serving.Add(-1)
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		s := uatest.NewStream(conn)
		b.mu.Lock()
		if len(b.conns) == 5 { // of a device that has moved nothing is heard any more
			b.conns[2].Close()
			b.conns = append(b.conns[:2], b.conns[3:]...)
		}
		b.conns = append(b.conns, s)
		b.mu.Unlock()
		b.wg.Go(func() { b.serve(s, "TCP") })
	}
}

func (b *pbx) serve(conn uatest.PacketConn, transport string) {
	b.serving.Add(1)
	defer b.serving.Add(-1)
	var room [4096]byte // what the door says is shorter
	for {
		n, from, err := conn.ReadFromUDPAddrPort(room[:])
		if err != nil {
			if c, ok := conn.(net.Conn); ok {
				c.Close()
			}
			return
		}
		m, err := sip.Parse(room[:n])
		if err != nil {
			continue
		}
		b.mu.Lock()
		b.take(m, way{conn, from, transport})
		b.mu.Unlock()
	}
}

// take answers one message.
func (b *pbx) take(m *sip.Message, w way) {
	if !m.IsRequest() {
		b.answers[m.CallID()] = max(b.answers[m.CallID()], m.Status)
		if cseq, err := m.CSeq(); err == nil && cseq.Method == "INVITE" && m.Status >= 200 {
			b.send(w, b.request("ACK", m.CallID(), m.Get("To"), w.transport))
		}
		return
	}
	resp := sip.NewResponse(m, 200, "")
	if m.Method == "REGISTER" {
		resp = b.register(m, w)
	}
	via, err := resp.TopVia()
	if err != nil {
		b.t.Errorf("a request without Via:\n%s", m)
		return
	}
	via.Params = via.Params.With("received", w.to.Addr().String()).With("rport", fmt.Sprint(w.to.Port()))
	resp.SetTopVia(via)
	b.send(w, resp)
}

func (b *pbx) register(m *sip.Message, w way) *sip.Message {
	nonce := fmt.Sprintf("nonce-%d", b.nonces)
	switch {
	case b.refusal != nil && (b.refusal.status != 423 || m.Get("Expires") != "600"):
		resp := sip.NewResponse(m, b.refusal.status, "")
		if name, value, ok := strings.Cut(b.refusal.header, ": "); ok {
			resp.Add(name, value)
		}
		return resp
	case !strings.Contains(m.Get("Authorization"), nonce):
		resp := sip.NewResponse(m, 401, "")
		resp.Add("WWW-Authenticate", fmt.Sprintf(`Digest realm="pbx", nonce=%q, qop="auth"`, nonce))
		return resp
	}
	resp := sip.NewResponse(m, 200, "")
	resp.Add("Contact", m.Get("Contact")+";expires="+m.Get("Expires"))
	var lifetime int
	fmt.Sscan(m.Get("Expires"), &lifetime)
	contact, err := m.Contact()
	if err != nil {
		b.t.Errorf("registers with\n%s", m)
	}
	now := time.Now()
	b.binding = binding{w, contact.URI.String(), now, now.Add(time.Duration(lifetime) * time.Second)}
	b.bindings++
	return resp
}

// call calls who is registered and hangs up after d; it returns the status with
// which that began and ended.
func (b *pbx) call(d time.Duration) (rang, ended int) {
	b.mu.Lock()
	b.calls++
	id := fmt.Sprintf("call-%d", b.calls)
	at, _ := b.binding, b.calls
	if at.way.PacketConn == nil {
		b.mu.Unlock()
		return 0, 0
	}
	invite := b.request("INVITE", id, "<sip:door@pbx.test>", at.way.transport)
	b.send(at.way, invite)
	b.mu.Unlock()
	time.Sleep(d)
	b.mu.Lock()
	rang = b.answers[id]
	b.send(at.way, b.request("CANCEL", id, "<sip:door@pbx.test>", at.way.transport))
	b.mu.Unlock()
	time.Sleep(d)
	b.mu.Lock()
	defer b.mu.Unlock()
	ended = b.answers[id]
	delete(b.answers, id)
	return rang, ended
}

// request makes one of the PBX's own; those of one call have one branch.
func (b *pbx) request(method, id, to, transport string) *sip.Message {
	target := b.binding.contact
	if target == "" {
		target = "sip:door@pbx.test"
	}
	m := sip.NewRequest(method, target)
	m.Add("Via", fmt.Sprintf("SIP/2.0/%s %s;branch=%s%s;rport", transport, b.addr, sip.BranchCookie, id))
	m.Add("Max-Forwards", "70")
	m.Add("From", fmt.Sprintf("<sip:11@pbx.test>;tag=%s", id))
	m.Add("To", to)
	m.Add("Call-ID", id)
	m.Add("CSeq", "1 "+method)
	if method == "INVITE" {
		m.Add("Contact", fmt.Sprintf("<sip:11@%s>", b.addr))
		m.Add("Content-Type", "application/sdp")
		m.Body = []byte(strings.TrimPrefix(uatest.SDP(b.addr), "body: "))
	}
	return m
}

func (b *pbx) send(w way, m *sip.Message) {
	// Who cannot be reached hears nothing; that shows soon enough.
	_, _ = w.WriteToUDPAddrPort(m.Append(nil), w.to)
}
