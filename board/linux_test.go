package board_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"intercom/board"
	"intercom/board/boardtest"
	"intercom/hw/gpioline"
	"intercom/hw/memline"

	"go.uber.org/goleak"
	"periph.io/x/conn/v3/gpio"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// chip is a kernel with lines in memory: it gives each line to one user, drives an output to its rest level in the request,
// and inverts what is active low. What is at the pins is its physical levels.
type chip struct {
	fail map[string]error
	high map[string]bool // inputs that are high from the start
	in   map[string]*memline.Input
	out  map[string]*output
	opts map[string]gpioline.Options
}

type output struct {
	*memline.Output
	activeLow bool
}

func newChip() *chip {
	return &chip{map[string]error{}, map[string]bool{}, map[string]*memline.Input{}, map[string]*output{}, map[string]gpioline.Options{}}
}

func (c *chip) take(address string, o gpioline.Options) error {
	if taken, ok := c.opts[address]; ok {
		return fmt.Errorf("%s is taken by %q", address, taken.Consumer)
	}
	c.opts[address] = o
	return c.fail[address]
}

func (c *chip) input(address string, o gpioline.Options) (gpio.PinIn, error) {
	if err := c.take(address, o); err != nil {
		return nil, err
	}
	c.in[address] = memline.NewInput(address)
	c.in[address].Set(gpio.Level(c.high[address]))
	return c.in[address], nil
}

func (c *chip) output(address string, o gpioline.Options) (gpio.PinOut, error) {
	if err := c.take(address, o); err != nil {
		return nil, err
	}
	p := memline.NewOutput(address, o.Rest)
	c.out[address] = &output{p, o.ActiveLow}
	return p, nil
}

// physical is the level at the pin.
func (o *output) physical() gpio.Level { return o.Level() != gpio.Level(o.activeLow) }

func (c *chip) wire(t *testing.T, cfg board.Config) *board.Board {
	t.Helper()
	b, err := board.OpenWired(cfg, c.input, c.output)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func TestSuite(t *testing.T) {
	boardtest.Run(t, func(t *testing.T, cfg board.Config) boardtest.Rig {
		c := newChip()
		buttons := map[string]string{"front": "pinctrl-bcm2711:17", "garden": "pinctrl-bcm2711:27"}
		buttons["shut"], buttons["exit"], buttons["lid"] = "pinctrl-bcm2711:12", "pinctrl-bcm2711:13", "pinctrl-bcm2711:16"
		c.high["pinctrl-bcm2711:12"] = true
		cfg.Inputs[0].Line, cfg.Inputs[1].Line, cfg.Inputs[2].Line = "GPIO12", "pin 33", "pin 36"
		doors := map[string]string{"front": "pinctrl-bcm2711:22", "gate": "expander:3"}
		cfg.Buttons[0].Line, cfg.Buttons[1].Line = "pin 11", "GPIO27"
		cfg.Doors[0].Relay, cfg.Doors[1].Relay = "GPIO22", "expander:3"
		cfg.LED.Line = "pinctrl-bcm2711:5"
		return boardtest.Rig{
			Board:   c.wire(t, cfg),
			Contact: func(button string, closed bool) { c.in[buttons[button]].Set(gpio.Level(closed)) },
			Current: func(door string) bool {
				o := c.out[doors[door]]
				return o.physical() == gpio.Level(!o.activeLow)
			},
			Lit: func() bool { return c.out["pinctrl-bcm2711:5"].Level() == gpio.High },
		}
	})
}

func wired() board.Config {
	return board.Config{
		Buttons: []board.ButtonConfig{
			{Name: "front", Line: "pin 11", ActiveLow: true},
			{Name: "garden", Line: "GPIO27"},
			{Name: "float", Line: "GPIO5", Pull: "off"},
			{Name: "kept", Line: "GPIO6", Pull: "keep", ActiveLow: true},
		},
		Doors: []board.DoorConfig{{Name: "front", Relay: "GPIO22", ActiveLow: true}},
		Inputs: []board.InputConfig{
			{Name: "shut", Line: "GPIO12", Use: board.UseContact, Door: "front", ActiveLow: true},
			{Name: "exit", Line: "GPIO13", Use: board.UseExit, Door: "front", Pull: "off"},
		},
		LED:   board.LEDConfig{Line: "EXTRA_LED"},
		Sound: board.SoundConfig{Card: "none"},
	}
}

func TestWhatTheKernelIsAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newChip()
		b := c.wire(t, wired())
		for address, want := range map[string]gpioline.Options{
			"pinctrl-bcm2711:17": {Consumer: "intercom button front", ActiveLow: true, Pull: gpio.PullUp, Edge: gpio.BothEdges, Debounce: time.Millisecond},
			"pinctrl-bcm2711:27": {Consumer: "intercom button garden", Pull: gpio.PullDown, Edge: gpio.BothEdges, Debounce: time.Millisecond},
			"pinctrl-bcm2711:5":  {Consumer: "intercom button float", Pull: gpio.Float, Edge: gpio.BothEdges, Debounce: time.Millisecond},
			"pinctrl-bcm2711:6":  {Consumer: "intercom button kept", ActiveLow: true, Edge: gpio.BothEdges, Debounce: time.Millisecond},
			"pinctrl-bcm2711:12": {Consumer: "intercom input shut", ActiveLow: true, Pull: gpio.PullUp, Edge: gpio.BothEdges, Debounce: time.Millisecond},
			"pinctrl-bcm2711:13": {Consumer: "intercom input exit", Pull: gpio.Float, Edge: gpio.BothEdges, Debounce: time.Millisecond},
			"pinctrl-bcm2711:22": {Consumer: "intercom door front", ActiveLow: true, Rest: gpio.Low},
			"EXTRA_LED":          {Consumer: "intercom led", Rest: gpio.Low},
		} {
			if got, ok := c.opts[address]; !ok || got != want {
				t.Errorf("%s was asked for with %+v, want %+v", address, got, want)
			}
		}
		if b.Sound() != nil {
			t.Error("card none is a card")
		}
	})
}

// An active-low relay has current at a low level; at rest, before and after, its pin is high.
func TestActiveLowDoorRestsHigh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newChip()
		b := c.wire(t, wired())
		pin := c.out["pinctrl-bcm2711:22"]
		if pin.physical() != gpio.High {
			t.Error("at rest the pin is low")
		}
		if err := b.OpenDoor("front", time.Second); err != nil {
			t.Fatal(err)
		}
		if pin.physical() != gpio.Low {
			t.Error("open, the pin is high")
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		if pin.physical() != gpio.High {
			t.Error("closed, the pin is low")
		}
	})
}

// An LED that the kernel drives is a light, and never a relay.
func TestAnLEDOfTheKernelIsALight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := wired()
		cfg.LED.Line = "led:ACT"
		c := newChip()
		b := c.wire(t, cfg)
		if err := b.Light(board.StatusLight, "ready"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if c.out["led:ACT"].Level() != gpio.High {
			t.Error("it does not shine")
		}
		cfg.LED.ActiveLow = true
		if faults := cfg.Check(); len(faults) != 1 || faults[0].Path != "led.active_low" {
			t.Errorf("active low: %v", faults)
		}
	})
}

func TestALightIsNotNeeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := wired()
		cfg.LED = board.LEDConfig{}
		b := newChip().wire(t, cfg)
		if err := b.Light(board.StatusLight, "ready"); err != nil {
			t.Error(err)
		}
		if err := b.Light(board.StatusLight, "disco"); err == nil {
			t.Error("an unknown pattern was accepted")
		}
	})
}

func TestAllThatFailsIsToldAndNothingIsLeftOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newChip()
		gone, held := errors.New("chip is gone"), errors.New("held by spi0")
		c.fail["EXTRA_LED"], c.fail["pinctrl-bcm2711:27"] = gone, held
		_, err := board.OpenWired(wired(), c.input, c.output)
		if !errors.Is(err, gone) || !errors.Is(err, held) {
			t.Fatalf("error: %v", err)
		}
		for _, part := range []string{"led: ", "button garden: "} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q is missing in: %v", part, err)
			}
		}
		if !c.out["pinctrl-bcm2711:22"].Halted() {
			t.Error("the door's line is still held")
		}
	})
}

// The same line by two of its names: the second one is told who has it.
func TestOneLineForTwoUsesIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := wired()
		cfg.Buttons[1].Line = "GPIO17"
		c := newChip()
		if _, err := board.OpenWired(cfg, c.input, c.output); err == nil || !strings.Contains(err.Error(), `taken by "intercom button front"`) {
			t.Errorf("error: %v", err)
		}
	})
}

// next is the next event that is not about an input.
func next(b *board.Board) board.Event {
	for e := range b.Events() {
		if e.Kind != board.InputOn && e.Kind != board.InputOff {
			return e
		}
	}
	return board.Event{}
}

// Attack on the wires: a relay that stops obeying is reported, and Close says that it may be closed.
func TestARelayThatDoesNotObeyIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newChip()
		b := c.wire(t, wired())
		pin := c.out["pinctrl-bcm2711:22"]
		if err := b.OpenDoor("front", time.Second); err != nil {
			t.Fatal(err)
		}
		stuck := errors.New("i/o error")
		pin.Fail(func(gpio.Level) error { return stuck })
		if e := next(b); e.Kind != board.DoorOpened {
			t.Fatalf("first event is %v", e.Kind)
		}
		if e := next(b); e.Kind != board.Fault || e.Name != "front" || !errors.Is(e.Err, stuck) {
			t.Fatalf("then %v of %s: %v", e.Kind, e.Name, e.Err)
		}
		if err := b.Close(); !errors.Is(err, stuck) {
			t.Errorf("Close: %v", err)
		}
	})
}
