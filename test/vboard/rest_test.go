package vboard_test

import (
	"testing"
	"time"

	"intercom/test/vboard"
	"intercom/test/vboard/orders"
)

// What is soldered to the line sees nothing of a station that starts and ends: no click of a relay, of either kind.
func TestNoRelayMovesAtStartAndEnd(t *testing.T) {
	live(t, func(t testing.TB, arch vboard.Arch) {
		b := vboard.Boot(t, wired(t, arch, config))
		wantEdges(t, "the kernel has started", b, vboard.Relay1, 0)
		wantEdges(t, "the kernel has started", b, vboard.Relay2, 0)
		bootLoader(t, b, vboard.Relay2, "high") // what the pull of an active-low board does
		for range 2 {
			p := station(b)
			b.AwaitEdge(vboard.LED, 0, soon)
			stop(t, p)
		}
		wantEdges(t, "started and ended twice", b, vboard.Relay1, 0)
		wantEdges(t, "started and ended twice", b, vboard.Relay2, 1)
	})
}

// A reboot with the station running, and the start after it.
func TestNoRelayMovesAtReboot(t *testing.T) {
	o := wired(t, vboard.ARM64, config)
	o.Resets = true
	b := vboard.Boot(t, o)
	station(b)
	b.Power(orders.Restart)
	b.AwaitReady(1)
	b.Set(vboard.Bell, true) // the reset has cleared the chip's memory of it
	stop(t, station(b))
	wantEdges(t, "rebooted", b, vboard.Relay1, 0)
}

// A kernel that dies takes the door's current with it when it starts again.
func TestAPanicOfTheKernelRestsTheRelay(t *testing.T) {
	o := wired(t, vboard.ARM64, config)
	o.Resets = true
	b := vboard.Boot(t, o)
	phone := telephone(b, "-auto")
	station(b)
	openDoor(b, phone)
	b.Power(orders.Panic)
	if e := b.AwaitEdge(vboard.Relay1, 1, soon); e.High {
		t.Errorf("the relay was closed again:%s", b.Story(vboard.Relay1))
	}
	b.AwaitReady(1)
	wantEdges(t, "after the panic", b, vboard.Relay1, 2)
}

// openDoor has the house answer and type the code, and returns when the relay has closed.
func openDoor(b *vboard.Board, phone *vboard.Process) vboard.Edge {
	n := len(b.Edges(vboard.Relay1))
	ring(b, phone)
	phone.Await(`"event":"answered"`, soon)
	phone.Input("dtmf 73914#")
	return b.AwaitEdge(vboard.Relay1, n, soon)
}

// wantPulse says how long a relay stays closed after an edge. The two edges come to this clock by way of an emulated processor, QEMU
// and a socket, on a computer that may be busy: either may be late.
func wantPulse(t testing.TB, b *vboard.Board, closed vboard.Edge, n int, want, late time.Duration) {
	t.Helper()
	opened := b.AwaitEdge(vboard.Relay1, n, soon+want)
	if d := opened.At.Sub(closed.At); opened.High || d < want-late || d > want+late {
		t.Errorf("closed for %v, want %v:%s", d, want, b.Story(vboard.Relay1))
	}
}
