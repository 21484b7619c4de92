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
func newAddress(t *testing.T) string {
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

// waitForUDP waits until somebody holds the address.
func waitForUDP(t *testing.T, address string) {
	t.Helper()
	eventually(t, "a listener on "+address, 3*time.Second, func() bool {
		socket, err := net.ListenPacket("udp", address)
		if err == nil {
			socket.Close()
		}
		return err != nil
	})
}
