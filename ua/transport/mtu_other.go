//go:build !linux

package transport

import "net/netip"

// kernelMTU does not know.
func kernelMTU(netip.AddrPort) int { return 0 }
