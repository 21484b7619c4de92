// Package unixsock listens on unix sockets that only those can reach whom their mode lets in, from the first moment on.
package unixsock

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"time"
)

const (
	// fresh ends the name that a socket has until its mode is set.
	fresh = ".new"
	// maxPath is the longest name of a unix socket in octets that every kernel takes, less what the new socket's first
	// name has more.
	maxPath = 103 - len(fresh)
)

// Listen takes connections at a path from whomever mode lets write to it. A socket that is left of a program that has gone is
// replaced; one that somebody answers on is an error, as is anything that is no socket. Remove takes it away.
func Listen(path string, mode fs.FileMode) (*net.UnixListener, error) {
	if len(path) > maxPath {
		return nil, fmt.Errorf("the control socket %q: the name has %d octets, and a socket's may have %d", path, len(path), maxPath)
	}
	err := vacant(path)
	if err == nil {
		var l *net.UnixListener
		if l, err = listenPrivately(path, mode); err == nil {
			return l, nil
		}
	}
	return nil, fmt.Errorf("the control socket %q: %w", path, err)
}

// Remove takes a socket away.
func Remove(l *net.UnixListener, path string) error { return errors.Join(os.Remove(path), l.Close()) }

// vacant reports why the path cannot be listened on.
func vacant(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode().Type() != fs.ModeSocket:
		return errors.New("there is something else of this name, which is left alone")
	}
	conn, err := net.DialTimeout("unix", path, time.Second)
	if err != nil {
		return nil
	}
	conn.Close()
	return errors.New("another program answers on it")
}

// listenPrivately gives the socket its name only when nobody whom its mode keeps out can use it any more.
func listenPrivately(path string, mode fs.FileMode) (*net.UnixListener, error) {
	first := path + fresh
	if err := os.Remove(first); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: first, Net: "unix"})
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false)
	if err := errors.Join(os.Chmod(first, mode), os.Rename(first, path)); err != nil {
		return nil, errors.Join(err, l.Close(), os.Remove(first))
	}
	return l, nil
}
