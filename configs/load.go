package configs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// largest is the size of a file that is still taken for a configuration, in bytes. Ours are of 2,000.
const largest = 64 << 10

// Load reads a configuration with its secrets. The error is a sentence for the caretaker: Faults, if the file could be read.
func Load(path string) (Config, error) {
	files, err := Read(path)
	if err != nil {
		return Config{}, err
	}
	c, faults := files.Check()
	if len(faults) > 0 {
		return Config{}, faults
	}
	return c, nil
}

// missing is a file that is not there.
type missing struct{ path string }

func (m missing) Error() string {
	if stray := Stray(m.path); stray != "" {
		return fmt.Sprintf("%s: there is no such file, but %s is there; %s", m.path, filepath.Base(stray), Rename(stray, m.path))
	}
	return m.path + ": there is no such file; copy one of the samples there and change it"
}

func (m missing) Is(target error) bool { return target == fs.ErrNotExist }

func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, missing{path}
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("%s: it may not be read; allow it with chmod, or start as another user: %w", path, err)
	case err != nil:
		return nil, fmt.Errorf("%s: it cannot be opened: %w", path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: it cannot be looked at: %w", path, err)
	case info.IsDir():
		return nil, fmt.Errorf("%s: it is a directory; name the file in it", path)
	}
	text, err := io.ReadAll(io.LimitReader(f, largest+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: it cannot be read: %w", path, err)
	case len(text) > largest:
		return nil, fmt.Errorf("%s: it is larger than %d KiB; a configuration is a few, is this the right file?", path, largest>>10)
	}
	return text, nil
}
