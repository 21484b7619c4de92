package memnet

import (
	"bytes"
	"context"
	"errors"
	"io"
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
	inside = netip.MustParseAddr("192.168.1.10")
	public = netip.MustParseAddr("198.51.100.1")
	moved  = netip.MustParseAddr("198.51.100.2")
)

// boxed returns a network with a box before the host inside.
func boxed(c BoxConfig) (*Network, *Box) {
	n := New(1)
	c.Inside, c.Public = netip.MustParsePrefix("192.168.1.0/24"), public
	return n, n.NewBox(c)
}

// hears reads one datagram and says from where it came.
func hears(t *testing.T, c *Conn, text string) netip.AddrPort {
	t.Helper()
	c.SetReadDeadline(time.Now().Add(time.Second))
	var b [100]byte
	n, from, err := c.ReadFromUDPAddrPort(b[:])
	if err != nil || string(b[:n]) != text {
		t.Fatalf("heard %q, %v; want %q", b[:n], err, text)
	}
	return from
}

func hearsNothing(t *testing.T, c *Conn) {
	t.Helper()
	if got := arrivals(t, c, time.Second); len(got) > 0 {
		t.Fatalf("heard %q", got)
	}
}

func TestBoxTranslates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, box := boxed(BoxConfig{})
		a, b := listen(t, n.Host(inside), ":5060"), listen(t, n.Host(phone), ":5060")
		send(t, a, "192.0.2.2:5060", "out")
		seen := hears(t, b, "out")
		if seen.Addr() != box.Public() || seen.Port() == 5060 {
			t.Errorf("seen as %v", seen)
		}
		send(t, b, seen.String(), "back")
		if from := hears(t, a, "back"); from.String() != "192.0.2.2:5060" {
			t.Errorf("the answer comes from %v", from)
		}
		other := listen(t, n.Host(door), ":5060")
		send(t, a, "192.0.2.1:5060", "out")
		if again := hears(t, other, "out"); again != seen {
			t.Errorf("seen by another as %v, not as %v (RFC 4787 §4.1)", again, seen)
		}
	})
}

func TestBoxKeepsOutWhoWasNotAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, _ := boxed(BoxConfig{})
		a, b, stranger := listen(t, n.Host(inside), ":5060"), listen(t, n.Host(phone), ":5060"), listen(t, n.Host(phone), ":5061")
		send(t, a, "192.0.2.2:5060", "out")
		seen := hears(t, b, "out")
		send(t, stranger, seen.String(), "port")
		send(t, b, inside.String()+":5060", "address")
		send(t, b, public.String()+":5060", "guess")
		hearsNothing(t, a)
		if s := n.Stats(); s.Kept != 3 {
			t.Errorf("counted %+v", s)
		}
	})
}

func TestHostsInsideReachOneAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, box := boxed(BoxConfig{})
		box.Unplug()
		a, b := listen(t, n.Host(inside), ":5060"), listen(t, n.Host(inside.Next()), ":5060")
		send(t, a, inside.Next().String()+":5060", "in")
		if from := hears(t, b, "in"); from.Addr() != inside {
			t.Errorf("came from %v", from)
		}
	})
}

func TestBoxForgetsWhatIsIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, _ := boxed(BoxConfig{Idle: 30 * time.Second})
		a, b := listen(t, n.Host(inside), ":5060"), listen(t, n.Host(phone), ":5060")
		send(t, a, "192.0.2.2:5060", "1")
		first := hears(t, b, "1")
		time.Sleep(29 * time.Second)
		send(t, a, "192.0.2.2:5060", "2")
		if again := hears(t, b, "2"); again != first {
			t.Errorf("in use, the port changed from %v to %v", first, again)
		}
		time.Sleep(31 * time.Second)
		send(t, b, first.String(), "late")
		hearsNothing(t, a)
		send(t, a, "192.0.2.2:5060", "3")
		if again := hears(t, b, "3"); again == first {
			t.Errorf("idle for 31 s, still seen as %v", again)
		}
	})
}

func TestBoxRestarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, box := boxed(BoxConfig{})
		a, b := listen(t, n.Host(inside), ":5060"), listen(t, n.Host(phone), ":5060")
		send(t, a, "192.0.2.2:5060", "1")
		first := hears(t, b, "1")
		box.Unplug()
		send(t, a, "192.0.2.2:5060", "lost")
		send(t, b, first.String(), "lost")
		hearsNothing(t, b)
		hearsNothing(t, a)
		box.Plug()
		send(t, b, first.String(), "2")
		hears(t, a, "2") // it was the cable only
		box.Reboot(moved)
		send(t, b, first.String(), "lost")
		hearsNothing(t, a)
		send(t, a, "192.0.2.2:5060", "3")
		if again := hears(t, b, "3"); again.Addr() != moved {
			t.Errorf("seen as %v", again)
		}
	})
}

// dialled returns both ends of a connection out of a box.
func dialled(t *testing.T, n *Network) (a *Stream, b net.Conn) {
	t.Helper()
	l, err := n.Host(phone).ListenTCP(sipPort)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if a, err = n.Host(inside).DialTCP(t.Context(), sipPort); err != nil {
		t.Fatal(err)
	}
	if b, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close(); b.Close() })
	return a, b
}

func TestConnectionThroughABox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, _ := boxed(BoxConfig{Idle: time.Second})
		a, b := dialled(t, n)
		if seen := b.RemoteAddr().(*net.TCPAddr).AddrPort(); seen.Addr() != public {
			t.Errorf("seen as %v", seen)
		}
		time.Sleep(time.Minute)
		want := []byte("both ways")
		for _, way := range [][2]net.Conn{{a, b}, {b, a}} {
			if _, err := way[0].Write(want); err != nil {
				t.Fatal(err)
			}
			got := make([]byte, len(want))
			if _, err := io.ReadFull(way[1], got); err != nil || !bytes.Equal(got, want) {
				t.Errorf("read %q, %v", got, err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if _, err := n.Host(phone).DialTCP(ctx, netip.AddrPortFrom(public, 5060)); err == nil {
			t.Error("somebody outside could connect")
		}
	})
}

func TestConnectionAfterARestartOfTheBox(t *testing.T) {
	for _, resets := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			n, box := boxed(BoxConfig{Resets: resets})
			a, b := dialled(t, n)
			box.Reboot(public)
			began := time.Now()
			a.Write([]byte("anybody there?"))
			wanted, within := error(syscall.ETIMEDOUT), userTimeout+2*retransmit
			if resets {
				wanted, within = syscall.ECONNRESET, 0
			}
			a.SetReadDeadline(began.Add(time.Hour))
			if _, err := a.Read(make([]byte, 1)); !errors.Is(err, wanted) || time.Since(began) > within {
				t.Errorf("resets %v: the end inside hears %v after %v", resets, err, time.Since(began))
			}
			b.SetReadDeadline(time.Now().Add(time.Hour))
			if _, err := b.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("resets %v: the end outside hears %v", resets, err)
			}
			_, err := b.Write([]byte("hello?"))
			if resets && !errors.Is(errors.Join(err, second(b)), syscall.ECONNRESET) {
				t.Errorf("the end outside is not told when it speaks")
			}
		})
	}
}

// second reads once more.
func second(c net.Conn) error {
	c.SetReadDeadline(time.Now().Add(time.Second))
	_, err := c.Read(make([]byte, 1))
	return err
}

func TestBoxNeedsAnAddressOfItsOwn(t *testing.T) {
	n := New(1)
	n.Host(phone)
	defer func() {
		if recover() == nil {
			t.Error("a box took the address of a host")
		}
	}()
	n.NewBox(BoxConfig{Public: phone})
}

func TestBoxReusesItsPorts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, _ := boxed(BoxConfig{Idle: time.Second})
		a, b := listen(t, n.Host(inside), ":5060"), listen(t, n.Host(phone), ":5060")
		var ports []uint16
		for range lastOutside - firstOutside + 2 {
			send(t, a, "192.0.2.2:5060", "x")
			ports = append(ports, hears(t, b, "x").Port())
			time.Sleep(2 * time.Second)
		}
		if slices.Min(ports) != firstOutside || slices.Max(ports) != lastOutside || ports[len(ports)-1] != firstOutside {
			t.Errorf("took ports from %d to %d, then %d", slices.Min(ports), slices.Max(ports), ports[len(ports)-1])
		}
	})
}
