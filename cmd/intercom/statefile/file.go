package statefile

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// header is the first line of a file: the length of the data that follows, in bytes, and its SHA-256.
func header(data []byte) []byte {
	return fmt.Appendf(nil, "intercom state 1, %d bytes, sha256 %x\n", len(data), sha256.Sum256(data))
}

// longestHeader is more than a header ever has, in bytes.
const longestHeader = 128

// read takes a file that is exactly what would be written for its data.
func (d *Dir) read(name string) ([]byte, error) {
	path := filepath.Join(d.path, name)
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("%q cannot be loaded: %w", name, err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(fmt.Errorf("%s is %w: it is no regular file", path, ErrDamaged), err)
	}
	text, err := io.ReadAll(io.LimitReader(f, Largest+longestHeader+1))
	if err != nil {
		return nil, fmt.Errorf("%q cannot be loaded: %w", name, err)
	}
	line, data, _ := bytes.Cut(text, []byte("\n"))
	switch want := header(data); {
	case len(data) > Largest:
		return nil, fmt.Errorf("%s is %w: it is larger than %d bytes", path, ErrDamaged, Largest)
	case len(line)+1 != len(want) || !bytes.HasPrefix(text, want):
		return nil, fmt.Errorf("%s is %w: its %d bytes are not those that its first line tells of", path, ErrDamaged, len(data))
	}
	return data, nil
}

// write lets a power cut find the old file or the new one, never a part: the data is on the disk before the name is its
// own, and the name before write returns.
func (d *Dir) write(name string, data []byte) error {
	path := filepath.Join(d.path, name)
	err := writeSynced(path+unfinished, append(header(data), data...))
	if err == nil {
		err = os.Rename(path+unfinished, path)
	}
	if err == nil {
		err = syncNames(d.path)
	}
	if err != nil {
		os.Remove(path + unfinished)
		return fmt.Errorf("%q is not saved: %w", name, err)
	}
	return nil
}

func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncNames has the names of a directory written.
func syncNames(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
