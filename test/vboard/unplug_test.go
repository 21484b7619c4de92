package vboard_test

import (
	"strings"
	"testing"
	"time"

	"intercom/test/realtime"
	"intercom/test/vboard"
)

// A station that starts before its card is there, loses it and gets it back: the bell never waits for it, and its controls are set each time.
func TestCardThatComesAndGoes(t *testing.T) {
	t.Parallel()
	realtime.Try(t, func(t testing.TB) {
		const toml = `
[[button]]
name = "bell"
call = ["sip:house@127.0.0.1:15062"]

[sound]
card = "AudioPCI"

[sound.mixer]
"Master Playback Volume" = "20"

[[account]]
name = "direct"
aor = "sip:door@127.0.0.1"

[board]
model = "sim"

[state]
dir = ""
`
		b := vboard.Boot(t, vboard.Options{Arch: vboard.AMD64, Modules: []string{"snd-ens1370"},
			Machine: []string{"-audiodev", "none,id=a", "-device", "pcie-root-port,id=socket,chassis=1"},
			Files:   []vboard.File{firmware(t, vboard.AMD64), {Path: configPath, Text: toml}}})
		p := b.Start(program, "run", "-config", configPath)
		p.Await("no sound: the card is looked for", soon)
		for range 2 {
			b.Plug("ES1370", "card", map[string]any{"bus": "socket", "audiodev": "a"})
			p.Await("the mixer of the sound card is set", time.Minute)
			p.Await("the sound card is back", soon)
			controls := wantRun(t, b, 0, "AudioPCI", "sound", "mixer", "AudioPCI")
			if want := `"Master Playback Volume" 20 0 to 31`; !strings.Contains(strings.Join(strings.Fields(controls), " "), want) {
				t.Errorf("want %s in\n%s", want, controls)
			}
			wantRun(t, b, 1, `"intercom" (process`, "sound", "-card", "AudioPCI", "-for", "1s", "level")
			b.Unplug("card")
			p.Await("no sound: the card is looked for", time.Minute)
		}
		stop(t, p)
	})
}
