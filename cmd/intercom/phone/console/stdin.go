package console

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// Stdin is a file that can be waited for and let go at the same time, unlike one that the runtime does not poll.
type Stdin struct {
	file        *os.File
	end, signal *os.File // both ends of a pipe: closing signal ends a Read
}

// NewStdin reads from a file, which stays the caller's to close.
func NewStdin(file *os.File) (*Stdin, error) {
	end, signal, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	return &Stdin{file, end, signal}, nil
}

// Read waits for something to read, for the end of the file, or for Close, after which it returns io.EOF.
func (s *Stdin) Read(b []byte) (int, error) {
	for {
		set := []unix.PollFd{{Fd: int32(s.file.Fd()), Events: unix.POLLIN}, {Fd: int32(s.end.Fd()), Events: unix.POLLIN}}
		_, err := unix.Poll(set, -1)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return 0, err
		case set[1].Revents != 0:
			return 0, io.EOF
		default:
			return s.file.Read(b)
		}
	}
}

// Close ends a Read that waits.
func (s *Stdin) Close() error { return s.signal.Close() }
