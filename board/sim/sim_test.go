package sim_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"intercom/board"
	"intercom/board/boardtest"
	"intercom/board/sim"
)

func newBoard(t *testing.T, cfg sim.Config) *sim.Board {
	t.Helper()
	b, err := sim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func TestSuite(t *testing.T) {
	boardtest.Run(t, func(t *testing.T, cfg board.Config) boardtest.Rig {
		b := newBoard(t, sim.Config{Board: cfg})
		return boardtest.Rig{
			Board: b.Board,
			Contact: func(name string, closed bool) {
				if err := b.Contact(name, closed); err != nil {
					t.Fatal(err)
				}
			},
			Current: b.DoorIsOpen,
			Lit:     b.Lit,
		}
	})
}

func oneOfEach() board.Config {
	return board.Config{
		Buttons: []board.ButtonConfig{{Name: "front"}},
		Doors:   []board.DoorConfig{{Name: "front"}},
		Sound:   board.SoundConfig{Card: "null"},
	}
}

func TestHoldLetsGoByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBoard(t, sim.Config{Board: oneOfEach()})
		if err := b.Hold("front", 300*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		down, up := <-b.Events(), <-b.Events()
		if down.Kind != board.ButtonDown || up.Kind != board.ButtonUp {
			t.Fatalf("events %v, %v", down.Kind, up.Kind)
		}
		if d := up.At.Sub(down.At); d != 270*time.Millisecond { // 300 ms + 50 ms to be sure - 80 ms until it counts
			t.Errorf("down for %v", d)
		}
	})
}

// A hand that comes back before the first hold is over has a hold of its own.
func TestPressDuringAHoldOutlastsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBoard(t, sim.Config{Board: oneOfEach()})
		if err := errors.Join(b.Hold("front", 200*time.Millisecond), b.Press("front")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if n := len(b.Events()); n != 1 {
			t.Errorf("%d events, want only the press", n)
		}
	})
}

// An input is pressed by what it stands for, whichever way its contact is wired.
func TestInputsArePressedByTheirMeaning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := oneOfEach()
		cfg.Inputs = []board.InputConfig{
			{Name: "closed", Use: board.UseTamper, Normally: "closed"},
			{Name: "open", Use: board.UseTamper, Normally: "open"},
		}
		b := newBoard(t, sim.Config{Board: cfg})
		time.Sleep(time.Second)
		for _, name := range []string{"closed", "open"} {
			if err := b.Hold(name, time.Second); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * time.Second)
		}
		synctest.Wait()
		var got []string
		for len(b.Events()) > 0 {
			e := <-b.Events()
			got = append(got, e.Kind.String()+" "+e.Name)
		}
		slices.Sort(got[:2])
		want := []string{"input off closed", "input off open", "input on closed", "input off closed", "input on open", "input off open"}
		if !slices.Equal(got, want) {
			t.Errorf("events %q, want %q", got, want)
		}
	})
}

func TestUnknownButtonsAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBoard(t, sim.Config{Board: oneOfEach()})
		for _, err := range []error{b.Press("bell"), b.Release("bell"), b.Hold("bell", time.Second), b.Contact("bell", true)} {
			if err == nil || !strings.Contains(err.Error(), `"bell"`) {
				t.Errorf("error %v does not name the button", err)
			}
		}
		if b.DoorIsOpen("cellar") {
			t.Error("a door that does not exist is open")
		}
	})
}

func TestFaultsOfAConfigAreAllTold(t *testing.T) {
	_, err := sim.New(sim.Config{Board: board.Config{
		Buttons: []board.ButtonConfig{{Name: "a", Pull: "sideways"}, {Name: "a"}},
		Doors:   []board.DoorConfig{{}},
		Sound:   board.SoundConfig{Card: "none", Speaker: "x.wav"},
	}})
	for _, part := range []string{`"sideways"`, "button.1.name", "door.0.name", "sound.speaker"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%s is missing in: %v", part, err)
		}
	}
}

type tape struct{ samples []int16 }

func (t *tape) Write(s []int16) error {
	t.samples = append(t.samples, s...)
	return nil
}

func TestWAVCardHearsAndRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		said := make([]int16, 1234)
		for i := range said {
			said[i] = int16(i + 1)
		}
		cfg, heard := oneOfEach(), &tape{}
		cfg.Sound.Card = "wav"
		b := newBoard(t, sim.Config{Board: cfg, Rate: 16000, Microphone: sim.Samples(said, false), Speaker: heard})
		if s := b.Sound(); s.Rate() != 16000 {
			t.Fatalf("the card is %v", s)
		}
		if err := b.Sound().Start(func(play, capture []int16) { copy(play, capture) }); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second + time.Millisecond)
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		if len(heard.samples) != 16000 || !slices.Equal(heard.samples[:1234], said) {
			t.Errorf("recorded %d samples of another tune", len(heard.samples))
		}
	})
}

func TestSamplesAgainAndAgain(t *testing.T) {
	dst := make([]int16, 7)
	if n := sim.Samples([]int16{1, 2, 3}, true).Read(dst); n != 7 || !slices.Equal(dst, []int16{1, 2, 3, 1, 2, 3, 1}) {
		t.Errorf("read %d: %v", n, dst)
	}
	if n := sim.Samples([]int16{1, 2, 3}, false).Read(dst); n != 3 {
		t.Errorf("read %d of 3", n)
	}
	if n := sim.Samples(nil, true).Read(dst); n != 0 {
		t.Errorf("read %d of nothing", n)
	}
}

func TestNoSoundAtAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := oneOfEach()
		cfg.Sound.Card = "none"
		if s := newBoard(t, sim.Config{Board: cfg}).Sound(); s != nil {
			t.Errorf("the card is %v", s)
		}
	})
}

// A door that rings and opens in silence, and says why, is better than none.
func TestACardThatCannotBeOpenedIsAFaultOfTheSoundOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBoard(t, sim.Config{Board: oneOfEach(), Rate: 1})
		if s := b.Sound(); s != nil {
			t.Errorf("the card is %v", s)
		}
		if e := <-b.Events(); e.Kind != board.Fault || e.Name != "sound" || !strings.Contains(e.Err.Error(), "1 Hz") {
			t.Errorf("the event is %+v, want a fault that names the rate", e)
		}
		if err := b.OpenDoor("front", time.Second); err != nil {
			t.Errorf("without sound the door does not open: %v", err)
		}
	})
}
