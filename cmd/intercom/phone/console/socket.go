package console

import (
	"io/fs"
	"net"
	"time"

	"intercom/cmd/intercom/unixsock"
)

const (
	// maxClients bounds the connections at a time.
	maxClients = 64
	// owner may read and write; nobody else may anything.
	owner fs.FileMode = 0o600
)

// Listen takes clients on a unix socket, which only this user may connect to.
func (c *Console) Listen(path string) error {
	l, err := unixsock.Listen(path, owner)
	if err != nil {
		return err
	}
	c.listener, c.path = l, path
	c.readers.Go(c.accept)
	return nil
}

// unlisten takes the socket away.
func (c *Console) unlisten() error {
	if c.listener == nil {
		return nil
	}
	return unixsock.Remove(c.listener, c.path)
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
