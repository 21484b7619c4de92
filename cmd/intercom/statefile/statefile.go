// Package statefile keeps what must outlive a restart: small named files in one directory, each whole and unaltered or not
// taken at all, whenever the power is cut.
//
// A file is one line that says how long its data is and what its SHA-256 is, and then the data. The sum is against a worn
// card and an editor's slip, not against an intruder: who can write the directory can write a sum that is right. The
// directory is therefore as trusted as the configuration.
package statefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"syscall"
)

// Largest is the size that data may have, in bytes.
const Largest = 1 << 20

// ErrDamaged is what Load's error is when there is a file, but not as it was saved: torn, altered or too large.
var ErrDamaged = errors.New("damaged")

// A Dir is a directory of state files. It remembers what was saved while it is open, so that a disk that is full or read-only
// costs what outlives the process and no more. It is for any number of goroutines.
type Dir struct {
	path     string
	readOnly bool // nothing can be kept: told by Open

	mu    sync.Mutex
	saved map[string][]byte
}

// Open makes the directory if there is none. It never writes into one that is there. The Dir is to be used even if there is
// an error, which says why nothing that it saves will outlive the process; with an empty path that is as wished, and no
// error.
func Open(path string) (*Dir, error) {
	d := &Dir{path: path, readOnly: true, saved: map[string][]byte{}}
	if path == "" {
		return d, nil
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return d, fmt.Errorf("the directory %s for what outlives a restart cannot be made: %w", path, err)
	}
	const writeAndSearch = 2 | 1 // access(2): W_OK, X_OK
	if err := syscall.Access(path, writeAndSearch); err != nil {
		return d, fmt.Errorf("the directory %s for what outlives a restart cannot be written: %w", path, err)
	}
	d.readOnly = false
	return d, nil
}

// Load returns what was saved under a name. The error is fs.ErrNotExist if nothing was, ErrDamaged if it is not whole.
func (d *Dir) Load(name string) ([]byte, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if data, ok := d.saved[name]; ok {
		return append([]byte(nil), data...), nil
	}
	if d.path == "" {
		return nil, fmt.Errorf("nothing was saved as %q: %w", name, fs.ErrNotExist)
	}
	return d.read(name)
}

// Save keeps data under a name in the place of what was there. When it returns nil, a power cut finds the new data; when it
// returns an error, the old, and Load the new until the process ends. It takes as long as the disk takes, which for an SD card
// can be a second: it is not for a loop that has other things to do.
func (d *Dir) Save(name string, data []byte) error {
	if err := checkName(name); err != nil {
		return err
	}
	if len(data) > Largest {
		return fmt.Errorf("%q is not saved: it has %d bytes, and %d are taken", name, len(data), Largest)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.saved[name] = append([]byte(nil), data...)
	if d.readOnly {
		return nil
	}
	return d.write(name, data)
}

// unfinished ends the name of a file that is being written.
const unfinished = ".new"

// checkName keeps names to what is a file of the directory on every file system.
func checkName(name string) error {
	const longest = 64
	bad := strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '.'
	})
	if name == "" || len(name) > longest || bad || name[0] == '.' || strings.HasSuffix(name, unfinished) {
		return fmt.Errorf("%q is no name of a state file: want up to %d small letters, digits, dots and dashes, not beginning with a dot, not ending in %q",
			name, longest, unfinished)
	}
	return nil
}
