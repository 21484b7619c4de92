package vboard_test

import (
	"strings"
	"testing"
	"time"

	"intercom/test/vboard"
)

// What is nearly the code moves nothing; the code does.
func TestAWrongCodeMovesNothing(t *testing.T) {
	live(t, func(t testing.TB, arch vboard.Arch) {
		b := vboard.Boot(t, wired(t, arch, config))
		phone := telephone(b, "-auto")
		p := station(b)
		ring(b, phone)
		phone.Await(`"event":"answered"`, soon)
		for _, wrong := range []string{"00000#", "7391#", "73915#"} {
			phone.Input("dtmf " + wrong)
		}
		for range 3 {
			p.Await("wrong code", soon)
		}
		wantEdges(t, "after wrong codes", b, vboard.Relay1, 0)
		phone.Input("dtmf 73914#")
		b.AwaitEdge(vboard.Relay1, 0, soon)
	})
}

// Whoever types the code again and again gets no more than the 30 s that a relay may be closed.
func TestNoCodesKeepTheRelayClosed(t *testing.T) {
	live(t, func(t testing.TB, arch vboard.Arch) {
		toml := strings.Replace(config, `pulse = "1s"`, `pulse = "30s"`, 1) + "\n[station]\nhang_up_after_opening = \"0s\"\n"
		b := vboard.Boot(t, wired(t, arch, toml))
		phone := telephone(b, "-auto")
		station(b)
		closed := openDoor(b, phone)
		each, late := time.NewTicker(2*time.Second), time.After(time.Minute)
		defer each.Stop()
		for len(b.Edges(vboard.Relay1)) < 2 {
			select {
			case <-each.C:
				phone.Input("dtmf 73914#")
			case <-late:
				t.Fatal("the relay is closed for a minute")
			}
		}
		opened := b.AwaitEdge(vboard.Relay1, 1, soon)
		const most = 30*time.Second + 250*time.Millisecond // for the way from the kernel through QEMU to this clock
		if d := opened.At.Sub(closed.At); opened.High || d > most || d < 25*time.Second {
			t.Errorf("closed for %v:%s", d, b.Story(vboard.Relay1))
		}
		t.Logf("closed for %v", opened.At.Sub(closed.At))
	})
}
