package vboard_test

import (
	"strings"
	"testing"

	"intercom/test/realtime"
	"intercom/test/vboard"
)

// The computer sleeps for 5 s, as the kernel tests that: devices are suspended and wake again, and the card plays and hears on. (QEMU's
// AC97 does not, for whoever opens it anew either.)
func TestSoundGoesOnAfterSleep(t *testing.T) {
	if testing.Short() {
		t.Skip("left out by -short: a board that sleeps takes 20 s; make board-test has it")
	}
	t.Parallel()
	realtime.Try(t, func(t testing.TB) {
		b := vboard.Boot(t, vboard.Options{Arch: vboard.AMD64, Modules: []string{"snd-ens1370"},
			Machine: []string{"-audiodev", "none,id=a", "-device", "ES1370,audiodev=a"},
			Files: []vboard.File{firmware(t, vboard.AMD64), {Path: "/test", Text: "devices"}, {Path: "/kind", Text: "freeze"},
				{Path: benchPath, From: vboard.GoProgram(t, vboard.AMD64, "bench", "build", "./test/vboard/bench"), Program: true}}})
		awaitCard(t, b, "AudioPCI")
		p := b.Start(program, "sound", "-card", "AudioPCI", "-for", "12s", "level")
		p.Await("dBFS", soon)
		wantBench(t, b, "copy", "/test", "/sys/power/pm_test")
		wantBench(t, b, "copy", "/kind", "/sys/power/state")
		before := strings.Count(p.Output(), "dBFS")
		status := p.Wait(soon)
		if after := strings.Count(p.Output(), "dBFS") - before; status != 0 || after < 12 {
			t.Errorf("status %d and %d levels after the sleep, four are due in a second:\n%s", status, after, p.Output())
		}
	})
}
