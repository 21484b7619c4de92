package vboard_test

import (
	"encoding/json"
	"strings"
	"testing"

	"intercom/test/vboard"
)

// finding is one of what "intercom doctor -json" tells.
type finding struct{ ID, Level, Found, Do string }

// examine lets the doctor look at a board, and returns the first that it says of each thing.
func examine(t testing.TB, b *vboard.Board, config string) map[string]finding {
	t.Helper()
	out, _ := b.Run(program, "doctor", "-json", "-config", config) // its status says how well the board is
	var report struct{ Findings []finding }
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	found := map[string]finding{}
	for _, f := range report.Findings {
		if _, before := found[f.ID]; !before {
			found[f.ID] = f
		}
	}
	return found
}

// wantFound says what the doctor must have found.
func wantFound(t testing.TB, found map[string]finding, level, text string, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if f := found[id]; f.Level != level || !strings.Contains(f.Found, text) {
			t.Errorf("of %s: %+v, want %s and %q", id, f, level, text)
		}
	}
}

// The doctor looks at a board with a real kernel, before and while a station runs on it, names a line that is not there, and
// moves none.
func TestTheDoctorLooks(t *testing.T) {
	live(t, func(t testing.TB, arch vboard.Arch) {
		o := wired(t, arch, audible(config))
		const other = "/etc/other.toml"
		o.Files = append(o.Files, vboard.File{Path: other, Text: strings.Replace(config, `"RELAY1"`, `"RELAY9"`, 1)})
		b := vboard.Boot(t, o)
		bootLoader(t, b, vboard.Relay2, "high")
		found := examine(t, b, configPath)
		wantFound(t, found, "ok", ", free", "lines.door.front", "lines.door.gate", "lines.button.bell", "lines.led")
		wantFound(t, found, "ok", "Loopback", "sound.card")
		wantFound(t, examine(t, b, other), "fault", "RELAY9", "lines.door.front")
		before := len(b.Edges(vboard.Relay2))
		p := station(b)
		found = examine(t, b, configPath)
		wantFound(t, found, "ok", "taken by the station that runs", "lines.door.front", "lines.button.bell", "lines.led", "sip.port")
		wantFound(t, found, "ok", "the station has been running", "service.running")
		wantRun(t, b, 0, "intercom door front", "devices")
		stop(t, p)
		wantEdges(t, "looked at", b, vboard.Relay1, 0)
		wantEdges(t, "looked at", b, vboard.Relay2, before)
	})
}
