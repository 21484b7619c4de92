package sim_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"intercom/board"
	"intercom/board/sim"
)

// Whoever watches over the relays knows each by its place among the doors.
func TestRelaysTellHowTheyDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := make(chan string, 10)
		b := newBoard(t, sim.Config{Board: board.Config{
			Doors:   []board.DoorConfig{{Name: "front", Relay: "GPIO1"}, {Name: "gate", Relay: "GPIO2", Kind: board.Bistable}},
			OnRelay: func(door int, s board.RelayState) { told <- fmt.Sprint(door, s) },
		}})
		if err := b.HoldDoor("gate"); err != nil {
			t.Fatal(err)
		}
		if err := b.OpenDoor("front", board.SignEvery/2); err != nil {
			t.Fatal(err)
		}
		time.Sleep(board.SignEvery * 3 / 4)
		if err := b.CloseDoor("gate"); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"1 2", "0 1", "0 0", "1 0"} { // held, pulsed, at rest, at rest
			if got := <-told; got != want {
				t.Errorf("told %s, want %s", got, want)
			}
		}
	})
}
