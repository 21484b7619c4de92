package vboard_test

import (
	"syscall"
	"testing"
	"time"

	"intercom/test/realtime"
	"intercom/test/vboard"
)

// A station that hangs with the door open, and has no guard, is bitten by the computer's watchdog, and the relay rests after it. Debian's kernel for armhf
// has no watchdog that QEMU has.
func TestTheWatchdogEndsAStationThatHangs(t *testing.T) {
	t.Parallel()
	realtime.Try(t, func(t testing.TB) {
		o := wired(t, vboard.ARM64, config+"\n[board]\nwatchdog = \"/dev/watchdog\"\n")
		o.Modules = append(o.Modules, "i6300esb")
		o.Machine = []string{"-device", "i6300esb", "-action", "watchdog=reset"}
		o.Resets = true
		b := vboard.Boot(t, o)
		phone := telephone(b, "-auto")
		p := station(b)
		closed := openDoor(b, phone)
		p.Signal(syscall.SIGSTOP) // or it would have another guard
		wantBench(t, b, "kill", "guard")
		b.AwaitEvent("WATCHDOG", 0, 2*time.Minute)
		opened := b.AwaitEdge(vboard.Relay1, 1, soon)
		t.Logf("the relay was closed for %v until the watchdog opened it", opened.At.Sub(closed.At).Round(time.Millisecond))
		b.AwaitReady(1)
		b.Set(vboard.Bell, true)
		stop(t, station(b))
		wantEdges(t, "after the watchdog's reset and another start", b, vboard.Relay1, 2)
	})
}
