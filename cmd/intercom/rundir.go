package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"intercom/configs"
)

// runDirs are where a station leaves what others find it by while it runs: /run/intercom, which the service's unit makes
// (systemd.exec(5), RuntimeDirectory=), and for a station that an ordinary user has started by hand the directory that is the
// user's alone (XDG Base Directory Specification).
func runDirs() []string {
	if given, _, _ := strings.Cut(os.Getenv("RUNTIME_DIRECTORY"), ":"); given != "" {
		return []string{given}
	}
	dirs := []string{filepath.Dir(configs.DefaultControlSocket)}
	if own := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(own) && os.Geteuid() != 0 {
		dirs = append(dirs, filepath.Join(own, "intercom"))
	}
	return dirs
}

// makeRunFile is the place of a file in the first of some directories that may be written, which is made if it is not there.
func makeRunFile(dirs []string, name string) (string, error) {
	const writeAndSearch = 2 | 1 // access(2): W_OK, X_OK
	var errs []error
	for _, dir := range dirs {
		err := os.MkdirAll(dir, 0o755)
		if err == nil {
			err = syscall.Access(dir, writeAndSearch)
		}
		if err == nil {
			return filepath.Join(dir, name), nil
		}
		errs = append(errs, fmt.Errorf("the directory %s cannot be used: %w", dir, err))
	}
	return "", errors.Join(errs...)
}

// findRunFile is the place of a file where there is one, or else where it should be.
func findRunFile(dirs []string, name string) string {
	for _, dir := range dirs {
		path := filepath.Join(dir, name)
		if _, err := os.Lstat(path); err == nil {
			return path
		}
	}
	return filepath.Join(dirs[0], name)
}

// socketPath is where the control socket of a configuration is to be. One that is where the default has it is put where this user may.
func socketPath(c configs.Control) (string, error) {
	if c.Socket != configs.DefaultControlSocket {
		return c.Socket, nil
	}
	return makeRunFile(runDirs(), filepath.Base(c.Socket))
}

// foundSocket is where the control socket of a station is if nobody says where.
func foundSocket() string { return findRunFile(runDirs(), filepath.Base(configs.DefaultControlSocket)) }
