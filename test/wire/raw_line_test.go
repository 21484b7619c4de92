package wire

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"

	"intercom/ua/sip"
)

// line is a connection to the phone, octet by octet.
type line struct {
	*stage
	net.Conn
	self  netip.AddrPort
	asked []*sip.Message
	in    []byte
}

// line opens a TCP connection from an address of its own.
func (p *phone) line() *line {
	p.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: address().AsSlice()}, Timeout: 10 * time.Second}
	if p.addr.Addr().Is6() {
		d.LocalAddr = nil
	}
	conn, err := d.Dial("tcp", p.addr.String())
	if err != nil {
		p.Fatal(err)
	}
	l := &line{stage: p.stage, Conn: conn, self: conn.LocalAddr().(*net.TCPAddr).AddrPort()}
	p.Cleanup(func() { conn.Close() })
	return l
}

// secureLine is the same with TLS.
func (p *phone) secureLine() *line {
	p.Helper()
	l := p.line()
	secure := tls.Client(l.Conn, &tls.Config{InsecureSkipVerify: true})
	if err := secure.Handshake(); err != nil {
		p.Fatal(err)
	}
	l.Conn = secure
	return l
}

// options is an OPTIONS as it is written.
func (l *line) options(n int, body ...string) string {
	text := strings.Join(body, "")
	transport := "TCP"
	if _, secure := l.Conn.(*tls.Conn); secure {
		transport = "TLS"
	}
	return strings.ReplaceAll(fmt.Sprintf("OPTIONS sip:agent@h.invalid SIP/2.0\nVia: SIP/2.0/%s %s;branch=z9hG4bKline%d;rport\nFrom: <sip:x@h.invalid>;tag=t%d\n"+
		"To: <sip:agent@h.invalid>\nCall-ID: line%d@%s\nCSeq: %d OPTIONS\nMax-Forwards: 70\nContent-Length: %d\n\n", transport, l.self, n, n, n, l.self, n+1, len(text)), "\n", "\r\n") + text
}

// says sends octets; that the phone does not want them any more is for the test to see.
func (l *line) says(text string) {
	if m, err := sip.Parse([]byte(text)); err == nil && m.IsRequest() {
		l.asked = append(l.asked, m)
	}
	l.SetWriteDeadline(time.Now().Add(20 * time.Second))
	_, _ = io.WriteString(l.Conn, text)
}

// hears is the next message within d, nil if none comes or the connection ends. It is held against its request.
func (l *line) hears(within time.Duration) *sip.Message {
	l.SetReadDeadline(time.Now().Add(within))
	for {
		n, err := sip.Split(l.in)
		if err != nil {
			l.Errorf("the phone says what cannot be framed: %v\n%q", err, l.in)
			return nil
		}
		if n > 0 {
			m, err := sip.Parse(l.in[:n])
			if err != nil {
				l.Errorf("the phone says %q: %v", l.in[:n], err)
				return nil
			}
			l.in = l.in[n:]
			l.judge(m)
			return m
		}
		var room [4096]byte
		got, err := l.Read(room[:])
		l.in = append(l.in, room[:got]...)
		if got == 0 && err != nil {
			return nil
		}
	}
}

func (l *line) judge(resp *sip.Message) {
	for _, req := range l.asked {
		if !resp.IsRequest() && req.CallID() == resp.CallID() && req.Get("CSeq") == resp.Get("CSeq") {
			for _, fault := range answerFaults(req, resp, l.self) {
				l.Errorf("%s:\n%s", fault, resp)
			}
		}
	}
}

// wants waits for a response with a status.
func (l *line) wants(status int) *sip.Message {
	l.Helper()
	m := l.hears(10 * time.Second)
	if m == nil || m.Status != status {
		l.Fatalf("want %d, got\n%v", status, m)
	}
	return m
}

// wantsEnd waits until the phone has closed the connection, whatever it says before; the status of that comes back, 0 for
// nothing.
func (l *line) wantsEnd(within time.Duration) (status int) {
	l.Helper()
	if m := l.hears(within); m != nil {
		status = m.Status
	}
	l.SetReadDeadline(time.Now().Add(within))
	if _, err := io.Copy(io.Discard, l.Conn); errors.Is(err, os.ErrDeadlineExceeded) {
		l.Errorf("the connection is still open after %v", within)
	}
	return status
}

// wantsOctets waits for exactly these, and nothing behind them.
func (l *line) wantsOctets(want string) {
	l.Helper()
	l.SetReadDeadline(time.Now().Add(500 * time.Millisecond))
	got, _ := io.ReadAll(l.Conn)
	if got = append(bytes.Clone(l.in), got...); string(got) != want {
		l.Errorf("heard %q, want %q", got, want)
	}
	l.in = nil
}

// parsed is for texts of the tests themselves.
func parsed(text string) *sip.Message {
	m, err := sip.Parse([]byte(text))
	if err != nil {
		panic(err)
	}
	return m
}
