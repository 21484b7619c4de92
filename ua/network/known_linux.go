package network

import (
	"encoding/binary"
	"fmt"
	"maps"
	"strings"
	"syscall"
)

// known is what the kernel has told, by what it is about: "link 2", "addr ...", "route ...".
type known map[string]string

const (
	maxKnown = 4096 // beyond it nothing is remembered: a device with more routes is a router

	lowerUp = 0x10000 // IFF_LOWER_UP of linux/if.h: there is a signal on the line
	cloned  = 0x200   // RTM_F_CLONED of linux/rtnetlink.h: an entry of a cache

	addrFlags  = 8    // IFA_FLAGS of linux/if_addr.h
	failed     = 0x08 // IFA_F_DADFAILED: not to be used, as another device has it
	tentative  = 0x40 // IFA_F_TENTATIVE: not to be used yet
	deprecated = 0x20 // IFA_F_DEPRECATED: to be used no more

	routePriority = 6 // RTA_PRIORITY of linux/rtnetlink.h
	routeSource   = 7 // RTA_PREFSRC
	routePaths    = 9 // RTA_MULTIPATH
	tableMain     = 254
)

// read takes in netlink messages and reports whether any of them is news. What cannot be read is none.
func (k known) read(b []byte) (news bool) {
	messages, err := syscall.ParseNetlinkMessage(b)
	if err != nil {
		return false
	}
	for _, m := range messages {
		news = k.take(m) || news
	}
	return news
}

func (k known) take(m syscall.NetlinkMessage) bool {
	switch m.Header.Type {
	case syscall.RTM_NEWLINK, syscall.RTM_DELLINK:
		return k.link(m)
	case syscall.RTM_NEWADDR, syscall.RTM_DELADDR:
		return k.addr(m)
	case syscall.RTM_NEWROUTE, syscall.RTM_DELROUTE:
		return k.route(m)
	}
	return false
}

// link: struct ifinfomsg of rtnetlink(7).
func (k known) link(m syscall.NetlinkMessage) bool {
	if len(m.Data) < syscall.SizeofIfInfomsg {
		return false
	}
	index := binary.NativeEndian.Uint32(m.Data[4:])
	flags := binary.NativeEndian.Uint32(m.Data[8:]) & (syscall.IFF_UP | syscall.IFF_RUNNING | lowerUp)
	if m.Header.Type == syscall.RTM_DELLINK || flags&syscall.IFF_UP == 0 {
		flags = 0
	}
	return k.moves(k.set(fmt.Sprint("link ", index), flags != 0, fmt.Sprint(flags)))
}

// addr: struct ifaddrmsg of rtnetlink(7).
func (k known) addr(m syscall.NetlinkMessage) bool {
	if len(m.Data) < syscall.SizeofIfAddrmsg {
		return false
	}
	family, flags, index := m.Data[0], uint32(m.Data[2]), binary.NativeEndian.Uint32(m.Data[4:])
	attrs := attributes(m.Data[syscall.SizeofIfAddrmsg:])
	if b := attrs[addrFlags]; len(b) == 4 {
		flags = binary.NativeEndian.Uint32(b)
	}
	if isLinkLocal(family, attrs[syscall.IFA_ADDRESS]) {
		return false
	}
	key := fmt.Sprintf("addr %d %d %x %x", family, index, attrs[syscall.IFA_ADDRESS], attrs[syscall.IFA_LOCAL])
	there := m.Header.Type == syscall.RTM_NEWADDR && flags&(tentative|failed) == 0
	return k.moves(k.set(key, there, fmt.Sprint(flags&deprecated)))
}

// route: struct rtmsg of rtnetlink(7). Only routes to somewhere else count.
func (k known) route(m syscall.NetlinkMessage) bool {
	if len(m.Data) < syscall.SizeofRtMsg {
		return false
	}
	family, length, table, kind, flags := m.Data[0], m.Data[1], m.Data[4], m.Data[7], binary.NativeEndian.Uint32(m.Data[8:])
	if table != tableMain || kind != syscall.RTN_UNICAST || flags&cloned != 0 {
		return false
	}
	attrs := attributes(m.Data[syscall.SizeofRtMsg:])
	if isLinkLocal(family, attrs[syscall.RTA_DST]) {
		return false
	}
	to := fmt.Sprintf("route %d %x/%d by %x ", family, attrs[syscall.RTA_DST], length, attrs[routePriority])
	key := to + fmt.Sprintf("via %x %x %x", attrs[syscall.RTA_GATEWAY], attrs[syscall.RTA_OIF], attrs[routePaths])
	if m.Header.Flags&syscall.NLM_F_REPLACE != 0 {
		maps.DeleteFunc(k, func(other, _ string) bool { return other != key && strings.HasPrefix(other, to) })
	}
	return k.set(key, m.Header.Type == syscall.RTM_NEWROUTE, fmt.Sprintf("%x", attrs[routeSource]))
}

// isLinkLocal tells of fe80::/10, which every link has and no call goes by (RFC 4291 §2.5.6).
func isLinkLocal(family byte, a []byte) bool {
	return family == syscall.AF_INET6 && len(a) == 16 && a[0] == 0xfe && a[1]&0xc0 == 0x80
}

// set notes what there is now and reports whether that is news.
func (k known) set(key string, there bool, value string) bool {
	old, was := k[key]
	switch {
	case !there:
		delete(k, key)
		return was
	case len(k) >= maxKnown && !was:
		clear(k)
	}
	k[key] = value
	return !was || old != value
}

// moves forgets the routes when links or addresses change: with them some go without a word, and when they come back that
// is news.
func (k known) moves(news bool) bool {
	if news {
		maps.DeleteFunc(k, func(key, _ string) bool { return strings.HasPrefix(key, "route ") })
	}
	return news
}

// attributes returns those that follow the fixed part of a message, by their type (struct rtattr of rtnetlink(7)). One that
// says it is longer than the rest ends them.
func attributes(b []byte) map[uint16][]byte {
	all := map[uint16][]byte{}
	for len(b) >= syscall.SizeofRtAttr {
		length := int(binary.NativeEndian.Uint16(b))
		if length < syscall.SizeofRtAttr || length > len(b) {
			break
		}
		all[binary.NativeEndian.Uint16(b[2:])] = b[syscall.SizeofRtAttr:length]
		const align = syscall.RTA_ALIGNTO
		b = b[min(len(b), (length+align-1)/align*align):]
	}
	return all
}
