package network

import (
	"encoding/binary"
	"fmt"
	"syscall"
	"testing"
)

// notice builds a netlink message of a fixed part and attributes.
func notice(kind, flags uint16, fixed []byte, attrs ...[]byte) []byte {
	b := make([]byte, syscall.NLMSG_HDRLEN)
	b = append(b, fixed...)
	for _, a := range attrs {
		b = append(b, a...)
	}
	binary.NativeEndian.PutUint32(b, uint32(len(b)))
	binary.NativeEndian.PutUint16(b[4:], kind)
	binary.NativeEndian.PutUint16(b[6:], flags)
	return b
}

func attr(kind uint16, value ...byte) []byte {
	b := binary.NativeEndian.AppendUint16(nil, uint16(4+len(value)))
	b = append(binary.NativeEndian.AppendUint16(b, kind), value...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

func link(kind uint16, index byte, flags uint32) []byte {
	fixed := make([]byte, syscall.SizeofIfInfomsg)
	binary.NativeEndian.PutUint32(fixed[4:], uint32(index))
	binary.NativeEndian.PutUint32(fixed[8:], flags)
	return notice(kind, 0, fixed)
}

func addr(kind uint16, flags byte, a ...byte) []byte {
	fixed := make([]byte, syscall.SizeofIfAddrmsg)
	fixed[0], fixed[1], fixed[2] = syscall.AF_INET, 24, flags
	binary.NativeEndian.PutUint32(fixed[4:], 2)
	lifetime := attr(syscall.IFA_CACHEINFO, make([]byte, 16)...)
	return notice(kind, 0, fixed, attr(syscall.IFA_ADDRESS, a...), attr(syscall.IFA_LOCAL, a...), lifetime)
}

// addr6 is an address of IPv6 that begins with two octets.
func addr6(kind uint16, a, b byte) []byte {
	fixed := make([]byte, syscall.SizeofIfAddrmsg)
	fixed[0], fixed[1] = syscall.AF_INET6, 64
	binary.NativeEndian.PutUint32(fixed[4:], 2)
	return notice(kind, 0, fixed, attr(syscall.IFA_ADDRESS, append([]byte{a, b}, make([]byte, 14)...)...))
}

func route(kind, flags uint16, table byte, gateway ...byte) []byte {
	fixed := make([]byte, syscall.SizeofRtMsg)
	fixed[0], fixed[4], fixed[7] = syscall.AF_INET, table, syscall.RTN_UNICAST
	return notice(kind, flags, fixed, attr(syscall.RTA_GATEWAY, gateway...), attr(syscall.RTA_OIF, 2, 0, 0, 0))
}

const running = syscall.IFF_UP | syscall.IFF_RUNNING | lowerUp

func TestWhatIsNews(t *testing.T) {
	k := known{}
	for i, step := range []struct {
		say  string
		told []byte
		news bool
	}{
		{"a link that is down appears", link(syscall.RTM_NEWLINK, 2, 0), false},
		{"it comes up", link(syscall.RTM_NEWLINK, 2, running), true},
		{"its statistics", link(syscall.RTM_NEWLINK, 2, running|syscall.IFF_PROMISC), false},
		{"an address", addr(syscall.RTM_NEWADDR, 0, 192, 0, 2, 10), true},
		{"its lifetime is renewed", addr(syscall.RTM_NEWADDR, 0, 192, 0, 2, 10), false},
		{"a route", route(syscall.RTM_NEWROUTE, 0, tableMain, 192, 0, 2, 1), true},
		{"the same again", route(syscall.RTM_NEWROUTE, syscall.NLM_F_REPLACE, tableMain, 192, 0, 2, 1), false},
		{"a route of the kernel's own", route(syscall.RTM_NEWROUTE, 0, 255, 192, 0, 2, 1), false},
		{"a second router", route(syscall.RTM_NEWROUTE, 0, tableMain, 192, 0, 2, 2), true},
		{"the first again", route(syscall.RTM_NEWROUTE, 0, tableMain, 192, 0, 2, 1), false},
		{"a third in the place of both", route(syscall.RTM_NEWROUTE, syscall.NLM_F_REPLACE, tableMain, 192, 0, 2, 3), true},
		{"the first again", route(syscall.RTM_NEWROUTE, 0, tableMain, 192, 0, 2, 1), true},
		{"it goes", route(syscall.RTM_DELROUTE, 0, tableMain, 192, 0, 2, 1), true},
		{"and is gone", route(syscall.RTM_DELROUTE, 0, tableMain, 192, 0, 2, 1), false},
		{"the cable is pulled", link(syscall.RTM_NEWLINK, 2, syscall.IFF_UP), true},
		{"and back", link(syscall.RTM_NEWLINK, 2, running), true},
		{"the route that went with it", route(syscall.RTM_NEWROUTE, 0, tableMain, 192, 0, 2, 3), true},
		{"an address that must wait", addr(syscall.RTM_NEWADDR, tentative, 192, 0, 2, 11), false},
		{"and need not", addr(syscall.RTM_NEWADDR, 0, 192, 0, 2, 11), true},
		{"another that turns out to be somebody else's", addr(syscall.RTM_NEWADDR, tentative|failed, 192, 0, 2, 12), false},
		{"the link's own address", addr6(syscall.RTM_NEWADDR, 0xfe, 0x80), false},
		{"one for the world", addr6(syscall.RTM_NEWADDR, 0x20, 0x01), true},
		{"the address goes", addr(syscall.RTM_DELADDR, 0, 192, 0, 2, 10), true},
		{"the link goes", link(syscall.RTM_DELLINK, 2, running), true},
		{"a message cut short", link(syscall.RTM_NEWLINK, 2, running)[:20], false},
		{"another kind", notice(syscall.RTM_NEWNEIGH, 0, make([]byte, 16)), false},
	} {
		if got := k.read(step.told); got != step.news {
			t.Errorf("%d: %s: news %v", i, step.say, got)
		}
	}
	both := append(link(syscall.RTM_NEWLINK, 3, 0), link(syscall.RTM_NEWLINK, 4, running)...)
	if !k.read(both) {
		t.Error("the second of two notices is not seen")
	}
}

func TestKnownIsBounded(t *testing.T) {
	k := known{}
	for i := range 3 * maxKnown {
		if !k.set(fmt.Sprint("route ", i), true, "") {
			t.Fatal("a new route is no news")
		}
	}
	if len(k) > maxKnown {
		t.Errorf("%d are remembered", len(k))
	}
}

func FuzzKnown(f *testing.F) {
	f.Add(link(syscall.RTM_NEWLINK, 2, running))
	f.Add(addr(syscall.RTM_NEWADDR, 0, 192, 0, 2, 10))
	f.Add(route(syscall.RTM_NEWROUTE, 0, tableMain, 192, 0, 2, 1))
	f.Add(notice(syscall.RTM_DELADDR, 0, make([]byte, syscall.SizeofIfAddrmsg), []byte("\x06\x00\x01\x0000")))
	f.Fuzz(func(t *testing.T, b []byte) {
		k := known{}
		k.read(b)
		if k.read(b); len(k) > len(b)/syscall.NLMSG_HDRLEN {
			t.Errorf("%d octets make %d entries", len(b), len(k))
		}
	})
}
