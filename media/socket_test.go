package media

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// void is a socket on which nothing ever arrives.
type void struct {
	local  netip.AddrPort
	closed chan struct{}
}

func newVoid(local netip.AddrPort) *void { return &void{local, make(chan struct{})} }

func (v *void) ReadFromUDPAddrPort([]byte) (int, netip.AddrPort, error) {
	<-v.closed
	return 0, netip.AddrPort{}, net.ErrClosed
}
func (v *void) WriteToUDPAddrPort(b []byte, _ netip.AddrPort) (int, error) { return len(b), nil }
func (v *void) LocalAddr() net.Addr                                        { return net.UDPAddrFromAddrPort(v.local) }
func (v *void) SetReadDeadline(time.Time) error                            { return nil }
func (v *void) Close() error {
	close(v.closed)
	return nil
}

// mirror keeps what is sent and gives it back to the stream as if it came from the house.
type mirror struct {
	*void
	rtp    *void
	stream *Stream
	last   []byte
	fresh  bool
}

func (m *mirror) WriteToUDPAddrPort(b []byte, _ netip.AddrPort) (int, error) {
	m.last, m.fresh = append(m.last[:0], b...), true
	return len(b), nil
}

func (m *mirror) deliver(now time.Time) {
	if m.fresh {
		m.stream.mu.Lock()
		m.stream.in.take(now, house, m.last)
		m.stream.mu.Unlock()
		m.fresh = false
	}
}

// The same over the kernel's own sockets: bound, heard, answered, closed without a trace.
func TestOverLoopback(t *testing.T) {
	loopback := netip.MustParseAddr("127.0.0.1")
	engines, streams := [2]*Engine{}, [2]*Stream{}
	cards := [2]*fakeCard{}
	for i := range engines {
		cards[i] = speaking(8000, nil)
		e, err := NewEngine(cards[i], Options{})
		if err != nil {
			t.Fatal(err)
		}
		engines[i], streams[i] = e, listenOn(t, e, loopback)
	}
	for i, s := range streams {
		if err := s.Start(paramsTo(loopback, streams[1-i])); err != nil {
			t.Fatal(err)
		}
	}
	if err := streams[0].SendDigits("5"); err != nil {
		t.Fatal(err)
	}
	select {
	case d := <-streams[1].Digits():
		if d.Rune != '5' || d.Source != "rfc4733" {
			t.Errorf("the digit is %+v", d)
		}
	case <-time.After(10 * time.Second):
		t.Error("the digit did not arrive")
	}
	for _, e := range engines {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
	if s := streams[1].Stats(); s.Received == 0 || s.DigitsReceived != 1 {
		t.Errorf("the figures are %+v", s)
	}
}

// A stream on all addresses hears IPv4, whatever the socket calls it.
func TestOverLoopbackOnAllAddresses(t *testing.T) {
	e, err := NewEngine(speaking(8000, nil), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	a, b := listenOn(t, e, netip.Addr{}), listenOn(t, e, netip.Addr{})
	loopback := netip.MustParseAddr("127.0.0.1")
	if err := a.Start(paramsTo(loopback, b)); err != nil {
		t.Fatal(err)
	}
	if err := b.Start(paramsTo(loopback, a)); err != nil {
		t.Fatal(err)
	}
	if err := a.SendDigits("7"); err != nil {
		t.Fatal(err)
	}
	select {
	case d := <-b.Digits():
		if d.Rune != '7' {
			t.Errorf("the digit is %+v", d)
		}
	case <-time.After(10 * time.Second):
		t.Error("the digit did not arrive")
	}
}
