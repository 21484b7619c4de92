package vboard_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"intercom/test/vboard"
)

// A configuration with a fault in its line 11 is told by the light, and moves no relay. The lines are written as chip and offset: of a
// light and a door that are written otherwise nobody knows whether they are one line.
func TestABrokenConfigurationBlinks(t *testing.T) {
	live(t, func(t testing.TB, arch vboard.Arch) {
		b := vboard.Boot(t, wired(t, arch, strings.Replace(byOffset(config), "pulse", "puls", 1)))
		p := b.Start(program, "run", "-config", configPath)
		p.Await(`puls`, soon)
		// A flash for each digit, 1.2 s of darkness between them and 3 s behind them.
		b.AwaitEdge(vboard.LED, 4, soon)
		for i, want := range []time.Duration{300 * time.Millisecond, 1200 * time.Millisecond, 300 * time.Millisecond, 3 * time.Second} {
			e := b.Edges(vboard.LED)
			if d := e[i+1].At.Sub(e[i].At); d < want*3/4 || d > want*3/2 {
				t.Errorf("the light's edges are%s: after number %d it takes %v, want %v", b.Story(vboard.LED), i, d, want)
			}
		}
		wantEdges(t, "with a broken configuration", b, vboard.Relay1, 0)
		stop(t, p)
		wantEdges(t, "with a broken configuration, at the end", b, vboard.Relay1, 0)
	})
}

// byOffset names lines by their chip and offset.
func byOffset(toml string) string {
	for l := vboard.Bell; l <= vboard.Tamper; l++ {
		toml = strings.ReplaceAll(toml, fmt.Sprintf("%q", l), fmt.Sprintf("%q", fmt.Sprintf("9030000.pl061:%d", l)))
	}
	return toml
}
