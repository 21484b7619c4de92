package soundcard

import (
	"os"
	"path/filepath"
	"testing"
)

// Whoever has the card is named, by what the kernel tells of its devices.
func TestHolders(t *testing.T) {
	proc := t.TempDir()
	for path, text := range map[string]string{
		"asound/Device/pcm0p/sub0/status": "closed\n",
		"asound/Device/pcm0c/sub0/status": "state: RUNNING\nowner_pid   : 4711\ntrigger_time: 12.5\n",
		"asound/Device/pcm1c/sub0/status": "state: RUNNING\nowner_pid   : 4711\n",
		"asound/Set/pcm0p/sub0/status":    "state: RUNNING\nowner_pid   : 4712\n",
		"4711/comm":                       "arecord\n",
	} {
		path = filepath.Join(proc, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for want, cards := range map[string][]string{
		`; "arecord" (process 4711) has it`:                  {"Device"},
		`; "arecord" (process 4711) and process 4712 has it`: {"Device", "Set"},
		``: {"Headphones"},
	} {
		if got := holders(proc, cards); got != want {
			t.Errorf("%v: %q, want %q", cards, got, want)
		}
	}
}
