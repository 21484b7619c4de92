package wire

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"intercom/ua/sip"
	"intercom/ua/uatest"
)

// saying is a message as it was on the wire.
type saying struct {
	at         time.Time
	byPhone    bool
	transport  string         // "UDP", "TCP", "TLS"
	peer, from netip.AddrPort // the peer's own address and that of the phone
	text       string
}

// peer says raw SIP over a socket of its own.
type peer struct {
	*uatest.Peer
	*ear
	rtp   *net.UDPConn
	known map[string]bool // requests that have come
}

// peer makes one that talks over UDP.
func (s *stage) peer() *peer { s.Helper(); return s.peerAt(address()) }

func (s *stage) peerAt(a netip.Addr) *peer {
	s.Helper()
	conn := s.socket(a)
	if err := stamp(conn); err != nil {
		s.Fatal(err)
	}
	return s.join(conn, conn.LocalAddr().(*net.UDPAddr).AddrPort(), "UDP")
}

// socket opens one at any port.
func (s *stage) socket(a netip.Addr) *net.UDPConn {
	s.Helper()
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(a, 0)))
	if err != nil {
		s.Fatal(err)
	}
	return conn
}

// join makes a peer of a socket or a stream.
func (s *stage) join(conn uatest.PacketConn, addr netip.AddrPort, transport string) *peer {
	s.Helper()
	e := &ear{PacketConn: conn, stage: s, self: addr, transport: transport, heard: make(chan datagram, 4096)}
	p := &peer{Peer: uatest.NewPeer(s.TB, e, addr).Over(transport), ear: e, rtp: s.socket(addr.Addr()), known: map[string]bool{}}
	s.Cleanup(func() { p.rtp.Close() })
	e.listening.Go(e.listen)
	s.peers = append(s.peers, p)
	return p
}

// uri is the peer's.
func (p *peer) uri(user string) string { return fmt.Sprintf("sip:%s@%s", user, p.Addr) }

// sdp is the description of a session with sound at the peer's RTP port: PCMA and telephone-event if lines say nothing else.
func (p *peer) sdp(lines ...string) string {
	addr := p.rtp.LocalAddr().(*net.UDPAddr).AddrPort()
	for i, line := range lines {
		lines[i] = strings.ReplaceAll(line, "PORT", fmt.Sprint(addr.Port()))
	}
	return uatest.SDP(addr, lines...)
}

// hush lets time pass, in which only requests that are known already may come.
func (p *peer) hush(d time.Duration) {
	p.T.Helper()
	known := map[string]bool{}
	for _, said := range p.said() {
		known[said.text] = true
	}
	for end := time.Now().Add(d); time.Now().Before(end); {
		if m := p.Receive(time.Until(end)); m != nil && !known[m.String()] {
			p.T.Fatalf("want nothing new, got:\n%s", m)
		}
	}
}

// WantRequest waits for a request of that method. What has come before is passed over, and so are repeated answers: where
// the computer was too busy for our ACK to come in time, there are some.
func (p *peer) WantRequest(method string) *uatest.Message {
	p.T.Helper()
	for {
		m := p.Receive(p.patience)
		if m == nil {
			p.T.Fatalf("no %s came", method)
		}
		via, _ := m.TopVia()
		key := m.Method + via.Branch()
		switch {
		case m.IsRequest() && p.known[key], !m.IsRequest() && p.copies(m) > 1:
			continue
		case m.Method != method:
			p.T.Fatalf("want %s, got:\n%s", method, m)
		}
		p.known[key] = true
		return m
	}
}

// Forget lets what comes again count again.
func (p *peer) Forget() {
	p.Peer.Forget()
	clear(p.known)
}

// copies is how often the phone has said the same so far.
func (p *peer) copies(m *uatest.Message) (n int) {
	text := m.String()
	for _, said := range p.said() {
		if said.byPhone && said.text == text {
			n++
		}
	}
	return n
}

// WantSilence fails if anything comes within d. What had come before, and what comes again at once, while the computer is
// too busy for an ACK that is on its way, the judge looks at.
func (p *peer) WantSilence(d time.Duration) {
	p.T.Helper()
	begun := time.Now()
	for end := begun.Add(d); time.Now().Before(end); {
		if m := p.Receive(time.Until(end)); m != nil && m.At.After(begun) && !(m.At.Before(begun.Add(slack)) && p.copies(m) > 1) {
			p.T.Fatalf("want silence, got:\n%s", m)
		}
	}
}

// answerRaw answers with header fields as they stand there.
func (p *peer) answerRaw(m *uatest.Message, status int, lines ...string) {
	p.T.Helper()
	resp := sip.NewResponse(m.Message, status, "")
	resp.Set("To", m.Get("To")+";tag=raw")
	head, body, _ := strings.Cut(resp.String(), "Content-Length")
	p.Send(m.Source, head+strings.Join(lines, "\n")+"\nContent-Length"+body)
}

// retire answers from now on everything with 200, without anybody looking.
func (p *peer) retire() {
	p.listening.Go(func() {
		for d := range p.heard {
			if m, err := sip.Parse(d.b); err == nil && m.IsRequest() && m.Method != "ACK" {
				p.WriteToUDPAddrPort(sip.NewResponse(m, 200, "").Append(nil), d.from)
			}
		}
	})
}

// ear is a socket that is always listened on, so that the transcript has the times at which messages came.
type ear struct {
	uatest.PacketConn
	*stage
	self      netip.AddrPort
	transport string
	heard     chan datagram
	listening sync.WaitGroup
	deadline  time.Time
	came      time.Time // the last message that was read
	closed    sync.Once
}

type datagram struct {
	b    []byte
	from netip.AddrPort
	at   time.Time
}

func (e *ear) listen() {
	defer close(e.heard)
	for {
		var b [65535]byte
		n, from, at, err := receive(e.PacketConn, b[:])
		if err != nil {
			return
		}
		if strings.Trim(string(b[:n]), "\r\n") == "" {
			continue // a keep-alive
		}
		text := string(b[:n])
		e.note(saying{at: at, byPhone: true, transport: e.transport, peer: e.self, from: from, text: text})
		e.heard <- datagram{[]byte(text), from, at}
	}
}

// ReadFromUDPAddrPort gives the next message that was heard.
func (e *ear) ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error) {
	late := time.NewTimer(time.Until(e.deadline))
	defer late.Stop()
	select {
	case d, ok := <-e.heard:
		if !ok {
			return 0, netip.AddrPort{}, net.ErrClosed
		}
		e.came = d.at
		return copy(b, d.b), d.from, nil
	case <-late.C:
		return 0, netip.AddrPort{}, os.ErrDeadlineExceeded
	}
}

// Came is when the last message came that was read.
func (e *ear) Came() time.Time { return e.came }

// SetReadDeadline bounds what a peer waits for by the patience of the test.
func (e *ear) SetReadDeadline(t time.Time) error {
	e.deadline = t
	if last := time.Now().Add(e.patience); t.After(last) {
		e.deadline = last
	}
	return nil
}

func (e *ear) WriteToUDPAddrPort(b []byte, to netip.AddrPort) (int, error) {
	e.note(saying{at: time.Now(), transport: e.transport, peer: e.self, from: to, text: string(b)})
	return e.PacketConn.WriteToUDPAddrPort(b, to)
}

// Close ends the listening and waits for it.
func (e *ear) Close() error {
	var err error
	e.closed.Do(func() { err = e.PacketConn.Close() })
	e.listening.Wait()
	return err
}

func (s *stage) note(what saying) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.transcript = append(s.transcript, what)
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// said is the transcript so far.
func (s *stage) said() []saying {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.transcript)
}

// script is the transcript to be read by people.
func (s *stage) script() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	for _, m := range s.transcript {
		arrow := "→ phone"
		if m.byPhone {
			arrow = "← phone"
		}
		fmt.Fprintf(&b, "%8.3f s  %s %s %s\n%s\n", m.at.Sub(s.begun).Seconds(), m.peer, arrow, m.transport, m.text)
	}
	return b.String()
}
