package vboard

import (
	"io"
	"net"
	"strings"
	"time"
)

// hostAddress is how the board sees the computer that runs the tests.
const hostAddress = "10.0.2.2"

// Fetch gets a file from the board by the network; bench is the program there that sends it.
func (b *Board) Fetch(bench, path string) []byte {
	b.t.Helper()
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		b.t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := strings.Cut(l.Addr().String(), ":")
	content := make(chan []byte, 1)
	if err := l.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		b.t.Fatal(err)
	}
	go func() {
		defer close(content)
		c, err := l.Accept()
		if err != nil {
			return // the status of the program says why
		}
		defer c.Close()
		if all, err := io.ReadAll(c); err == nil {
			content <- all
		}
	}()
	if out, status := b.Run(bench, "fetch", path, net.JoinHostPort(hostAddress, port)); status != 0 {
		b.t.Fatalf("%s cannot be fetched: %s", path, out)
	}
	all, ok := <-content
	if !ok {
		b.t.Fatalf("%s has not come", path)
	}
	return all
}
