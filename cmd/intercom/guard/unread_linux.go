package guard

import (
	"os"

	"golang.org/x/sys/unix"
)

// unread is how many octets wait in a pipe.
func unread(pipe *os.File) (n int, err error) {
	raw, err := pipe.SyscallConn()
	if err != nil {
		return 0, err
	}
	if e := raw.Control(func(fd uintptr) { n, err = unix.IoctlGetInt(int(fd), unix.TIOCINQ) }); e != nil {
		return 0, e
	}
	return n, err
}
