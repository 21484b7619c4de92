package vboard_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"intercom/test/realtime"
	"intercom/test/vboard"
)

// long has both doors open for long, each with a code: whatever rests them earlier is not the end of a pulse.
func long() string {
	toml := strings.Replace(config, `pulse = "1s"`, `pulse = "25s"`, 1)
	toml = strings.Replace(toml, "active_low = true\n\n[led]", "active_low = true\npulse = \"25s\"\ncode = \"60257\"\n\n[led]", 1)
	return toml + "\n[station]\nhang_up_after_opening = \"0s\"\n"
}

// bothOpen is a board on which the house has opened both doors.
func bothOpen(t testing.TB, arch vboard.Arch) (*vboard.Board, *vboard.Process) {
	t.Helper()
	b := vboard.Boot(t, wired(t, arch, long()))
	bootLoader(t, b, vboard.Relay2, "high")
	phone := telephone(b, "-auto")
	p := station(b)
	openDoor(b, phone)
	phone.Input("dtmf 60257#")
	if e := b.AwaitEdge(vboard.Relay2, 1, soon); e.High {
		t.Fatalf("the gate's relay, which is active low, did not close:%s", b.Story(vboard.Relay2))
	}
	return b, p
}

// wantRestWithin says that both relays have come to rest so soon after something, and stay there.
func wantRestWithin(t testing.TB, what string, b *vboard.Board, after time.Time, most time.Duration) {
	t.Helper()
	front, gate := b.AwaitEdge(vboard.Relay1, 1, soon), b.AwaitEdge(vboard.Relay2, 2, soon)
	t.Logf("%s: at rest after %v and %v", what, front.At.Sub(after).Round(time.Millisecond), gate.At.Sub(after).Round(time.Millisecond))
	for l, e := range map[vboard.Line]vboard.Edge{vboard.Relay1: front, vboard.Relay2: gate} {
		if d := e.At.Sub(after); d > most {
			t.Errorf("%s: line %v came to rest after %v, want %v:%s", what, l, d, most, b.Story(l))
		}
	}
	if b.High(vboard.Relay1) || !b.High(vboard.Relay2) {
		t.Errorf("%s: relays are not at rest:%s,%s", what, b.Story(vboard.Relay1), b.Story(vboard.Relay2))
	}
}

// The station is killed with both doors open, and its guard is not.
func TestAKilledStationLeavesItsRelaysAtRest(t *testing.T) {
	live(t, func(t testing.TB, arch vboard.Arch) {
		b, p := bothOpen(t, arch)
		killed := time.Now()
		p.Signal(syscall.SIGKILL)
		wantRestWithin(t, "killed", b, killed, time.Second)
		p.Await("its relays are at rest", soon)
	})
}

// The station hangs with both doors open: it does not die, and so its lines stay its own. Nothing but its guard ends the pulses.
func TestAHungStationLeavesItsRelaysAtRest(t *testing.T) {
	t.Parallel()
	realtime.Try(t, func(t testing.TB) {
		b, p := bothOpen(t, vboard.ARM64)
		hung := time.Now()
		p.Signal(syscall.SIGSTOP)
		wantRestWithin(t, "hung", b, hung, 30*time.Second)
		p.Await("the station hangs, and a relay is on: it is killed", soon)
		if status := p.Wait(soon); status != 128+int(syscall.SIGKILL) {
			t.Errorf("the station ended with status %d, want that of SIGKILL", status)
		}
	})
}

// The guard is killed first: this is told, another one begins, and does its work.
func TestAKilledGuardIsReplaced(t *testing.T) {
	live(t, func(t testing.TB, arch vboard.Arch) {
		b, p := bothOpen(t, arch)
		wantBench(t, b, "kill", "guard")
		p.Await("the guard of the relays has ended; another one begins", soon)
		wantBench(t, b, "await", "guard")
		if b.High(vboard.Relay2) || !b.High(vboard.Relay1) {
			t.Errorf("the end of the guard moved a relay:%s,%s", b.Story(vboard.Relay1), b.Story(vboard.Relay2))
		}
		killed := time.Now()
		p.Signal(syscall.SIGKILL)
		wantRestWithin(t, "killed after its guard", b, killed, time.Second)
	})
}

// Station and guard die together: "intercom rest", which the service has called after every end, rests the relays.
func TestRestFromOutside(t *testing.T) {
	live(t, func(t testing.TB, arch vboard.Arch) {
		b, p := bothOpen(t, arch)
		p.Signal(syscall.SIGSTOP) // or it would have another guard
		wantBench(t, b, "kill", "guard")
		p.Signal(syscall.SIGKILL)
		p.Wait(soon)
		if b.High(vboard.Relay2) || !b.High(vboard.Relay1) {
			t.Errorf("relays moved though nobody was left to move them:%s,%s", b.Story(vboard.Relay1), b.Story(vboard.Relay2))
		}
		asked := time.Now()
		wantRun(t, b, 0, "", "rest", "-config", configPath)
		wantRestWithin(t, "asked from outside", b, asked, 5*time.Second)
	})
}

func wantBench(t testing.TB, b *vboard.Board, args ...string) {
	t.Helper()
	if out, status := b.Run(benchPath, args...); status != 0 {
		t.Fatalf("bench %q: status %d: %s", args, status, out)
	}
}
