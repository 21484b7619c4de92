package memnet

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

var (
	door  = netip.MustParseAddr("192.0.2.1")
	phone = netip.MustParseAddr("192.0.2.2")
)

// joined returns a network with a socket on port 5060 of the door and of the phone.
func joined(t *testing.T, seed uint64, l Link) (*Network, *Conn, *Conn) {
	t.Helper()
	n := New(seed)
	n.SetLink(door, phone, l)
	return n, listen(t, n.Host(door), ":5060"), listen(t, n.Host(phone), ":5060")
}

func listen(t *testing.T, h *Host, local string) *Conn {
	t.Helper()
	if local[0] == ':' {
		local = h.Addr().String() + local
	}
	c, err := h.Listen(netip.MustParseAddrPort(local))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func send(t *testing.T, c *Conn, to, text string) {
	t.Helper()
	if n, err := c.WriteToUDPAddrPort([]byte(text), netip.MustParseAddrPort(to)); err != nil || n != len(text) {
		t.Fatalf("send %q: %d, %v", text, n, err)
	}
}

// arrivals reads for d and says what came, each with the time since the start.
func arrivals(t *testing.T, c *Conn, d time.Duration) []string {
	t.Helper()
	start := time.Now()
	c.SetReadDeadline(start.Add(d))
	var got []string
	for buf := make([]byte, 100); ; {
		n, _, err := c.ReadFromUDPAddrPort(buf)
		if err != nil {
			if !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(start) != d {
				t.Fatalf("after %v: %v", time.Since(start), err)
			}
			return got
		}
		got = append(got, fmt.Sprintf("%s %v", buf[:n], time.Since(start)))
	}
}

func TestDatagramCrossesAtOnceOnTheZeroLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, b := joined(t, 1, Link{})
		send(t, a, "192.0.2.2:5060", "hello")
		buf := make([]byte, 100)
		n, from, err := b.ReadFromUDPAddrPort(buf)
		if err != nil || string(buf[:n]) != "hello" || from.String() != "192.0.2.1:5060" {
			t.Fatalf("got %q from %v, %v", buf[:n], from, err)
		}
	})
}

func TestDelayKeepsTheOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, b := joined(t, 1, Link{Delay: 20 * time.Millisecond})
		for i := range 5 {
			send(t, a, "192.0.2.2:5060", fmt.Sprint(i))
		}
		want := []string{"0 20ms", "1 20ms", "2 20ms", "3 20ms", "4 20ms"}
		if got := arrivals(t, b, time.Second); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestJitterSpreadsButKeepsTheOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, b := joined(t, 1, Link{Delay: 20 * time.Millisecond, Jitter: 30 * time.Millisecond})
		times := map[string]bool{}
		for i := range 50 {
			send(t, a, "192.0.2.2:5060", fmt.Sprint(i))
		}
		for i, got := range arrivals(t, b, time.Second) {
			var seq int
			var after string
			fmt.Sscan(got, &seq, &after)
			if d, _ := time.ParseDuration(after); seq != i || d < 20*time.Millisecond || d > 50*time.Millisecond {
				t.Errorf("arrival %d is %q", i, got)
			}
			times[after] = true
		}
		if len(times) < 3 {
			t.Errorf("jitter gave only the delays %v", times)
		}
	})
}

func TestReorderLetsTheNextOvertake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, a, b := joined(t, 1, Link{Delay: 5 * time.Millisecond, Reorder: 1, ReorderBy: 10 * time.Millisecond})
		send(t, a, "192.0.2.2:5060", "first")
		n.SetLink(door, phone, Link{Delay: 5 * time.Millisecond})
		send(t, a, "192.0.2.2:5060", "second")
		want := []string{"second 5ms", "first 15ms"}
		if got := arrivals(t, b, time.Second); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestSameSeedSameFate(t *testing.T) {
	run := func(seed uint64) (got []string, s Stats) {
		synctest.Test(t, func(t *testing.T) {
			n, a, b := joined(t, seed, Link{Loss: .2, Delay: time.Millisecond, Jitter: 50 * time.Millisecond, Duplicate: .1, Reorder: .1})
			for i := range 200 {
				send(t, a, "192.0.2.2:5060", fmt.Sprint(i))
			}
			got, s = arrivals(t, b, time.Second), n.Stats()
		})
		return got, s
	}
	first, s := run(7)
	again, _ := run(7)
	other, _ := run(8)
	if !slices.Equal(first, again) {
		t.Error("two runs with one seed differ")
	}
	if slices.Equal(first, other) {
		t.Error("another seed gave the same run")
	}
	if s.Lost < 20 || s.Lost > 60 || s.Duplicated < 5 || s.Reordered < 5 || s.Delivered != s.Sent-s.Lost+s.Duplicated {
		t.Errorf("the counts do not fit the link: %+v", s)
	}
}

func TestCutStopsAlsoWhatIsUnderWayAndHealResumes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, a, b := joined(t, 1, Link{Delay: 10 * time.Millisecond})
		send(t, a, "192.0.2.2:5060", "under way")
		n.Cut(phone, door)
		send(t, a, "192.0.2.2:5060", "into the gap")
		if got := arrivals(t, b, time.Second); got != nil {
			t.Errorf("a cut let pass %q", got)
		}
		n.Heal(door, phone)
		send(t, a, "192.0.2.2:5060", "again")
		if got := arrivals(t, b, time.Second); !slices.Equal(got, []string{"again 10ms"}) {
			t.Errorf("after healing got %q", got)
		}
		if s := n.Stats(); s.Cut != 2 {
			t.Errorf("counted %d as cut, want 2", s.Cut)
		}
	})
}

func TestUnpluggedHostIsUnreachable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, a, b := joined(t, 1, Link{})
		n.Host(door).Unplug()
		if _, err := a.WriteToUDPAddrPort([]byte("x"), netip.MustParseAddrPort("192.0.2.2:5060")); !errors.Is(err, syscall.ENETUNREACH) {
			t.Errorf("send without a cable: %v", err)
		}
		send(t, b, "192.0.2.1:5060", "lost")
		n.Host(door).Plug()
		send(t, b, "192.0.2.1:5060", "back")
		if got := arrivals(t, a, time.Second); !slices.Equal(got, []string{"back 0s"}) {
			t.Errorf("got %q", got)
		}
	})
}

func TestPortsAreTakenAndFreed(t *testing.T) {
	h := New(1).Host(door)
	first := listen(t, h, ":5060")
	for _, local := range []string{"192.0.2.1:5060", "0.0.0.0:5060", "[::]:5060"} {
		if _, err := h.Listen(netip.MustParseAddrPort(local)); !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("second socket on %s: %v", local, err)
		}
	}
	if _, err := h.Listen(netip.MustParseAddrPort("192.0.2.9:5060")); !errors.Is(err, syscall.EADDRNOTAVAIL) {
		t.Errorf("somebody else's address: %v", err)
	}
	first.Close()
	listen(t, h, "0.0.0.0:5060")
	if a, b := listen(t, h, ":0"), listen(t, h, ":0"); a.LocalAddr().String() == b.LocalAddr().String() {
		t.Errorf("port 0 gave %v twice", a.LocalAddr())
	}
}

func TestPortZeroRunsOut(t *testing.T) {
	h := New(1).Host(door)
	for range 16384 {
		if _, err := h.Listen(netip.AddrPort{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Listen(netip.AddrPort{}); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("with all ports taken: %v", err)
	}
}

func TestCloseEndsAWaitingRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, _ := joined(t, 1, Link{})
		failed := make(chan error)
		go func() {
			_, _, err := a.ReadFromUDPAddrPort(nil)
			failed <- err
		}()
		synctest.Wait()
		a.Close()
		if err := <-failed; !errors.Is(err, net.ErrClosed) {
			t.Errorf("read after Close: %v", err)
		}
		_, err := a.WriteToUDPAddrPort(nil, netip.MustParseAddrPort("192.0.2.2:5060"))
		for what, err := range map[string]error{"write": err, "deadline": a.SetReadDeadline(time.Now()), "close": a.Close()} {
			if !errors.Is(err, net.ErrClosed) {
				t.Errorf("%s after Close: %v", what, err)
			}
		}
	})
}

func TestDeadlineMovedWhileReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, _ := joined(t, 1, Link{})
		start := time.Now()
		a.SetReadDeadline(start.Add(time.Minute))
		time.AfterFunc(time.Second, func() { a.SetReadDeadline(start.Add(2 * time.Second)) })
		_, _, err := a.ReadFromUDPAddrPort(nil)
		if took := time.Since(start); !errors.Is(err, os.ErrDeadlineExceeded) || took != 2*time.Second {
			t.Errorf("after %v: %v", took, err)
		}
		var timeout net.Error
		if !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("%v is no timeout", err)
		}
	})
}

func TestQueueIsBounded(t *testing.T) {
	n, a, b := joined(t, 1, Link{})
	for range queueLen + 3 {
		send(t, a, "192.0.2.2:5060", "x")
	}
	if s := n.Stats(); s.Overflow != 3 || s.Delivered != queueLen {
		t.Errorf("counts %+v, want 3 dropped", s)
	}
	b.Close()
	send(t, a, "192.0.2.2:5060", "x")
	send(t, a, "192.0.2.77:5060", "x")
	if s := n.Stats(); s.Unheard != 2 {
		t.Errorf("counts %+v, want 2 unheard", s)
	}
}

func TestSizesAreThoseOfUDP(t *testing.T) {
	_, a, b := joined(t, 1, Link{})
	if _, err := a.WriteToUDPAddrPort(make([]byte, 65508), netip.MustParseAddrPort("192.0.2.2:5060")); !errors.Is(err, syscall.EMSGSIZE) {
		t.Errorf("65508 bytes: %v", err)
	}
	send(t, a, "192.0.2.2:5060", "truncated")
	buf := make([]byte, 5)
	if n, _, err := b.ReadFromUDPAddrPort(buf); n != 5 || err != nil || !bytes.Equal(buf, []byte("trunc")) {
		t.Errorf("short buffer: %d, %v, %q", n, err, buf)
	}
}

func TestTapSeesWhatIsLost(t *testing.T) {
	n, a, _ := joined(t, 1, Link{Loss: 1})
	var seen []string
	n.Tap(func(from, to netip.AddrPort, data []byte) {
		seen = append(seen, fmt.Sprintf("%v>%v %s", from, to, data))
	})
	send(t, a, "192.0.2.2:5060", "gone")
	if want := []string{"192.0.2.1:5060>192.0.2.2:5060 gone"}; !slices.Equal(seen, want) {
		t.Errorf("saw %q, want %q", seen, want)
	}
}

func TestRenumberedHost(t *testing.T) {
	n := New(1)
	door, phone := n.Host(netip.MustParseAddr("192.0.2.1")), n.Host(netip.MustParseAddr("192.0.2.2"))
	open := func(h *Host, local string) *Conn {
		c, err := h.Listen(netip.MustParseAddrPort(local))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	}
	anywhere, bound, peer := open(door, "0.0.0.0:1"), open(door, "192.0.2.1:2"), open(phone, "192.0.2.2:1")
	door.Renumber(netip.MustParseAddr("192.0.2.9"))
	if _, err := anywhere.WriteToUDPAddrPort([]byte("x"), netip.MustParseAddrPort("192.0.2.2:1")); err != nil {
		t.Fatal(err)
	}
	if _, from, err := peer.ReadFromUDPAddrPort(make([]byte, 1)); err != nil || from.String() != "192.0.2.9:1" {
		t.Errorf("came from %v, %v", from, err)
	}
	if _, err := bound.WriteToUDPAddrPort([]byte("x"), netip.MustParseAddrPort("192.0.2.2:1")); err == nil {
		t.Error("a socket sends from an address that is gone")
	}
	for _, to := range []string{"192.0.2.1:1", "192.0.2.9:2"} {
		if _, err := peer.WriteToUDPAddrPort([]byte("x"), netip.MustParseAddrPort(to)); err != nil {
			t.Fatal(err)
		}
	}
	if s := n.Stats(); s.Unheard != 2 {
		t.Errorf("what goes to the old address arrives: %+v", s)
	}
}

func TestConnectionOfAnAddressThatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := New(1)
		door, phone := n.Host(netip.MustParseAddr("192.0.2.1")), n.Host(netip.MustParseAddr("192.0.2.2"))
		l, err := phone.ListenTCP(netip.MustParseAddrPort("192.0.2.2:1"))
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		c, err := door.DialTCP(t.Context(), netip.MustParseAddrPort("192.0.2.2:1"))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		far, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer far.Close()
		door.Renumber(netip.MustParseAddr("192.0.2.9"))
		if _, err := c.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		far.SetReadDeadline(time.Now().Add(time.Minute))
		if _, err := far.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("want nothing to arrive, got %v", err)
		}
		door.Renumber(netip.MustParseAddr("192.0.2.1"))
		far.SetReadDeadline(time.Now().Add(time.Minute))
		if _, err := far.Read(make([]byte, 1)); err != nil {
			t.Errorf("with the old address back: %v", err)
		}
	})
}
