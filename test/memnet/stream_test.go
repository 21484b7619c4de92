package memnet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

var sipPort = netip.AddrPortFrom(phone, 5060)

// connected returns a network with a connection from the door to the phone.
func connected(t *testing.T, l Link) (n *Network, a *Stream, b net.Conn) {
	t.Helper()
	n = New(1)
	n.SetLink(door, phone, l)
	listener, err := n.Host(phone).ListenTCP(sipPort)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	if a, err = n.Host(door).DialTCP(t.Context(), sipPort); err != nil {
		t.Fatal(err)
	}
	if b, err = listener.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close(); b.Close() })
	return n, a, b
}

func TestStreamCarriesEverythingInOrderThroughItsWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, b := connected(t, Link{Delay: 10 * time.Millisecond, Jitter: 5 * time.Millisecond, Loss: .5})
		sent := bytes.Repeat([]byte("0123456789"), 30000)
		failed := make(chan error, 1)
		go func() {
			_, err := a.Write(sent)
			failed <- errors.Join(err, a.CloseWrite())
		}()
		got, err := io.ReadAll(b)
		if err != nil || !bytes.Equal(got, sent) {
			t.Errorf("%d octets came of %d, %v", len(got), len(sent), err)
		}
		if err := <-failed; err != nil {
			t.Error(err)
		}
		if a.RemoteAddr().String() != "192.0.2.2:5060" || a.LocalAddr().String() != b.RemoteAddr().String() {
			t.Errorf("from %v to %v, seen from there %v", a.LocalAddr(), a.RemoteAddr(), b.RemoteAddr())
		}
	})
}

func TestConnectionTakesAWayAndBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		connected(t, Link{Delay: 10 * time.Millisecond})
		if took := time.Since(start); took != 20*time.Millisecond {
			t.Errorf("connected after %v", took)
		}
	})
}

func TestNobodyToConnectTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := New(1)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		var timeout net.Error
		if _, err := n.Host(door).DialTCP(ctx, sipPort); !errors.As(err, &timeout) || !timeout.Timeout() || time.Since(start) != 3*time.Second {
			t.Errorf("no host: %v after %v", err, time.Since(start))
		}
		n.Host(phone)
		if _, err := n.Host(door).DialTCP(t.Context(), sipPort); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("no listener: %v", err)
		}
		n.Host(door).Unplug()
		if _, err := n.Host(door).DialTCP(t.Context(), sipPort); !errors.Is(err, syscall.ENETUNREACH) {
			t.Errorf("no cable: %v", err)
		}
	})
}

func TestListenerTakesItsPortAndLeavesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := New(1)
		h := n.Host(phone)
		l, err := h.ListenTCP(sipPort)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.ListenTCP(sipPort); !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("the port twice: %v", err)
		}
		if _, err := h.ListenTCP(netip.AddrPortFrom(door, 5060)); !errors.Is(err, syscall.EADDRNOTAVAIL) {
			t.Errorf("somebody else's address: %v", err)
		}
		udp := listen(t, h, ":5060") // is another protocol's port
		udp.Close()
		a, err := n.Host(door).DialTCP(t.Context(), sipPort)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		l.Close()
		if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("accept after Close: %v", err)
		}
		if _, err := a.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("read on a connection that nobody took: %v", err)
		}
	})
}

func TestCutHoldsAStreamUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, a, b := connected(t, Link{})
		n.Cut(door, phone)
		if _, err := a.Write([]byte("held up")); err != nil {
			t.Fatal(err)
		}
		b.SetReadDeadline(time.Now().Add(time.Minute))
		buf := make([]byte, 100)
		if got, err := b.Read(buf); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("through the cut: %q, %v", buf[:got], err)
		}
		n.Heal(door, phone)
		b.SetReadDeadline(time.Time{})
		if got, err := b.Read(buf); err != nil || string(buf[:got]) != "held up" {
			t.Errorf("after the cut: %q, %v", buf[:got], err)
		}
		n.Cut(door, phone)
		a.Write([]byte("x"))
		if _, err := b.Read(buf); !errors.Is(err, syscall.ETIMEDOUT) {
			t.Errorf("a cut for ever: %v", err)
		}
	})
}

func TestHowStreamsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		buf := make([]byte, 10)
		_, a, b := connected(t, Link{})
		a.Write([]byte("last"))
		a.Close()
		if n, err := b.Read(buf); err != nil || string(buf[:n]) != "last" {
			t.Errorf("what was sent before the end: %q, %v", buf[:n], err)
		}
		if _, err := b.Read(buf); err != io.EOF {
			t.Errorf("after the end: %v", err)
		}
		b.Write([]byte("x"))
		if _, err := b.Write([]byte("x")); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("write to one who is gone: %v", err)
		}
		_, a, b = connected(t, Link{})
		a.Write([]byte("unread"))
		b.Close()
		if _, err := a.Read(buf); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("closed without reading: %v", err)
		}
		_, a, b = connected(t, Link{})
		a.Reset()
		if _, err := b.Read(buf); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("reset: %v", err)
		}
		a.Close()
		if _, err := a.Read(buf); !errors.Is(err, net.ErrClosed) {
			t.Errorf("read after Close: %v", err)
		}
	})
}

func TestWriteWaitsForTheReaderUntilItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, b := connected(t, Link{})
		a.SetWriteDeadline(time.Now().Add(time.Second))
		start := time.Now()
		n, err := a.Write(make([]byte, window+1))
		if n != window || !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("%d octets, %v after %v", n, err, time.Since(start))
		}
		a.SetWriteDeadline(time.Time{})
		time.AfterFunc(time.Second, func() { b.Read(make([]byte, 100)) })
		if n, err := a.Write(make([]byte, 100)); n != 100 || err != nil {
			t.Errorf("after a read: %d, %v", n, err)
		}
	})
}
