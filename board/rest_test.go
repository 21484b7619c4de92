package board_test

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"intercom/board"
	"intercom/hw/gpioline"

	"periph.io/x/conn/v3/gpio"
)

var deadStation = []board.RelayLine{{Address: "pinctrl-bcm2711:22"}, {Address: "expander:3", ActiveLow: true}}

func TestRestDrivesEachLineToItsRestLevel(t *testing.T) {
	c := newChip()
	if err := board.RestWired(deadStation, 0, c.output); err != nil {
		t.Fatal(err)
	}
	for _, l := range deadStation {
		if o := c.out[l.Address]; o.physical() != gpio.Level(l.ActiveLow) || !o.Halted() {
			t.Errorf("%v: the level is %v, given back: %v", l, o.physical(), o.Halted())
		}
		if who := c.opts[l.Address].Consumer; who != "intercom rest" {
			t.Errorf("taken as %q", who)
		}
	}
}

// The kernel takes a line from a dead program a moment after its pipe is closed.
func TestRestWaitsForALineThatSomebodyHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newChip()
		begin := time.Now()
		slow := func(address string, o gpioline.Options) (gpio.PinOut, error) {
			if address == "expander:3" && time.Since(begin) < 300*time.Millisecond {
				return nil, fmt.Errorf("taken by %q: %w", "intercom door gate", syscall.EBUSY)
			}
			return c.output(address, o)
		}
		if err := board.RestWired(deadStation, time.Second, slow); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(begin); d > 350*time.Millisecond {
			t.Errorf("after %v", d)
		}
	})
}

func TestRestTellsOfEveryLineThatItDoesNotReach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newChip()
		gone := errors.New("no such chip")
		c.fail["pinctrl-bcm2711:22"], c.fail["expander:3"] = gone, syscall.EBUSY
		begin := time.Now()
		always := func(address string, o gpioline.Options) (gpio.PinOut, error) {
			delete(c.opts, address)
			return c.output(address, o)
		}
		err := board.RestWired(append(deadStation, board.RelayLine{Address: "third"}), time.Second, always)
		if !errors.Is(err, gone) || !errors.Is(err, syscall.EBUSY) || !strings.Contains(err.Error(), "expander:3") {
			t.Errorf("error: %v", err)
		}
		if c.out["third"] == nil {
			t.Error("the line that could be reached was not put to rest")
		}
		if d := time.Since(begin); d < time.Second || d > 1100*time.Millisecond {
			t.Errorf("gave up after %v", d)
		}
	})
}

func TestRelayLinesAsText(t *testing.T) {
	for _, l := range append(deadStation, board.RelayLine{Address: "RELAY=1"}) {
		if got, err := board.ParseRelayLine(l.String()); err != nil || got != l {
			t.Errorf("%q is read as %+v, %v", l.String(), got, err)
		}
	}
	for _, s := range []string{"", "active-low=", "GPIO17", "active_low=GPIO17"} {
		if l, err := board.ParseRelayLine(s); err == nil {
			t.Errorf("%q was read as %+v", s, l)
		}
	}
}

func FuzzParseRelayLine(f *testing.F) {
	f.Add("active-low=pinctrl-bcm2711:27")
	f.Add("active-high=GPIO17")
	f.Fuzz(func(t *testing.T, s string) {
		if l, err := board.ParseRelayLine(s); err == nil && l.String() != s {
			t.Errorf("%q is printed as %q", s, l)
		}
	})
}

func TestASimulatedBoardHasNoRelayLines(t *testing.T) {
	cfg := sluice()
	cfg.Model = "sim"
	if lines, err := board.RelayLines(cfg); len(lines) != 0 || err != nil {
		t.Errorf("%v, %v", lines, err)
	}
	cfg.Model = "linux"
	lines, err := board.RelayLines(cfg)
	if fmt.Sprint(lines) != "[active-high=GPIO22 active-high=GPIO23 active-low=GPIO24]" || err != nil {
		t.Errorf("%v, %v", lines, err)
	}
}
