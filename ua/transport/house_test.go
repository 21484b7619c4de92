package transport

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"intercom/test/memnet"
	"intercom/ua/sip"
)

// house is a door that speaks all transports and a phone on one network.
type house struct {
	t    *testing.T
	net  *memnet.Network
	door *Layer
}

func newHouse(t *testing.T, o LayerOptions) *house {
	t.Helper()
	h := &house{t: t, net: memnet.New(1)}
	if !o.Local.IsValid() {
		o.Local = doorPort
	}
	if o.MTU == nil {
		o.MTU = func(netip.AddrPort) int { return 0 }
	}
	door := h.net.Host(doorAddr)
	o.Listen = func(local netip.AddrPort) (PacketConn, error) { return door.Listen(local) }
	o.ListenTCP = func(local netip.AddrPort) (net.Listener, error) { return door.ListenTCP(local) }
	o.DialTCP = func(ctx context.Context, to netip.AddrPort) (net.Conn, error) { return door.DialTCP(ctx, to) }
	var err error
	if h.door, err = OpenLayer(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.door.Close)
	return h
}

// peer is the far end of a connection.
type peer struct {
	t *testing.T
	net.Conn
	in *bufio.Reader
}

func newPeer(t *testing.T, c net.Conn) *peer {
	t.Cleanup(func() { c.Close() })
	return &peer{t, c, bufio.NewReader(c)}
}

// calls lets the phone connect to the door.
func (h *house) calls() *peer {
	h.t.Helper()
	c, err := h.net.Host(phoneAddr).DialTCP(h.t.Context(), doorPort)
	if err != nil {
		h.t.Fatal(err)
	}
	return newPeer(h.t, c)
}

// listens lets the phone take connections; answers takes the next one.
func (h *house) listens() (answers func() *peer) {
	h.t.Helper()
	l, err := h.net.Host(phoneAddr).ListenTCP(phonePort)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { l.Close() })
	return func() *peer {
		h.t.Helper()
		time.AfterFunc(time.Minute, func() { l.Close() })
		c, err := l.Accept()
		if err != nil {
			h.t.Fatalf("nobody connects: %v", err)
		}
		return newPeer(h.t, c)
	}
}

func (h *house) datagrams() *memnet.Conn {
	h.t.Helper()
	c, err := h.net.Host(phoneAddr).Listen(phonePort)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { c.Close() })
	return c
}

// next returns the next packet, which must come within a minute.
func (h *house) next(why string) Packet {
	h.t.Helper()
	select {
	case p := <-h.door.Packets():
		return p
	case <-time.After(time.Minute):
		h.t.Fatalf("%s: no packet within a minute", why)
		return Packet{}
	}
}

func (h *house) nothing(why string) {
	h.t.Helper()
	synctest.Wait()
	select {
	case p := <-h.door.Packets():
		h.t.Errorf("%s: got %v, error %v", why, p.Msg, p.Err)
	default:
	}
}

func (h *house) send(to Flow, m *sip.Message) {
	h.t.Helper()
	if err := h.door.Send(to, m); err != nil {
		h.t.Fatal(err)
	}
}

func (p *peer) says(stream string) {
	p.t.Helper()
	if _, err := io.WriteString(p, stream); err != nil {
		p.t.Fatal(err)
	}
}

// hears returns the next message, which must come within a minute.
func (p *peer) hears(why string) *sip.Message {
	p.t.Helper()
	p.SetReadDeadline(time.Now().Add(time.Minute))
	var head bytes.Buffer
	for !bytes.HasSuffix(head.Bytes(), []byte("\r\n\r\n")) {
		line, err := p.in.ReadString('\n')
		if err != nil {
			p.t.Fatalf("%s: after %q: %v", why, head.String(), err)
		}
		if head.Len() > 0 || line != "\r\n" {
			head.WriteString(line)
		}
	}
	m, err := sip.Parse(head.Bytes())
	if err != nil {
		p.t.Fatalf("%s: %v", why, err)
	}
	body := make([]byte, contentLength(head.Bytes()))
	if _, err := io.ReadFull(p.in, body); err != nil {
		p.t.Fatalf("%s: %v", why, err)
	}
	m.Body = body
	return m
}

// hearsExactly reads so many octets.
func (p *peer) hearsExactly(want, why string) {
	p.t.Helper()
	p.SetReadDeadline(time.Now().Add(time.Minute))
	got := make([]byte, len(want))
	if n, err := io.ReadFull(p.in, got); err != nil || string(got) != want {
		p.t.Errorf("%s: heard %q, %v; want %q", why, got[:n], err, want)
	}
}

// hearsNothing for a while.
func (p *peer) hearsNothing(d time.Duration, why string) {
	p.t.Helper()
	p.SetReadDeadline(time.Now().Add(d))
	if b, err := p.in.ReadByte(); !errors.Is(err, os.ErrDeadlineExceeded) {
		p.t.Errorf("%s: heard %q, %v", why, b, err)
	}
}

// isCutOff waits for the end of the connection and returns how long it took.
func (p *peer) isCutOff(why string) time.Duration {
	p.t.Helper()
	start := time.Now()
	p.SetReadDeadline(start.Add(time.Hour))
	rest, err := io.ReadAll(p.in)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		p.t.Fatalf("%s: still open after an hour", why)
	}
	if len(rest) > 0 {
		p.t.Errorf("%s: before the end came %q", why, rest)
	}
	return time.Since(start)
}

const tcpVia = "SIP/2.0/TCP 192.0.2.2:5060;branch=z9hG4bK1"

// request is one of ours with a body of that length.
func request(method string, body int) *sip.Message {
	m, err := sip.Parse([]byte(strings.ReplaceAll(options("SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKours"), "OPTIONS", method)))
	if err != nil {
		panic(err)
	}
	m.Body = bytes.Repeat([]byte("x"), body)
	return m
}
