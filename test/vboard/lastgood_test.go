package vboard_test

import (
	"strings"
	"testing"

	"intercom/test/vboard"
)

// A file that somebody has broken on the card is told, and the station goes on with the configuration that was good last.
func TestTheLastGoodConfigurationRuns(t *testing.T) {
	live(t, func(t testing.TB, arch vboard.Arch) {
		o := wired(t, arch, byOffset(config))
		o.Files = append(o.Files, vboard.File{Path: "/broken.toml", Text: strings.Replace(byOffset(config), "pulse", "puls", 1)})
		b := vboard.Boot(t, o)
		phone := telephone(b, "-auto")
		p := station(b)
		ring(b, phone) // what was good is kept by then
		stop(t, p)
		wantBench(t, b, "copy", "/broken.toml", configPath)
		p = b.Start(program, "run", "-config", configPath)
		p.Await("The station goes on with the configuration that was good last.", soon)
		p.Await("the station starts", soon)
		closed := openDoor(b, phone)
		if n := len(b.Edges(vboard.Relay1)); !closed.High || n != 1 {
			t.Errorf("the relay did not close:%s", b.Story(vboard.Relay1))
		}
	})
}
