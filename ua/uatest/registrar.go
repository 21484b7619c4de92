package uatest

import (
	"fmt"
	"net/netip"
	"sync"
	"time"

	"intercom/ua/digest"
	"intercom/ua/sip"
)

// Registrar answers REGISTER, with digest authentication if it has a
// password. It serves from Serve until its socket is closed.
type Registrar struct {
	Password  digest.Secret // of every user; empty asks for none
	Algorithm []string      // of the challenges, MD5 if none
	Expires   time.Duration // granted at most, one hour if zero
	Least     time.Duration // below it 423 is answered

	conn   PacketConn
	server digest.Server
	done   chan struct{}

	mu       sync.Mutex
	bindings map[string]time.Time // Contact URIs and when they end
	requests []*sip.Message
}

// Serve begins to answer; Close ends it.
func (r *Registrar) Serve(conn PacketConn) {
	r.conn, r.done, r.bindings = conn, make(chan struct{}), map[string]time.Time{}
	r.server = digest.Server{Realm: "test", Algorithms: r.Algorithm, Password: func(string) (digest.Secret, bool) { return r.Password, true }}
	go r.serve()
}

// Close returns when nothing is running any more.
func (r *Registrar) Close() {
	r.conn.Close()
	<-r.done
}

// Bound tells whether there is a binding now.
func (r *Registrar) Bound() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, end := range r.bindings {
		if time.Now().Before(end) {
			return true
		}
	}
	return false
}

// Requests returns every REGISTER so far.
func (r *Registrar) Requests() []*sip.Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]*sip.Message(nil), r.requests...)
}

func (r *Registrar) serve() {
	defer close(r.done)
	var b [65535]byte
	for {
		n, from, err := r.conn.ReadFromUDPAddrPort(b[:])
		if err != nil {
			return
		}
		if m, err := sip.Parse(b[:n]); err == nil && m.Method == "REGISTER" {
			r.answer(m, from)
		}
	}
}

func (r *Registrar) answer(m *sip.Message, from netip.AddrPort) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests = append(r.requests, m)
	resp := r.decide(m, from.Addr())
	if to, err := resp.To(); err == nil {
		resp.Set("To", to.WithTag("registrar").String())
	}
	// A registrar that cannot send has nobody to tell.
	_, _ = r.conn.WriteToUDPAddrPort(resp.Append(nil), from)
}

func (r *Registrar) decide(m *sip.Message, from netip.Addr) *sip.Message {
	if r.Password != "" {
		_, stale, err := r.server.Verify(time.Now(), from, m.Get("Authorization"), m.Method, m.Body)
		if err != nil || stale {
			resp := sip.NewResponse(m, 401, "")
			for _, challenge := range r.server.Challenges(time.Now(), from, stale) {
				resp.Add("WWW-Authenticate", challenge)
			}
			return resp
		}
	}
	contact, err := m.Contact()
	var asked int
	if _, scanErr := fmt.Sscan(m.Get("Expires"), &asked); err != nil || scanErr != nil {
		return sip.NewResponse(m, 400, "")
	}
	lifetime := time.Duration(asked) * time.Second
	if lifetime > 0 && lifetime < r.Least {
		resp := sip.NewResponse(m, 423, "")
		resp.Add("Min-Expires", fmt.Sprint(int(r.Least.Seconds())))
		return resp
	}
	if r.Expires > 0 {
		lifetime = min(lifetime, r.Expires)
	}
	r.bindings[contact.URI.String()] = time.Now().Add(lifetime)
	resp := sip.NewResponse(m, 200, "")
	if lifetime > 0 {
		resp.Add("Contact", fmt.Sprintf("%s;expires=%d", contact, int(lifetime.Seconds())))
	}
	return resp
}
