//go:build !linux

package transport

import "net/netip"

// withInfo does nothing: the system chooses the address that is sent from.
func withInfo(PacketConn, netip.Addr) informed { return nil }
