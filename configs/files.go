package configs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"syscall"

	"intercom/board"
)

// Files is a configuration as it was found: the text of its file, and of the file beside it that keeps its secrets.
type Files struct {
	Path    string // of the file
	Text    []byte
	Secrets []byte // nil: there is no such file

	// Board is the model of this computer, for a configuration that leaves it to be found out; "" if that is not known.
	Board string `json:"-"`

	// Stray is a file that was probably meant to keep the secrets, and does not, as its name is another; "" if there is none.
	Stray string `json:"-"`

	// Exposed: every user of this computer may read the secrets, and chmod would prevent it.
	Exposed bool `json:"-"`
}

// SecretsPath is where the secrets of a configuration may be kept: intercom.secrets.toml for intercom.toml.
func SecretsPath(path string) string { return strings.TrimSuffix(path, ".toml") + ".secrets.toml" }

// Read reads a configuration's files. The error is a sentence for the caretaker, and is fs.ErrNotExist if there is no file.
func Read(path string) (Files, error) {
	text, err := read(path)
	if err != nil {
		return Files{}, err
	}
	f := Files{Path: path, Text: text, Board: board.Recognised()}
	beside := SecretsPath(path)
	if _, err := os.Lstat(beside); errors.Is(err, fs.ErrNotExist) {
		f.Stray = Stray(beside)
		return f, nil
	}
	if f.Secrets, err = read(beside); err != nil {
		return Files{}, err
	}
	f.Exposed = exposed(beside)
	return f, nil
}

// exposed tells whether everybody may read a file on a file system where that could be otherwise: FAT has no modes.
func exposed(path string) bool {
	const msdos, exfat = 0x4d44, 0x2011bab0 // statfs(2)
	var on syscall.Statfs_t
	info, err := os.Stat(path)
	if err != nil || syscall.Statfs(path, &on) != nil {
		return false
	}
	return info.Mode().Perm()&0o004 != 0 && on.Type != msdos && on.Type != exfat
}

// Warning is a sentence for the caretaker about something that is no fault; "" if there is nothing to say.
func (f Files) Warning() string {
	path := SecretsPath(f.Path)
	switch {
	case f.Stray != "":
		return fmt.Sprintf("%s: it is not read; %s", f.Stray, Rename(f.Stray, path))
	case !f.Exposed:
		return ""
	}
	return fmt.Sprintf("%s: every user of this computer may read the secrets; chmod o-rwx %s prevents it", path, path)
}

// Same tells whether two configurations were found in one place with the same texts.
func (f Files) Same(g Files) bool {
	alone := func(f Files) Files { return Files{Path: f.Path, Text: f.Text, Secrets: f.Secrets} }
	return reflect.DeepEqual(alone(f), alone(g))
}

// Check returns the configuration with every fault that its files have. With faults it is not to be used: what is at fault
// has been left at its default.
func (f Files) Check() (Config, Faults) {
	written, faults := f.tables()
	return written.config(), faults.sorted()
}

func (f Files) tables() (tables, *faultList) {
	data, faults := parse(newSource(f.Path, withoutMark(f.Text)))
	if f.Secrets != nil {
		merge(faults, data, newSource(SecretsPath(f.Path), withoutMark(f.Secrets)))
	}
	written := defaults()
	d := decoder{faultList: faults, homes: homes()}
	d.table(reflect.ValueOf(&written).Elem(), data, "")
	if !faults.lost {
		judge(faults, written, f.Board)
	} else if dir := stateDirIn(withoutMark(f.Text)); dir != "" {
		written.State.Dir = dir
	}
	return written, faults
}

// withoutMark leaves away the byte order mark that editors of Windows begin a file with.
func withoutMark(text []byte) string { return strings.TrimPrefix(string(text), "\ufeff") }
