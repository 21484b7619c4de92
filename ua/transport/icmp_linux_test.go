package transport

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"syscall"
	"testing"
	"unsafe"

	"intercom/ua/sip"
)

// A phone that is switched off, on a host that is not, is known at once, and the socket serves on.
func TestPortUnreachableIsReported(t *testing.T) {
	for _, local := range []string{"127.0.0.1:0", "0.0.0.0:0", "[::]:0"} {
		u, peer := loopback(t, local), loopback(t, "127.0.0.1:0")
		nobody := silent(t)
		req, _ := sip.Parse([]byte(options(plainVia)))
		for range 3 {
			if err := u.Send(Flow{Remote: nobody}, req); err != nil {
				t.Fatalf("%s: %v", local, err)
			}
			p := within(t, u, "ICMP error")
			if p.Msg != nil || p.Remote != nobody || !errors.Is(p.Err, syscall.ECONNREFUSED) {
				t.Errorf("%s: got %v from %v, error %v", local, p.Msg, p.Remote, p.Err)
			}
		}
		if s := u.Stats(); s.ICMP != 3 || s.ReadErrors != 0 {
			t.Errorf("%s: counts %+v", local, s)
		}
		if err := u.Send(Flow{Remote: peer.LocalAddr()}, req); err != nil {
			t.Fatalf("%s: a peer that is there pays for one that is not: %v", local, err)
		}
		within(t, peer, "request to the next peer")
		to := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), u.LocalAddr().Port())
		if err := peer.Send(Flow{Remote: to}, req); err != nil {
			t.Fatal(err)
		}
		if p := within(t, u, "request from a peer"); p.Msg == nil {
			t.Errorf("%s: got %v", local, p.Err)
		}
	}
}

// The error for the first datagram may come back from the kernel at the second, which goes elsewhere.
func TestPendingErrorDoesNotStopTheNextDatagram(t *testing.T) {
	u, peer := loopback(t, "127.0.0.1:0"), loopback(t, "127.0.0.1:0")
	nobody := silent(t)
	req, _ := sip.Parse([]byte(options(plainVia)))
	for range 50 {
		for _, to := range []netip.AddrPort{nobody, nobody, peer.LocalAddr()} {
			if err := u.Send(Flow{Remote: to}, req); err != nil {
				t.Fatal(err)
			}
		}
		if p := within(t, peer, "request"); p.Msg == nil {
			t.Fatalf("got %v", p.Err)
		}
	}
}

func TestWhichICMPErrorsCount(t *testing.T) {
	message := func(errno syscall.Errno, origin, icmpType byte) []byte {
		oob := make([]byte, syscall.CmsgSpace(16))
		(*syscall.Cmsghdr)(unsafe.Pointer(&oob[0])).SetLen(syscall.CmsgLen(16))
		data := oob[syscall.CmsgLen(0):]
		binary.NativeEndian.PutUint32(data, uint32(errno))
		data[4], data[5] = origin, icmpType
		return oob
	}
	for _, c := range []struct {
		why              string
		errno            syscall.Errno
		origin, icmpType byte
		want             syscall.Errno
	}{
		{"port unreachable", syscall.ECONNREFUSED, originICMP, 3, syscall.ECONNREFUSED},
		{"host unreachable", syscall.EHOSTUNREACH, originICMP, 3, syscall.EHOSTUNREACH},
		{"parameter problem", syscall.EPROTO, originICMP, 12, syscall.EPROTO},
		{"IPv6 port unreachable", syscall.ECONNREFUSED, originICMP6, 1, syscall.ECONNREFUSED},
		{"IPv6 parameter problem", syscall.EPROTO, originICMP6, 4, syscall.EPROTO},
		{"time exceeded", syscall.EHOSTUNREACH, originICMP, 11, 0},
		{"IPv6 time exceeded", syscall.EHOSTUNREACH, originICMP6, 3, 0},
		{"fragmentation needed", syscall.EMSGSIZE, originICMP, 3, 0},
		{"a local error", syscall.EMSGSIZE, 1, 0, 0},
	} {
		if got := unreachable(message(c.errno, c.origin, c.icmpType)); got != c.want {
			t.Errorf("%s: %v, want %v", c.why, got, c.want)
		}
	}
	if got := unreachable([]byte{1, 2, 3}); got != 0 {
		t.Errorf("no message: %v", got)
	}
}
