package interop

import (
	"bytes"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// sendForgedDigits sends keys by RFC 4733 to a port where a call is up, from any port of an address: without a fault, but for
// their sender.
func sendForgedDigits(t *testing.T, from, to, keys string) {
	t.Helper()
	dialer := net.Dialer{LocalAddr: &net.UDPAddr{IP: net.ParseIP(from)}}
	socket, err := dialer.Dial("udp", to)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	sender := forger{socket: socket, packet: rtp.Packet{Header: rtp.Header{Version: 2, SSRC: 0x0f0f0f0f}}}
	sender.speak(10)
	for _, key := range keys {
		sender.press(byte(strings.IndexRune("0123456789*#", key)))
		sender.speak(5)
	}
}

// forger sends RTP as a phone would.
type forger struct {
	socket net.Conn
	packet rtp.Packet
}

// speak sends 20 ms packets of PCMA.
func (f *forger) speak(packets int) {
	for range packets {
		f.send(8, bytes.Repeat([]byte{0x55}, 160))
		f.packet.Timestamp += 160
	}
}

// press sends a key that is held for 100 ms: five packets and the end three times.
func (f *forger) press(event byte) {
	f.packet.Marker = true
	for n := range 8 {
		duration, end := 160*uint16(min(n+1, 5)), byte(0)
		if n >= 5 {
			end = 0x80
		}
		f.send(101, []byte{event, end | 10, byte(duration >> 8), byte(duration)})
		f.packet.Marker = false
	}
	f.packet.Timestamp += 800
}

func (f *forger) send(payloadType uint8, payload []byte) {
	f.packet.PayloadType, f.packet.Payload = payloadType, payload
	f.packet.SequenceNumber++
	if b, err := f.packet.Marshal(); err == nil {
		f.socket.Write(b)
	}
	time.Sleep(20 * time.Millisecond)
}
