package guard

import (
	"os"
	"syscall"
	"time"
)

// line is the pipe to one process. A process that takes nothing is killed: it is of no use, and another one follows.
type line struct {
	pipe    *os.File
	process *os.Process
	taken   time.Time // when it had last taken all that it was told
}

// say passes on a word and never blocks.
func (l *line) say(w word) {
	now := time.Now()
	switch unread, err := unread(l.pipe); {
	case err == nil && unread == 0:
		l.taken = now
	case now.Sub(l.taken) > Silence:
		_ = l.process.Kill() // or it has ended
		return
	}
	if !l.write(w.String()) {
		_ = l.process.Kill()
	}
}

// write is false if the pipe does not take a text. A text is shorter than PIPE_BUF: pipe(7) "The pipe is nonblocking: if there is not
// enough room for all of it, write(2) fails with EAGAIN".
func (l *line) write(text string) (taken bool) {
	raw, err := l.pipe.SyscallConn()
	if err != nil {
		return false
	}
	err = raw.Write(func(fd uintptr) bool {
		n, err := syscall.Write(int(fd), []byte(text))
		taken = err == nil && n == len(text)
		return true // also with EAGAIN: it is not waited for
	})
	return taken && err == nil
}
