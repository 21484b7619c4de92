package console

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"time"
)

const (
	// maxPath is the longest name of a unix socket in octets that every kernel takes, less what the new socket's first
	// name has more.
	maxPath = 103 - len(fresh)
	// fresh ends the name that a socket has until only its owner may use it.
	fresh = ".new"
	// maxClients bounds the connections at a time.
	maxClients = 64
	// owner may read and write; nobody else may anything.
	owner fs.FileMode = 0o600
)

// Listen takes clients on a unix socket, which only this user may connect to. A socket that is left of a program that has
// gone is replaced; one that somebody answers on is an error, as is anything that is no socket.
func (c *Console) Listen(path string) error {
	if len(path) > maxPath {
		return fmt.Errorf("the control socket %q: the name has %d octets, and a socket's may have %d", path, len(path), maxPath)
	}
	if err := vacant(path); err != nil {
		return fmt.Errorf("the control socket %q: %w", path, err)
	}
	l, err := listenPrivately(path)
	if err != nil {
		return fmt.Errorf("the control socket %q: %w", path, err)
	}
	c.listener, c.path = l, path
	c.readers.Go(c.accept)
	return nil
}

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

// listenPrivately gives the socket its name only when nobody else can use it any more.
func listenPrivately(path string) (*net.UnixListener, error) {
	first := path + fresh
	if err := os.Remove(first); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: first, Net: "unix"})
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false)
	if err := errors.Join(os.Chmod(first, owner), os.Rename(first, path)); err != nil {
		return nil, errors.Join(err, l.Close(), os.Remove(first))
	}
	return l, nil
}

// unlisten takes the socket away.
func (c *Console) unlisten() error {
	if c.listener == nil {
		return nil
	}
	return errors.Join(os.Remove(c.path), c.listener.Close())
}

// accept takes clients until the listener is closed.
func (c *Console) accept() {
	places := make(chan struct{}, maxClients)
	for {
		conn, err := c.listener.Accept()
		if err != nil {
			return
		}
		select {
		case places <- struct{}{}:
			c.readers.Go(func() {
				c.converse(conn)
				<-places
			})
		default:
			conn.Close()
		}
	}
}

// converse takes a client's lines until it goes away. One that has said its last line may still wait for what comes of it.
func (c *Console) converse(conn net.Conn) {
	o := c.add(conn, conn)
	if o == nil {
		conn.Close()
		return
	}
	c.read(conn)
	linger := time.NewTimer(patience)
	defer linger.Stop()
	select {
	case <-linger.C:
	case <-o.done:
	case <-c.quit:
	}
	if c.remove(o) {
		o.finish(time.Now())
		conn.Close()
		<-o.done
	}
}
