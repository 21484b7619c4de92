package demo

import (
	"context"
	"os"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// keys reads single key presses from a terminal until ctx ends, and calls press for each on this goroutine. The terminal is
// as it was before when it returns.
func keys(ctx context.Context, terminal *os.File, press func(key byte)) error {
	fd := int(terminal.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return err
	}
	defer term.Restore(fd, before)
	var b [1]byte
	for ctx.Err() == nil {
		ready, err := readable(fd)
		if err != nil {
			return err
		}
		if !ready {
			continue
		}
		n, err := terminal.Read(b[:])
		if n == 0 || err != nil {
			return err // the terminal is gone
		}
		press(b[0])
	}
	return nil
}

// readable waits a tenth of a second for a key, so that the reader can also end when nobody presses one.
func readable(fd int) (bool, error) {
	set := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	n, err := unix.Poll(set, 100)
	if err == unix.EINTR {
		return false, nil
	}
	return n > 0, err
}
