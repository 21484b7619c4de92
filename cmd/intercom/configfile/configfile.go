// Package configfile follows the file that holds the configuration: where it is, when it has changed, what was good last, and
// the file beside it that tells its faults.
package configfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"intercom/configs"
)

// Find is the first place that has something. If none has, found is false, and path is where somebody has tried to put it, or the
// first place whose directory is there.
func Find(places []string) (path string, found bool) {
	for _, place := range places {
		if _, err := os.Lstat(place); !errors.Is(err, fs.ErrNotExist) {
			return place, true
		}
	}
	for _, likely := range []func(string) bool{
		func(place string) bool { return configs.Stray(place) != "" },
		func(place string) bool { _, err := os.Stat(filepath.Dir(place)); return err == nil },
	} {
		if n := slices.IndexFunc(places, likely); n >= 0 {
			return places[n], false
		}
	}
	return places[0], false
}

// Overlooked are the places before the one that counts at which something lies under a name that is nearly right.
func Overlooked(places []string, counts string) []string {
	before := places[:max(0, slices.Index(places, counts))]
	return slices.DeleteFunc(slices.Clone(before), func(place string) bool { return configs.Stray(place) == "" })
}

// Read reads the configuration from the first place that has one.
func Read(places []string) (configs.Files, error) {
	path, _ := Find(places)
	return configs.Read(path)
}
