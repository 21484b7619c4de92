package guard

import (
	"errors"
	"fmt"
	"os"
)

// Parent is the station of this process.
type Parent struct {
	pid     int
	process *os.Process
}

// FindParent is for the process that has started this one, which has said its own number: getppid(2) is another's once it has died. A
// process of the same number that comes after it is never meant: os.FindProcess keeps a pidfd, which is of the parent if it still
// is the parent then; a kernel without pidfds is asked again before the kill.
func FindParent(pid int) (Parent, error) {
	p, err := os.FindProcess(pid)
	if err != nil {
		return Parent{}, fmt.Errorf("guard: process %d: %w", pid, err)
	}
	return Parent{pid, p}, nil
}

// Kill kills the parent if it has not ended yet.
func (p Parent) Kill() error {
	if p.pid <= 0 || os.Getppid() != p.pid {
		return nil
	}
	if err := p.process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("guard: process %d cannot be killed: %w", p.pid, err)
	}
	return nil
}
