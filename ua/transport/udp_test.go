package transport

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"intercom/test/memnet"
	"intercom/ua/sip"
	"intercom/ua/stun"
)

var (
	doorAddr  = netip.MustParseAddr("192.0.2.1")
	phoneAddr = netip.MustParseAddr("192.0.2.2")
	doorPort  = netip.AddrPortFrom(doorAddr, 5060)
	phonePort = netip.AddrPortFrom(phoneAddr, 5060)
)

// lan is a door and a phone on one network.
type lan struct {
	t     *testing.T
	net   *memnet.Network
	door  *UDP
	phone *memnet.Conn
}

func newLAN(t *testing.T, o Options) *lan {
	t.Helper()
	l := &lan{t: t, net: memnet.New(1)}
	if !o.Local.IsValid() {
		o.Local = doorPort
	}
	o.Listen = func(local netip.AddrPort) (PacketConn, error) { return l.net.Host(doorAddr).Listen(local) }
	var err error
	if l.door, err = Open(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.door.Close() })
	if l.phone, err = l.net.Host(phoneAddr).Listen(phonePort); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.phone.Close() })
	return l
}

// send lets the phone send octets to the door and waits until the door has read them.
func (l *lan) send(datagram string) {
	l.t.Helper()
	if _, err := l.phone.WriteToUDPAddrPort([]byte(datagram), doorPort); err != nil {
		l.t.Fatal(err)
	}
	synctest.Wait()
}

// next returns the next packet, which must be there.
func (l *lan) next(why string) Packet {
	l.t.Helper()
	select {
	case p := <-l.door.Packets():
		return p
	default:
		l.t.Fatalf("%s: no packet", why)
		return Packet{}
	}
}

func (l *lan) nothing(why string) {
	l.t.Helper()
	select {
	case p := <-l.door.Packets():
		l.t.Errorf("%s: got a packet: %v", why, p.Msg)
	default:
	}
}

// heard returns what has come to the phone.
func (l *lan) heard(why string) *sip.Message {
	l.t.Helper()
	buf := make([]byte, 65536)
	l.phone.SetReadDeadline(time.Now().Add(time.Second))
	n, _, err := l.phone.ReadFromUDPAddrPort(buf)
	if err != nil {
		l.t.Fatalf("%s: %v", why, err)
	}
	m, err := sip.Parse(buf[:n])
	if err != nil {
		l.t.Fatalf("%s: %v", why, err)
	}
	return m
}

func options(via string) string {
	return "OPTIONS sip:door@192.0.2.1 SIP/2.0\r\nVia: " + via + "\r\nMax-Forwards: 70\r\nFrom: <sip:11@192.0.2.2>;tag=1\r\n" +
		"To: <sip:door@192.0.2.1>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
}

const plainVia = "SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK1"

func TestPacketsComeInOrderWithTimeAndAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLAN(t, Options{})
		l.net.SetLinks(memnet.Link{Delay: 15 * time.Millisecond})
		start := time.Now()
		for i := range 10 {
			l.send(strings.Replace(options(plainVia), "Call-ID: 1", fmt.Sprint("Call-ID: ", i), 1))
		}
		time.Sleep(20 * time.Millisecond)
		for i := range 10 {
			p := l.next("OPTIONS")
			if p.Msg.CallID() != fmt.Sprint(i) {
				t.Errorf("packet %d is %q", i, p.Msg.CallID())
			}
			if p.Remote != phonePort || p.Local != doorPort || p.Transport != "UDP" || p.Reliable() || p.At.Sub(start) != 15*time.Millisecond {
				t.Errorf("packet came %v after the start by %+v", p.At.Sub(start), p.Flow)
			}
			if p.Fault != nil || p.Err != nil {
				t.Errorf("fault %v, error %v", p.Fault, p.Err)
			}
		}
	})
}

func TestNoiseIsCountedAndNotDelivered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLAN(t, Options{})
		for _, noise := range []string{"\r\n\r\n", "\r\n", "", "\x00\x00\x00\x00"} {
			l.send(noise)
		}
		stun := "\x00\x01\x00\x00\x21\x12\xa4\x42abcdefghijkl"
		for _, noise := range []string{stun, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\xff\xfe random", "OPTIONS", strings.Repeat("A", 60000)} {
			l.send(noise)
		}
		l.nothing("after noise")
		if s := l.door.Stats(); s.KeepAlives != 4 || s.Garbage != 5 || s.Received != 0 {
			t.Errorf("counts %+v", s)
		}
		l.send("\r\n\r\n" + options(plainVia))
		if p := l.next("OPTIONS behind line breaks"); p.Msg.Method != "OPTIONS" || p.Fault != nil {
			t.Errorf("got %v, fault %v", p.Msg, p.Fault)
		}
	})
}

func TestFaultyRequestsAreDeliveredWithTheirFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLAN(t, Options{})
		good := options(plainVia)
		for why, c := range map[string]struct {
			datagram string
			status   int
		}{
			"Content-Length larger than the datagram": {strings.Replace(good, "Length: 0", "Length: 400", 1), 400},
			"negative Content-Length":                 {strings.Replace(good, "Length: 0", "Length: -1", 1), 400},
			"no Via":                                  {strings.Replace(good, "Via: "+plainVia+"\r\n", "", 1), 400},
			"a Via that is none":                      {options("hello"), 400},
			"another version":                         {strings.Replace(good, "SIP/2.0\r\nVia", "SIP/7.0\r\nVia", 1), 505},
		} {
			l.send(c.datagram)
			p := l.next(why)
			if p.Fault == nil || p.Fault.Status != c.status {
				t.Errorf("%s: fault %v, want %d", why, p.Fault, c.status)
			}
			if to := Reply(p.Flow, sip.NewResponse(p.Msg, c.status, "")); to != p.Flow {
				t.Errorf("%s: the answer goes to %v, want %v", why, to.Remote, p.Remote)
			}
		}
	})
}

func TestFullQueueDropsTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLAN(t, Options{Queue: 3})
		for range 5 {
			l.send(options(plainVia))
		}
		if s := l.door.Stats(); s.Received != 5 || s.Dropped != 2 {
			t.Errorf("counts %+v, want 5 received, 2 of them dropped", s)
		}
		l.next("first")
		l.send(options(plainVia))
		if s := l.door.Stats(); s.Received != 6 || s.Dropped != 2 {
			t.Errorf("counts %+v: a place in the queue was not used", s)
		}
	})
}

func TestReplyReachesThePhoneThroughItsVia(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLAN(t, Options{})
		l.send(options("SIP/2.0/UDP phone.example:9;rport;branch=z9hG4bK1"))
		p := l.next("OPTIONS")
		resp := sip.NewResponse(p.Msg, 200, "")
		if err := l.door.Send(Reply(p.Flow, resp), resp); err != nil {
			t.Fatal(err)
		}
		got := l.heard("200")
		via, err := got.TopVia()
		if port, _ := via.RPort(); err != nil || got.Status != 200 || port != 5060 || via.Received() != "192.0.2.2" {
			t.Errorf("got\n%s", got)
		}
		if s := l.door.Stats(); s.Sent != 1 {
			t.Errorf("counts %+v", s)
		}
	})
}

func TestSendSaysWhatIsWrong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLAN(t, Options{})
		m := sip.NewRequest("MESSAGE", "sip:11@192.0.2.2")
		m.Body = make([]byte, 66000)
		err := l.door.Send(Flow{Transport: "UDP", Remote: phonePort}, m)
		if err == nil || !strings.Contains(err.Error(), "192.0.2.2:5060") || !strings.Contains(err.Error(), "65507") || l.door.Stats().Oversize != 1 {
			t.Errorf("too large: %v", err)
		}
		m.Body = nil
		if err := l.door.Send(Flow{Transport: "TCP", Remote: phonePort}, m); err == nil || !strings.Contains(err.Error(), `"TCP"`) {
			t.Errorf("over TCP: %v", err)
		}
		if err := l.door.Send(Flow{}, m); err == nil {
			t.Error("sent to nobody")
		}
		l.net.Host(doorAddr).Unplug()
		if err := l.door.Send(Flow{Remote: phonePort}, m); !errors.Is(err, syscall.ENETUNREACH) {
			t.Errorf("without a cable: %v", err)
		}
		l.door.Close()
		if err := l.door.Send(Flow{Remote: phonePort}, m); !errors.Is(err, net.ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	})
}

func TestPortInUseIsSaidPlainly(t *testing.T) {
	n := memnet.New(1)
	o := Options{Local: doorPort, Listen: func(local netip.AddrPort) (PacketConn, error) { return n.Host(doorAddr).Listen(local) }}
	first, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	_, err = Open(o)
	if !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), "5060") || !strings.Contains(err.Error(), "in use by another program") {
		t.Errorf("got %v", err)
	}
	o.Local = phonePort
	if _, err = Open(o); !errors.Is(err, syscall.EADDRNOTAVAIL) {
		t.Errorf("somebody else's address: %v", err)
	}
}

func TestCloseEndsTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLAN(t, Options{})
		l.send(options(plainVia))
		if err := l.door.Close(); err != nil {
			t.Error(err)
		}
		l.door.Close() // twice does no harm
		l.next("what had come before")
		if _, ok := <-l.door.Packets(); ok {
			t.Error("the queue goes on after Close")
		}
	})
}

// failing is a socket whose reads fail until it is closed, as on an interface that is gone.
type failing struct {
	PacketConn
	reads  int
	closed bool
}

func (f *failing) ReadFromUDPAddrPort([]byte) (int, netip.AddrPort, error) {
	f.reads++
	return 0, netip.AddrPort{}, syscall.ENETDOWN
}

func (f *failing) LocalAddr() net.Addr { return net.UDPAddrFromAddrPort(doorPort) }

func (f *failing) Close() error { f.closed = true; return nil }

func TestFailingReadsAreTriedAgainWithoutHaste(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u, err := Open(Options{Listen: func(netip.AddrPort) (PacketConn, error) { return &failing{}, nil }})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		// 10 ms, doubling to 640 ms, makes 7 reads in 1.27 s; then one a second.
		if got := u.Stats().ReadErrors; got < 60 || got > 70 {
			t.Errorf("%d failed reads in a minute", got)
		}
		start := time.Now()
		if u.Close(); time.Since(start) != 0 {
			t.Errorf("Close took %v", time.Since(start))
		}
	})
}

func TestDeadSocketIsOpenedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lan := memnet.New(1)
		dead := &failing{}
		var asked []netip.AddrPort
		u, err := Open(Options{Local: netip.MustParseAddrPort("192.0.2.1:0"), Listen: func(at netip.AddrPort) (PacketConn, error) {
			switch asked = append(asked, at); len(asked) {
			case 1:
				return dead, nil
			case 2:
				return nil, syscall.EADDRNOTAVAIL // the address is not back yet
			}
			return lan.Host(doorAddr).Listen(at)
		}})
		if err != nil {
			t.Fatal(err)
		}
		defer u.Close()
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if !dead.closed || len(asked) != 3 || asked[2] != doorPort {
			t.Fatalf("closed %v, opened at %v", dead.closed, asked)
		}
		phone, err := lan.Host(phoneAddr).Listen(phonePort)
		if err != nil {
			t.Fatal(err)
		}
		defer phone.Close()
		if _, err := phone.WriteToUDPAddrPort([]byte(options(plainVia)), doorPort); err != nil {
			t.Fatal(err)
		}
		if p := <-u.Packets(); p.Msg == nil || p.Remote != phonePort {
			t.Errorf("got %+v", p)
		}
		if err := u.Send(Flow{Remote: phonePort}, request("OPTIONS", 0)); err != nil {
			t.Error(err)
		}
	})
}

func TestLocalAddrFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bound := newLAN(t, Options{Route: func(netip.AddrPort) (netip.Addr, error) { return netip.Addr{}, errors.New("asked") }})
		if a, err := bound.door.LocalAddrFor(phonePort); err != nil || a != doorAddr {
			t.Errorf("bound to an address: %v, %v", a, err)
		}
		var asked netip.AddrPort
		open := newLAN(t, Options{Local: netip.MustParseAddrPort("0.0.0.0:5060"), Route: func(remote netip.AddrPort) (netip.Addr, error) {
			asked = remote
			return doorAddr, nil
		}})
		if a, err := open.door.LocalAddrFor(phonePort); err != nil || a != doorAddr || asked != phonePort {
			t.Errorf("bound to all: %v, %v, asked for %v", a, err, asked)
		}
		if got := open.door.LocalAddr().String(); got != "0.0.0.0:5060" {
			t.Errorf("bound to %s", got)
		}
	})
}

func TestKeepAlivesAreCounted(t *testing.T) { // baresip/re#288
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		phone := h.datagrams()
		to := Flow{Transport: "UDP", Remote: phonePort}
		request := stun.Request(stun.ID{1, 2, 3})
		if err := h.door.Ping(to, request); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 100)
		if n, from, err := phone.ReadFromUDPAddrPort(buf); err != nil || from != doorPort || !bytes.Equal(buf[:n], request) {
			t.Errorf("got %x from %v, %v", buf[:n], from, err)
		}
		answer := append([]byte("\x01\x01\x00\x0c"), request[4:]...)
		answer = append(answer, "\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43"...)
		for _, datagram := range [][]byte{answer, request, answer[:24]} { // the last two are noise
			if _, err := phone.WriteToUDPAddrPort(datagram, doorPort); err != nil {
				t.Fatal(err)
			}
		}
		p := h.next("answer to a keep-alive")
		if p.Binding == nil || p.Binding.ID != (stun.ID{1, 2, 3}) || p.Remote != phonePort || p.Msg != nil {
			t.Errorf("got %+v", p)
		}
		h.nothing("noise")
		h.net.Host(doorAddr).Unplug()
		if err := h.door.Ping(to, request); err == nil {
			t.Error("what did not leave has left")
		}
		if err := h.door.Ping(Flow{Transport: "TCP", Remote: phonePort}, request); err == nil {
			t.Error("a connection is pinged by datagrams")
		}
		if s := h.door.Stats(); s.Pings != 1 || s.UDP.Pings != 1 || s.UDP.Bindings != 1 || s.UDP.Garbage != 2 {
			t.Errorf("counts %+v", s)
		}
	})
}
