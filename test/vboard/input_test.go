package vboard_test

import (
	"testing"

	"intercom/test/vboard"
)

// inputs are the contacts of a door: shut, nobody at the button inside, the housing closed, when all lines are low.
const inputs = `
[[input]]
name = "reed"
line = "CONTACT"
use = "contact"
door = "front"
active_low = true

[[input]]
name = "inside"
line = "EXIT"
use = "exit"
door = "front"

[[input]]
name = "housing"
line = "TAMPER"
use = "tamper"
active_low = true
`

// The button inside opens, and whoever opens the housing shuts all doors, to codes too; a door that moves by itself is told.
func TestContactExitButtonAndHousing(t *testing.T) {
	live(t, func(t testing.TB, arch vboard.Arch) {
		b := vboard.Boot(t, wired(t, arch, long()+inputs))
		phone := telephone(b, "-auto")
		p := station(b)

		b.Set(vboard.Contact, true)
		p.Await("the door was opened by force", soon)
		b.Set(vboard.Contact, false)
		wantEdges(t, "forced", b, vboard.Relay1, 0)

		ring(b, phone)
		phone.Await(`"event":"answered"`, soon)
		b.Set(vboard.Exit, true)
		b.AwaitEdge(vboard.Relay1, 0, soon)
		b.Set(vboard.Exit, false)
		b.Set(vboard.Tamper, true)
		p.Await("the housing was opened", soon)
		if e := b.AwaitEdge(vboard.Relay1, 1, soon); e.High {
			t.Errorf("the relay is closed with the housing open:%s", b.Story(vboard.Relay1))
		}
		phone.Input("dtmf 73914#")
		p.Await("the door stays shut", soon)
		b.Set(vboard.Tamper, false)
		p.Await("the housing is closed", soon)
		phone.Input("dtmf 73914#")
		p.Await("the door stays shut", soon)
		wantEdges(t, "after the housing was opened", b, vboard.Relay1, 2)
	})
}
