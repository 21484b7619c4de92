package notify

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// bite is how long after the last feeding the watchdog restarts the computer, where its driver lets itself be told.
const bite = 15 * time.Second

// watchdog is the device of the kernel's watchdog API: from its opening on it wants to be fed.
type watchdog struct{ file *os.File }

func openWatchdog(path string) (*watchdog, error) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	w := &watchdog{f}
	// A driver that knows one time only keeps it; all are above 3 times our feeding.
	if err := unix.IoctlSetPointerInt(int(f.Fd()), unix.WDIOC_SETTIMEOUT, int(bite/time.Second)); err != nil &&
		!errors.Is(err, unix.ENOTTY) && !errors.Is(err, unix.EOPNOTSUPP) && !errors.Is(err, unix.EINVAL) {
		return nil, errors.Join(err, w.close())
	}
	return w, w.feed()
}

func (w *watchdog) feed() error {
	_, err := w.file.Write([]byte{0})
	return err
}

// close ends the watching. "If a userspace program wants to disable the watchdog, it must send the character V before closing"
// (Documentation/watchdog/watchdog-api.rst: the magic close feature).
func (w *watchdog) close() error {
	_, err := w.file.Write([]byte{'V'})
	return errors.Join(err, w.file.Close())
}
