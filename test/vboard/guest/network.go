//go:build linux

package main

import (
	"errors"
	"fmt"
	"net"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The network that QEMU makes by itself: this board, and the computer that runs the tests.
const (
	ownAddress = "10.0.2.15"
	gateway    = "10.0.2.2"
)

// networkUp gives the card its address, if there is one.
func networkUp() error {
	s, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(s)
	if err := linkUp(s, "lo"); err != nil {
		return err
	}
	cards, err := net.Interfaces()
	if err != nil {
		return err
	}
	for _, c := range cards {
		if len(c.HardwareAddr) != 6 {
			continue
		}
		if err := addressed(s, c.Name); err != nil {
			return fmt.Errorf("network card %s: %w", c.Name, err)
		}
	}
	return nil
}

func addressed(s int, card string) error {
	r, err := unix.NewIfreq(card)
	if err != nil {
		return err
	}
	for _, set := range []struct {
		request uint
		address string
	}{{unix.SIOCSIFADDR, ownAddress}, {unix.SIOCSIFNETMASK, "255.255.255.0"}} {
		if err := r.SetInet4Addr(net.ParseIP(set.address).To4()); err != nil {
			return err
		}
		if err := unix.IoctlIfreq(s, set.request, r); err != nil {
			return err
		}
	}
	if err := linkUp(s, card); err != nil {
		return err
	}
	if err := awaitLink(s, card); err != nil {
		return err
	}
	return defaultRoute(s)
}

// awaitLink waits until the kernel says that the card has a link, as a system does that starts a station when it is online: up to a
// second after the card is up.
func awaitLink(s int, card string) error {
	const tries, pause = 500, 10 * time.Millisecond
	for range tries {
		r, err := unix.NewIfreq(card)
		if err != nil {
			return err
		}
		if err := unix.IoctlIfreq(s, unix.SIOCGIFFLAGS, r); err != nil {
			return err
		}
		if r.Uint16()&unix.IFF_RUNNING != 0 {
			return nil
		}
		time.Sleep(pause)
	}
	return errors.New("it has no link")
}

func linkUp(s int, card string) error {
	r, err := unix.NewIfreq(card)
	if err != nil {
		return err
	}
	r.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(s, unix.SIOCSIFFLAGS, r)
}

// rtentry is struct rtentry of linux/route.h.
type rtentry struct {
	_                uintptr
	dst, gate, mask  unix.RawSockaddrInet4
	flags            uint16
	_                int16
	_, _             uintptr
	metric           int16
	device           uintptr
	mtu, window, rtt uintptr
}

func defaultRoute(s int) error {
	r := rtentry{flags: unix.RTF_UP | unix.RTF_GATEWAY}
	r.dst.Family, r.gate.Family, r.mask.Family = unix.AF_INET, unix.AF_INET, unix.AF_INET
	copy(r.gate.Addr[:], net.ParseIP(gateway).To4())
	if _, _, e := unix.Syscall(unix.SYS_IOCTL, uintptr(s), unix.SIOCADDRT, uintptr(unsafe.Pointer(&r))); e != 0 {
		return fmt.Errorf("default route: %w", e)
	}
	return nil
}
