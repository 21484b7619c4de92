package interop

import (
	"bytes"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"

	"intercom/media/dtmf"
)

// sendForgedDigits sends keys by RFC 4733 to a port where a call is up, from any port of an address: without a fault, but for
// their sender.
func sendForgedDigits(t testing.TB, from, to, keys string) {
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
	every(20*time.Millisecond, packets, func(int) {
		f.send(8, bytes.Repeat([]byte{0x55}, 160))
		f.packet.Timestamp += 160
	})
}

// press sends a key that is held for 100 ms: five packets and the end three times.
func (f *forger) press(event byte) {
	f.packet.Marker = true
	every(20*time.Millisecond, 8, func(n int) {
		duration, end := 160*uint16(min(n+1, 5)), byte(0)
		if n >= 5 {
			end = 0x80
		}
		f.send(101, []byte{event, end | 10, byte(duration >> 8), byte(duration)})
		f.packet.Marker = false
	})
	f.packet.Timestamp += 800
}

func (f *forger) send(payloadType uint8, payload []byte) {
	f.packet.PayloadType, f.packet.Payload = payloadType, payload
	f.packet.SequenceNumber++
	if b, err := f.packet.Marshal(); err == nil {
		f.socket.Write(b)
	}
}

// The forger's keys are keys: what keeps the door shut is who sends them.
func TestForgedDigitsAreDigits(t *testing.T) {
	t.Parallel()
	socket, err := net.ListenPacket("udp", newAddress(t)+":0")
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	sendForgedDigits(t, newAddress(t), socket.LocalAddr().String(), "2580#")

	var receiver dtmf.Receiver
	var digits []byte
	buffer := make([]byte, 1500)
	socket.SetReadDeadline(time.Now().Add(time.Second))
	for string(digits) != "2580#" {
		n, _, err := socket.ReadFrom(buffer)
		if err != nil {
			t.Fatalf("read %q, then %v", digits, err)
		}
		var p rtp.Packet
		if err := p.Unmarshal(buffer[:n]); err != nil {
			t.Fatal(err)
		}
		if p.PayloadType != 101 {
			continue
		}
		if e, news := receiver.Push(p.SequenceNumber, p.Timestamp, p.Marker, p.Payload); news && e.Began {
			digits = append(digits, e.Digit)
		}
	}
}
