package guard

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"
)

// Pipe is the guard's end.
type Pipe interface {
	io.Reader
	SetReadDeadline(time.Time) error
}

// Stdin is the standard input of this process as a Pipe. os.Stdin has no deadlines.
func Stdin() (*os.File, error) {
	if err := syscall.SetNonblock(syscall.Stdin, true); err != nil {
		return nil, fmt.Errorf("guard: standard input: %w", err)
	}
	return os.NewFile(uintptr(syscall.Stdin), "standard input"), nil
}

// Duty is what a guard does.
type Duty struct {
	Silence time.Duration // that a relay's signs of life may be missing
	Kill    func(why error)
	Rest    func() error
}

// Watch is the guard's part. It kills a station that hangs with a relay closed, and at the end of the pipe, which is that of the
// station, it puts the relays to rest, unless there was a goodbye.
func Watch(pipe Pipe, d Duty) error {
	err := watch(pipe, newVigil(time.Now(), d.Silence))
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, errEnded):
		d.Kill(err)
		_ = pipe.SetReadDeadline(time.Time{})
		_, _ = io.Copy(io.Discard, pipe) // its lines are its own until then
	}
	return d.Rest()
}

// errEnded is the end of a pipe without a goodbye.
var errEnded = errors.New("guard: the station has ended")

// watch returns nil at a goodbye, errEnded at the end of the pipe, and else what is wrong with the station.
func watch(pipe Pipe, v *vigil) error {
	var heard words
	octets := make([]byte, 256)
	for {
		var wake time.Time
		if v.busy() {
			wake = time.Now().Add(tick)
		}
		if err := pipe.SetReadDeadline(wake); err != nil {
			return fmt.Errorf("%w: its pipe has no deadline: %w", errEnded, err)
		}
		n, broken := pipe.Read(octets)
		heard.add(octets[:n])
		if bye, err := hearAll(v, &heard); bye || err != nil {
			return err
		}
		if broken != nil && !errors.Is(broken, os.ErrDeadlineExceeded) {
			return errEnded
		}
		if err := v.look(time.Now()); err != nil {
			return err
		}
	}
}

// hearAll takes all whole words. It is true after a goodbye.
func hearAll(v *vigil, heard *words) (bye bool, err error) {
	for {
		line, ok, err := heard.next()
		if err != nil || !ok {
			return false, err
		}
		if line == strings.TrimSuffix(goodbye, "\n") {
			return true, nil
		}
		w, err := parseWord(line)
		if err != nil {
			return false, err
		}
		v.hear(time.Now(), w)
	}
}
