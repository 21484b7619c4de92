package vboard_test

import (
	"strings"
	"testing"

	"intercom/test/vboard"
)

// The static program's own driver of the kernel's PCM devices, tried as an installer does: the card is listed, the microphone has a
// level, and the self-test hears its sweeps in a place that echoes.
func TestSoundOfTheKernelsCard(t *testing.T) {
	arms(t, func(t testing.TB, arch vboard.Arch) {
		o := wired(t, arch, audible(config))
		o.Virtual = true
		o.Files = append(o.Files, speech(t, "/visitor.wav", visitor(), cardRate))
		b := vboard.Boot(t, o)
		wantRun(t, b, 0, `card = "Loopback": would do`, "sound", "list")
		around := b.Start(benchPath, "echo", "60")
		around.Await("echoing", soon)
		t.Log(wantRun(t, b, 0, "Loudspeaker and microphone are well.", "sound", "-card", "Loopback", "self-test"))
		out := wantRun(t, b, 0, "dBFS", "sound", "-card", "Loopback", "-for", "2s", "level")
		if n := strings.Count(out, "nothing, not even noise"); n < 6 {
			t.Errorf("%d lines of silence in a silent place, want 7 or 8:\n%s", n, out)
		}
	})
}
