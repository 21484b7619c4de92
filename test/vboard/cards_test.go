package vboard_test

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intercom/test/vboard"
)

// pcCards are two of QEMU's sound cards, by their ALSA ids, with what unmutes the first.
var (
	pcModules = []string{"snd-intel8x0", "snd-ens1370"}
	pcMachine = []string{"-audiodev", "none,id=a,out.frequency=48000", "-device", "AC97,audiodev=a", "-device", "ES1370,audiodev=a"}
	pcCards   = map[string][][2]string{
		"I82801AAICH": {{"Master Playback Switch", "on"}, {"Master Playback Volume", "0dB"}, {"PCM Playback Switch", "on"}, {"PCM Playback Volume", "0dB"}},
		"AudioPCI":    nil,
	}
)

// Drivers of a PC's cards take what the static program asks of them: a tone is played without a break but its ends.
func TestCardsOfAPC(t *testing.T) {
	t.Parallel()
	const length = 3 * time.Second
	b := vboard.Boot(t, vboard.Options{Arch: vboard.AMD64, Virtual: true, Modules: pcModules, Machine: pcMachine,
		Files: []vboard.File{firmware(t, vboard.AMD64), {Path: "/tone.wav", Text: string(toneWAV(48000, 1000, length))}}})
	for id, controls := range pcCards {
		awaitCard(t, b, id)
		for _, c := range controls {
			wantRun(t, b, 0, c[0], "sound", "mixer", id, c[0], c[1])
		}
		wantRun(t, b, 0, "dBFS", "sound", "-card", id, "-for", "1s", "level")
		h := listen(capture(t, b, func() { wantRun(t, b, 0, "", "sound", "-card", id, "play", "/tone.wav") }), 48000, 1000)
		// The clock of an ES1370 is 1.4 % fast at 48 kHz.
		if d := h.length - length; d < -length/50 || d > length/50 || h.breaks != 2 {
			t.Errorf("%s: of %v there were %+v", id, length, h)
		}
	}
}

// awaitCard waits until the kernel has found a card.
func awaitCard(t testing.TB, b *vboard.Board, id string) {
	t.Helper()
	var out string
	for begun := time.Now(); time.Since(begun) < soon; {
		if out, _ = b.Run(program, "sound", "list"); strings.Contains(out, `card = "`+id+`"`) {
			return
		}
	}
	t.Fatalf("there is no card %s but:\n%s", id, out)
}

// capture is what a card plays meanwhile, mono at 48 kHz.
func capture(t testing.TB, b *vboard.Board, meanwhile func()) []int16 {
	t.Helper()
	path := filepath.Join(t.TempDir(), "played.wav")
	b.Monitor("wavcapture " + path + " a 48000 16 1")
	meanwhile()
	b.Monitor("stopcapture 0")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const header = 44
	samples := make([]int16, (len(text)-header)/2)
	if _, err := binary.Decode(text[header:], binary.LittleEndian, samples); err != nil {
		t.Fatal(err)
	}
	return samples
}
