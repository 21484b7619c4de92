package main

import (
	"strings"
	"time"

	"github.com/pion/rtp"
)

// talk sends 50 packets of silence a second for d and counts what comes back.
func (c *conversation) talk(d time.Duration) (received int) {
	counted := make(chan int)
	c.media.SetReadDeadline(time.Now().Add(d))
	go func() { counted <- c.count() }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	silence := make([]byte, 160)
	for i := range silence {
		silence[i] = 0xd5 // A-law
	}
	end := time.Now().Add(d)
	for n := 0; time.Now().Before(end); n++ {
		<-tick.C
		p := rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 8, SequenceNumber: uint16(n), Timestamp: uint32(160 * n), SSRC: 1},
			Payload: silence}
		if b, err := p.Marshal(); err == nil {
			c.media.WriteToUDPAddrPort(b, c.remote)
		}
	}
	return <-counted
}

func (c *conversation) count() (n int) {
	buf := make([]byte, 2048)
	for {
		if _, _, err := c.media.ReadFromUDPAddrPort(buf); err != nil {
			return n
		}
		n++
	}
}

func splitLines(b []byte) []string { return strings.Split(string(b), "\r\n") }
