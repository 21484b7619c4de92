// Package configfile follows the file that holds the configuration: where it is, when it has changed, what was good last, and
// the file beside it that tells its faults.
package configfile

import (
	"errors"
	"io/fs"
	"os"

	"intercom/configs"
)

// Find is the first place that has something; the first of all, and false, if none has.
func Find(places []string) (path string, found bool) {
	for _, place := range places {
		if _, err := os.Lstat(place); !errors.Is(err, fs.ErrNotExist) {
			return place, true
		}
	}
	return places[0], false
}

// Read reads the configuration from the first place that has one.
func Read(places []string) (configs.Files, error) {
	path, _ := Find(places)
	return configs.Read(path)
}
