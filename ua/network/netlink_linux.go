package network

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// netlink is a socket that the kernel tells its notices on.
type netlink struct {
	*os.File
	known known
	buf   []byte
}

// groups are the multicast groups of rtnetlink(7) that are listened to, as bits.
const groups = 1<<(syscall.RTNLGRP_LINK-1) |
	1<<(syscall.RTNLGRP_IPV4_IFADDR-1) | 1<<(syscall.RTNLGRP_IPV6_IFADDR-1) |
	1<<(syscall.RTNLGRP_IPV4_ROUTE-1) | 1<<(syscall.RTNLGRP_IPV6_ROUTE-1)

// open subscribes first and then asks for what there is, so that nothing is missed in between.
func open() (source, error) {
	fd, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, syscall.NETLINK_ROUTE)
	if err != nil {
		return nil, fmt.Errorf("netlink socket: %w", err)
	}
	if err := syscall.Bind(fd, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK, Groups: groups}); err != nil {
		_ = syscall.Close(fd) // what is told is why it cannot be used
		return nil, fmt.Errorf("subscribe to changes of the network: %w", err)
	}
	n := &netlink{File: os.NewFile(uintptr(fd), "netlink"), known: known{}, buf: make([]byte, 64<<10)}
	n.learn(syscall.RTM_GETLINK, syscall.RTM_GETADDR, syscall.RTM_GETROUTE)
	return n, nil
}

// learn takes in what there is now. What the kernel does not tell counts as a change when it does.
func (n *netlink) learn(requests ...int) {
	for _, request := range requests {
		if table, err := syscall.NetlinkRIB(request, syscall.AF_UNSPEC); err == nil {
			n.known.read(table)
		}
	}
}

// next waits for one batch of notices.
func (n *netlink) next() (changed bool, err error) {
	got, err := n.Read(n.buf)
	switch {
	case errors.Is(err, syscall.ENOBUFS):
		// netlink(7): "the application will have to resynchronize": more was told than the socket holds.
		clear(n.known)
		n.learn(syscall.RTM_GETLINK, syscall.RTM_GETADDR, syscall.RTM_GETROUTE)
		return true, nil
	case err != nil:
		return false, err
	case !n.known.read(n.buf[:got]):
		return false, nil
	}
	n.learn(syscall.RTM_GETROUTE) // some may have been forgotten
	return true, nil
}
