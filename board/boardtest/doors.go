package boardtest

import (
	"errors"
	"time"

	"intercom/hw/relay"
)

func (b *bench) relaysRest() {
	for _, door := range []string{"front", "gate"} {
		b.wantCurrent("after opening", door, false)
	}
	b.wantEvents("after opening")
	b.close()
	for _, door := range []string{"front", "gate"} {
		b.wantCurrent("after closing", door, false)
	}
}

func (b *bench) doorShutsItself() {
	for _, door := range []string{"front", "gate"} {
		b.open(door, 3*time.Second)
		b.wantCurrent("at once", door, true)
		b.wait(3*time.Second - time.Millisecond - 5*b.slack)
		b.wantCurrent("just before 3 s", door, true)
		b.wait(2*time.Millisecond + 5*b.slack)
		b.wantCurrent("after 3 s", door, false)
		b.wantEvents("one opening", "door opened "+door, "door closed "+door)
	}
}

func (b *bench) doorIsBounded() {
	for _, d := range []time.Duration{-1, 0, relay.MinPulse - 1, relay.MaxClosed + 1, 1<<63 - 1} {
		if err := b.Board.OpenDoor("front", d); err == nil {
			b.Errorf("OpenDoor for %v was accepted", d)
		}
		b.wantCurrent("after a refusal", "front", false)
	}
	for began := time.Now(); time.Since(began) < relay.MaxClosed; {
		_ = b.Board.OpenDoor("front", relay.MaxClosed)
		if err := b.Board.HoldDoor("front"); !errors.Is(err, relay.ErrMonostable) {
			b.Fatalf("HoldDoor of a monostable door: %v", err)
		}
		b.wait(100 * time.Millisecond)
	}
	b.wait(time.Millisecond)
	b.wantCurrent("after asking all the time for as long as is allowed", "front", false)
}

func (b *bench) doorIsHeld() {
	if err := b.Board.HoldDoor("gate"); err != nil {
		b.Fatal(err)
	}
	b.wait(b.ages)
	b.wantCurrent("after a long time", "gate", true)
	if err := b.Board.CloseDoor("gate"); err != nil {
		b.Fatal(err)
	}
	b.wantCurrent("after CloseDoor", "gate", false)
	b.wantEvents("held", "door opened gate", "door closed gate")
	if err := b.Board.HoldDoor("gate"); err != nil {
		b.Fatal(err)
	}
	b.wait(b.ages)
	b.close()
	b.wantCurrent("after closing the board", "gate", false)
}

func (b *bench) doorShutEarly() {
	b.open("front", 20*time.Second)
	b.wait(time.Second)
	if err := b.Board.CloseDoor("front"); err != nil {
		b.Fatal(err)
	}
	b.wantCurrent("after CloseDoor", "front", false)
	b.wantEvents("shut early", "door opened front", "door closed front")
}

func (b *bench) doorsAreApart() {
	b.open("front", 2*time.Second)
	b.wantCurrent("the other opens", "gate", false)
	b.wait(time.Second)
	b.open("gate", 5*time.Second)
	b.wait(1001 * time.Millisecond)
	b.wantCurrent("its time is over", "front", false)
	b.wantCurrent("its time is not over", "gate", true)
}

func (b *bench) closingShuts() {
	b.open("front", 20*time.Second)
	b.open("gate", 20*time.Second)
	b.wait(time.Second)
	b.close()
	b.wantCurrent("after closing", "front", false)
	b.wantCurrent("after closing", "gate", false)
	if err := b.Board.OpenDoor("front", time.Second); !errors.Is(err, relay.ErrClosed) {
		b.Errorf("OpenDoor on a closed board: %v", err)
	}
	b.wantCurrent("after asking a closed board", "front", false)
}

func (b *bench) unknownDoor() {
	for _, door := range []string{"", "Front", "cellar"} {
		if err := b.Board.OpenDoor(door, time.Second); err == nil {
			b.Errorf("OpenDoor(%q) was accepted", door)
		}
	}
	b.wantCurrent("after a refusal", "front", false)
	b.wantCurrent("after a refusal", "gate", false)
}
