package transport

import (
	"syscall"
)

const (
	userTimeout   = 18    // TCP_USER_TIMEOUT of linux/tcp.h
	unackedMillis = 30000 // how long what was sent may stay unacknowledged (tcp(7))
)

// giveUpSilentPeers ends a connection whose peer acknowledges nothing any more after half a minute instead of after a
// quarter of an hour.
func giveUpSilentPeers(_, _ string, raw syscall.RawConn) error {
	var failed error
	err := raw.Control(func(fd uintptr) {
		failed = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, userTimeout, unackedMillis)
	})
	if err != nil {
		return err
	}
	return failed
}
