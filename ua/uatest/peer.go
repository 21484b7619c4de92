// Package uatest plays the other side in tests of a user agent: a peer that
// says raw SIP as a script tells it, and a small registrar. Both run over any
// socket, and in testing/synctest bubbles over test/memnet.
package uatest

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"intercom/ua/sip"
)

// PacketConn is the socket of a peer.
type PacketConn interface {
	ReadFromUDPAddrPort(b []byte) (n int, addr netip.AddrPort, err error)
	WriteToUDPAddrPort(b []byte, addr netip.AddrPort) (int, error)
	SetReadDeadline(t time.Time) error
	Close() error
}

// Patience is how long the Want methods wait: longer than any timer of RFC
// 3261. In a bubble that costs nothing.
const Patience = 70 * time.Second

// Peer is a scripted SIP element.
type Peer struct {
	T    testing.TB
	Addr netip.AddrPort

	Bindings Bindings // STUN
	Lines    int      // datagrams of nothing but line breaks

	conn PacketConn

	transport string // in Via and Contact

	next int // numbers its branches, tags and Call-IDs
	seen map[string]bool
}

// NewPeer makes a peer that is reached at addr. The socket is closed at the
// end of the test.
func NewPeer(t testing.TB, conn PacketConn, addr netip.AddrPort) *Peer {
	t.Cleanup(func() { conn.Close() })
	return &Peer{T: t, Addr: addr, conn: conn, transport: "UDP", seen: map[string]bool{}}
}

// Message is something that the peer received.
type Message struct {
	*sip.Message
	Source netip.AddrPort
	At     time.Time

	peer *Peer
	tag  string
}

// Receive returns the next message of any kind, nil if none comes in time.
func (p *Peer) Receive(within time.Duration) *Message {
	p.T.Helper()
	if err := p.conn.SetReadDeadline(time.Now().Add(within)); err != nil {
		p.T.Fatal(err)
	}
	var b [65535]byte
	n, from, err := p.conn.ReadFromUDPAddrPort(b[:])
	for err == nil && p.answersBinding(b[:n], from) {
		n, from, err = p.conn.ReadFromUDPAddrPort(b[:])
	}
	if err != nil {
		return nil
	}
	m, err := sip.Parse(b[:n])
	if err != nil {
		p.T.Fatalf("received what is no SIP: %v\n%s", err, b[:n])
	}
	// A refusal repeats the fault that it complains of.
	if fault := sip.Validate(m); fault != nil && m.Status < 400 {
		p.T.Fatalf("received a faulty message: %v\n%s", fault, b[:n])
	}
	return &Message{Message: m, Source: from, At: p.now(), peer: p, tag: "peer"}
}

// now is when the last message came: its socket may know better than the clock.
func (p *Peer) now() time.Time {
	if s, ok := p.conn.(interface{ Came() time.Time }); ok {
		return s.Came()
	}
	return time.Now()
}

// WantRequest waits for a request of that method. Retransmissions of requests
// already seen are passed over; any other message fails the test.
func (p *Peer) WantRequest(method string) *Message {
	p.T.Helper()
	for {
		m := p.Receive(Patience)
		switch {
		case m == nil:
			p.T.Fatalf("%v: no %s came", time.Now(), method)
		case m.IsRequest() && p.seen[m.key()]:
			continue
		case m.Method != method:
			p.T.Fatalf("want %s, got:\n%s", method, m)
		}
		p.seen[m.key()] = true
		return m
	}
}

// WantResponse waits for a response with that status. 100 Trying is passed
// over unless it is wanted, and so are repeated responses.
func (p *Peer) WantResponse(status int) *Message {
	p.T.Helper()
	for {
		m := p.Receive(Patience)
		switch {
		case m == nil:
			p.T.Fatalf("%v: no %d came", time.Now(), status)
		case m.Status == 100 && status != 100, !m.IsRequest() && p.seen[m.key()]:
			continue
		case m.Status != status:
			p.T.Fatalf("want %d, got:\n%s", status, m)
		}
		p.seen[m.key()] = true
		return m
	}
}

// WantSilence fails if anything comes within d.
func (p *Peer) WantSilence(d time.Duration) {
	p.T.Helper()
	if m := p.Receive(d); m != nil {
		p.T.Fatalf("want silence, got:\n%s", m)
	}
}

// Forget lets retransmissions of what was seen count again.
func (p *Peer) Forget() { clear(p.seen) }

// key tells a message from others, but not from its retransmission.
func (m *Message) key() string {
	via, _ := m.TopVia()
	return fmt.Sprint(m.Method, m.Status, via.Branch(), m.Get("CSeq"))
}

// contact is a Contact of the peer.
func (p *Peer) contact(user string) string {
	uri := "sip:" + user + "@" + p.Addr.String()
	if p.transport != "UDP" {
		uri += ";transport=" + strings.ToLower(p.transport)
	}
	return "<" + uri + ">"
}

// Send sends raw text; line ends may be LF.
func (p *Peer) Send(to netip.AddrPort, text string) {
	p.T.Helper()
	p.SendBytes(to, []byte(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")))
}

// SendBytes sends a datagram as it is.
func (p *Peer) SendBytes(to netip.AddrPort, b []byte) {
	p.T.Helper()
	if _, err := p.conn.WriteToUDPAddrPort(b, to); err != nil {
		p.T.Fatal(err)
	}
}

// SendMessage sends a message.
func (p *Peer) SendMessage(to netip.AddrPort, m *sip.Message) {
	p.T.Helper()
	p.SendBytes(to, m.Append(nil))
}

// word makes a new branch, tag or Call-ID.
func (p *Peer) word(kind string) string {
	p.next++
	return fmt.Sprintf("%s-%s-%d", kind, strings.NewReplacer(".", "-", ":", "-", "[", "", "]", "").Replace(p.Addr.String()), p.next)
}

// fill adds lines of the form "Name: value" to a message; one of the form
// "body: ..." is its session description.
func fill(m *sip.Message, lines []string) {
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		switch {
		case name == "body":
			m.Body = []byte(value)
			if !m.Has("Content-Type") {
				m.Add("Content-Type", "application/sdp")
			}
		case m.Has(name) && name != "Record-Route" && name != "WWW-Authenticate" && name != "Proxy-Authenticate":
			m.Set(name, value)
		default:
			m.Add(name, value)
		}
	}
}

// SDP is a body for Reply, Invite and their like: one audio line at addr.
func SDP(addr netip.AddrPort, lines ...string) string {
	host := "IN IP4 " + addr.Addr().String()
	if addr.Addr().Is6() {
		host = "IN IP6 " + addr.Addr().String()
	}
	text := "v=0\r\no=peer 1 1 " + host + "\r\ns=-\r\nc=" + host + "\r\nt=0 0\r\n"
	if len(lines) == 0 {
		lines = []string{fmt.Sprintf("m=audio %d RTP/AVP 8 101", addr.Port()), "a=rtpmap:101 telephone-event/8000"}
	}
	return "body: " + text + strings.Join(lines, "\r\n") + "\r\n"
}
