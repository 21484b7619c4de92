package configs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Stray is a file beside the place of a configuration that was probably meant to be there: Windows hides the end of a name, which
// makes intercom.toml.txt of intercom.toml, and a second download is intercom (1).toml. It is empty if there is none.
func Stray(path string) string {
	dir, want := filepath.Split(path)
	beside, err := os.ReadDir(filepath.Clean(dir))
	if err != nil {
		return ""
	}
	for _, f := range beside {
		if name := f.Name(); name != want && meant(strings.ToLower(name), strings.ToLower(want)) {
			return dir + name
		}
	}
	return ""
}

// meant tells whether a name, in small letters, was probably to be another.
func meant(name, want string) bool {
	stem := strings.TrimSuffix(want, ".toml")
	switch strings.ReplaceAll(name, " ", "") {
	case want, want + ".txt", want + ".toml", stem + ".txt", stem + ".tml", stem, stem + "(1).toml":
		return true
	}
	return false
}

// Rename is what to do about a stray file.
func Rename(stray, path string) string {
	return fmt.Sprintf("rename %s to %s (Windows hides the ends of names: in the Explorer, View, Show, File name extensions)",
		filepath.Base(stray), filepath.Base(path))
}
