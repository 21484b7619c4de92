package sim

import (
	"testing"
	"testing/synctest"
	"time"

	"intercom/board"
)

// A door that is open while the card is renewed stays open for its time, and the new card plays.
func TestRenewingTheSoundTouchesNoDoor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := board.Config{Doors: []board.DoorConfig{{Name: "front"}}, Sound: board.SoundConfig{Card: "null"}}
		b, err := New(Config{Board: cfg})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		if err := b.OpenDoor("front", 3*time.Second); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			periods := 0
			if err := b.Sound().Start(func(_, _ []int16) { periods++ }); err != nil {
				t.Fatal(err)
			}
			time.Sleep(500 * time.Millisecond)
			if err := b.RenewSound(cfg.Sound); err != nil {
				t.Fatal(err)
			}
			if periods < 40 || !b.DoorIsOpen("front") {
				t.Fatalf("%d periods played, the door is open: %v", periods, b.DoorIsOpen("front"))
			}
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if b.DoorIsOpen("front") {
			t.Error("the door is open after its time")
		}
		if err := b.RenewSound(board.SoundConfig{Card: "none"}); err != nil || b.Sound() != nil {
			t.Errorf("%v, %v: want no sound", b.Sound(), err)
		}
		if err := b.RenewSound(cfg.Sound); err != nil || b.Sound() == nil {
			t.Errorf("%v, %v: want sound", b.Sound(), err)
		}
	})
}
