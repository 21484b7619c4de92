package board

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"intercom/hw/button"
	"intercom/hw/led"
)

// Board is one door station's hardware. It may be used by several goroutines.
type Board struct {
	Model string // for people

	hw      Hardware
	log     *slog.Logger
	events  events
	buttons []*Button
	inputs  []*Input
	doors   []*Door
	lock    *interlock
	led     *led.LED // nil: there is none
	sound   Sound    // nil: there is none
	once    sync.Once
	err     error // of Close
}

// Button is one call button.
type Button struct {
	Name string
	*button.Button
}

// New opens what a Config says on some hardware, which it owns from then on. Relays are put to rest before anything else. All
// that cannot be opened is told at once, and then nothing is left open.
func New(cfg Config, hw Hardware) (*Board, error) {
	b := &Board{Model: hw.Model(), hw: hw, log: cfg.logger(), lock: newInterlock(cfg.Doors)}
	b.events.init(b.log)
	var errs []error
	for _, f := range cfg.Check() {
		errs = append(errs, fmt.Errorf("board: %w", f))
	}
	if errs == nil {
		errs = b.open(cfg)
	}
	if len(errs) > 0 {
		return nil, errors.Join(append(errs, b.Close())...)
	}
	return b, nil
}

// open opens the parts: what could do harm first, what tells of events last.
func (b *Board) open(cfg Config) []error {
	var errs []error
	failed := func(what string, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("board: %s: %w", what, err))
		}
	}
	for i, c := range cfg.Doors {
		var onState func(RelayState)
		if cfg.OnRelay != nil {
			onState = func(s RelayState) { cfg.OnRelay(i, s) }
		}
		failed("door "+c.Name, b.openDoor(c, onState))
	}
	failed("led", b.openLED(cfg.LED))
	b.openSound(cfg.Sound)
	for _, c := range cfg.Inputs {
		failed("input "+c.Name, b.openInput(c))
	}
	for _, c := range cfg.Buttons {
		failed("button "+c.Name, b.openButton(c))
	}
	return errs
}

func (b *Board) openLED(c LEDConfig) error {
	pin, err := b.hw.Output(OutputLine{Use: "led", Line: c.Line, ActiveLow: c.ActiveLow})
	if pin == nil || err != nil {
		return err
	}
	if b.led, err = led.New(pin, led.Options{OnFault: func(err error) { b.fault("led", err) }}); err != nil {
		return errors.Join(err, pin.Halt())
	}
	return nil
}

// openSound leaves the board without sound if the card cannot be opened: a door that rings and opens in silence, and says
// why, is better than none.
func (b *Board) openSound(c SoundConfig) {
	fault := func(err error) {
		if err == nil {
			b.events.emit(Event{At: time.Now(), Kind: Mended, Name: SoundPart})
			return
		}
		b.fault(SoundPart, err)
	}
	sound, err := b.hw.Sound(c, fault)
	if err != nil {
		fault(err)
		return
	}
	b.sound = sound
}

func (b *Board) openButton(c ButtonConfig) error {
	pin, err := b.hw.Input(InputLine{Use: "button " + c.Name, Name: c.Name, Line: c.Line, ActiveLow: c.ActiveLow, Pull: pull(c.Pull, c.ActiveLow)})
	if err != nil {
		return err
	}
	w := button.Watch(pin, button.Options{
		Stable:   orDefault(c.Debounce, DefaultDebounce),
		Shortest: orDefault(c.ShortestPress, DefaultShortestPress),
		OnEvent:  func(e button.Event) { b.pressed(c.Name, e) },
		OnFault:  func(err error) { b.fault(c.Name, err) },
	})
	b.buttons = append(b.buttons, &Button{c.Name, w})
	return nil
}

func (b *Board) pressed(name string, e button.Event) {
	kinds := [...]Kind{button.Pressed: ButtonDown, button.Released: ButtonUp, button.Stuck: ButtonStuck}
	b.events.emit(Event{At: e.At, Kind: kinds[e.Kind], Name: name})
}

func (b *Board) fault(name string, err error) {
	b.events.emit(Event{At: time.Now(), Kind: Fault, Name: name, Err: err})
}

// Events is what happens on the board, in order. Close closes it. Whoever does not read loses events, not the board.
func (b *Board) Events() <-chan Event { return b.events.ch }

// Buttons lists the call buttons, for their counters.
func (b *Board) Buttons() []*Button { return slices.Clone(b.buttons) }

// Inputs lists the other inputs, for their counters.
func (b *Board) Inputs() []*Input { return slices.Clone(b.inputs) }

// Sound is the sound card, nil if the board has none. The board closes it.
func (b *Board) Sound() Sound { return b.sound }

// StatusLight is the name of the light that every board has.
const StatusLight = "status"

// Light shows a pattern, one of Patterns, on a light. On a board without the light it only checks the names.
func (b *Board) Light(name, pattern string) error {
	if name != StatusLight {
		return fmt.Errorf("board: no light is called %q; there is: %s", name, StatusLight)
	}
	if b.led == nil {
		_, err := led.Lookup(pattern)
		return err
	}
	return b.led.Show(pattern)
}

// FaultPattern is the pattern of a fault in the configuration: it blinks the digits of the line at fault, 0 where no line
// is. Light shows it, also on a board of which only the light could be opened.
func FaultPattern(line int) string { return led.Fault(line) }

// Shown is the name of the pattern on a light, "off" if there is no such light.
func (b *Board) Shown(name string) string {
	if name != StatusLight || b.led == nil {
		return led.Off
	}
	return b.led.Shown()
}

// Close puts all doors to rest, then ends the rest, and waits until all is quiet. An error of a door says that it may be
// open still.
func (b *Board) Close() error {
	b.once.Do(func() { b.err = b.close() })
	return b.err
}

func (b *Board) close() error {
	var errs []error
	for _, d := range b.doors {
		errs = append(errs, d.Close())
	}
	for _, w := range b.buttons {
		errs = append(errs, w.Close())
	}
	for _, w := range b.inputs {
		errs = append(errs, w.Close())
	}
	if b.sound != nil {
		errs = append(errs, b.sound.Close())
	}
	if b.led != nil {
		errs = append(errs, b.led.Close())
	}
	errs = append(errs, b.hw.Close())
	b.events.close()
	return errors.Join(errs...)
}
