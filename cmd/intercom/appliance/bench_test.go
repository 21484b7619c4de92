package appliance_test

import (
	"context"
	"fmt"
	"net"
	"testing"
	"time"

	"intercom/board/sim"
	"intercom/cmd/intercom/appliance"
	"intercom/cmd/intercom/station"
	"intercom/configs"
	"intercom/ua"
	"intercom/ua/sip"
)

// BenchmarkPressToInvite is the way from the board's event to the INVITE on a real socket. The filter that tells a press
// from noise comes before it and takes its configured time.
func BenchmarkPressToInvite(b *testing.B) {
	house := busyHouse(b)
	c, faults := configs.Check("bench.toml", fmt.Appendf(nil, `
[station]
button_lock = "1ms"
[[button]]
name = "bell"
call = ["sip:house@%s"]
debounce = "5ms"
shortest_press = "5ms"
[sound]
card = "null"
[sip]
listen = "127.0.0.1:0"
[[account]]
name = "direct"
aor = "sip:door@127.0.0.1"
[board]
model = "sim"
`, house))
	if len(faults) > 0 {
		b.Fatal(faults)
	}
	door, err := sim.New(sim.Config{Board: c.Board})
	if err != nil {
		b.Fatal(err)
	}
	defer door.Close()
	var pressed time.Time
	invited, idle := make(chan time.Duration, 1), make(chan bool, 1)
	a, err := appliance.New(appliance.Options{Config: c, Board: door.Board, Watch: appliance.Watcher{
		Event: func(now time.Time, e station.Event) {
			switch e.(type) {
			case station.ButtonPressed:
				pressed = now
			case station.Ended:
				idle <- true
			}
		},
		Message: func(t ua.Trace) {
			if t.Out && t.Msg.Method == "INVITE" {
				select {
				case invited <- t.At.Sub(pressed):
				default: // a retransmission on a busy computer
				}
			}
		},
	}})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()

	var sum time.Duration
	for b.Loop() {
		if err := door.Hold("bell", 20*time.Millisecond); err != nil {
			b.Fatal(err)
		}
		sum += <-invited
		<-idle
		<-time.After(30 * time.Millisecond) // the contact is open for long enough to be one that opens
	}
	b.ReportMetric(float64(sum)/float64(b.N)/1e3, "µs/press-to-INVITE")
	b.ReportMetric(0, "ns/op")
	stop()
	if err := <-done; err != nil {
		b.Fatal(err)
	}
}

// busyHouse answers every INVITE with 486, so that the door is soon free again. It returns its address.
func busyHouse(b *testing.B) net.Addr {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		b.Fatal(err)
	}
	done := make(chan bool)
	go func() {
		defer close(done)
		buf := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			if m, err := sip.Parse(buf[:n]); err == nil && m.Method == "INVITE" {
				conn.WriteToUDPAddrPort(sip.NewResponse(m, 486, "").Append(nil), from)
			}
		}
	}()
	b.Cleanup(func() { conn.Close(); <-done })
	return conn.LocalAddr()
}
