package interop

import (
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A run of the suite owns one network 127.0.x.0/24 for as long as it holds a socket on its first address.
var network = sync.OnceValues(func() (reserved, error) {
	for _, x := range rand.Perm(200) {
		prefix := fmt.Sprintf("127.0.%d.", 50+x)
		if socket, err := net.Listen("tcp", prefix+"1:9"); err == nil {
			return reserved{prefix, socket}, nil
		}
	}
	return reserved{}, fmt.Errorf("every network from 127.0.50.0 to 127.0.249.0 is in use")
})

type reserved struct {
	prefix string
	socket net.Listener // held, never accepted from
}

var addressesTaken atomic.Int32

// newAddress gives an address that nobody else uses.
func newAddress(t testing.TB) string {
	t.Helper()
	own, err := network()
	if err != nil {
		t.Fatal(err)
	}
	n := addressesTaken.Add(1) + 1
	if n > 254 {
		t.Fatal("more than 253 addresses in one run")
	}
	return fmt.Sprint(own.prefix, n)
}

// newPort gives a port of 127.0.0.1 that is free, as are the two above it: a phone takes them for SIP, TLS and commands.
func newPort(t testing.TB) int {
	t.Helper()
	for range 100 {
		port := 20500 + 3*rand.IntN(3000)
		if free("udp", port) && free("tcp", port) && free("tcp", port+1) && free("tcp", port+2) {
			return port
		}
	}
	t.Fatal("no three free ports on 127.0.0.1")
	return 0
}

func free(network string, port int) bool {
	address := fmt.Sprint("127.0.0.1:", port)
	if network == "udp" {
		socket, err := net.ListenPacket(network, address)
		return err == nil && socket.Close() == nil
	}
	socket, err := net.Listen(network, address)
	return err == nil && socket.Close() == nil
}

// waitForUDP waits until somebody holds the address.
func waitForUDP(t testing.TB, address string) {
	t.Helper()
	eventually(t, "a listener on "+address, 3*time.Second, func() bool {
		socket, err := net.ListenPacket("udp", address)
		if err == nil {
			socket.Close()
		}
		return err != nil
	})
}
