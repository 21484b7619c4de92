package soundcard

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// denied is an error if there are control devices of cards in a folder, but this user may open none of them. Such cards are not listed.
func denied(dir string, open func(path string) error) error {
	paths, err := filepath.Glob(filepath.Join(dir, "controlC*"))
	if err != nil || len(paths) == 0 {
		return err
	}
	for _, path := range paths {
		if err := open(path); !errors.Is(err, fs.ErrPermission) {
			return nil
		}
	}
	return fmt.Errorf("soundcard: there are sound cards, but this user may not open them (%s); add it to the group \"audio\"", paths[0])
}

func openControl(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return f.Close()
}
