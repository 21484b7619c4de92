//go:build !linux

package transport

// reportICMP does nothing: other systems tell an unconnected socket of no ICMP errors.
func reportICMP(PacketConn) error { return nil }

func isICMP(error) bool { return false }

func (u *UDP) collectICMP() int { return 0 }
