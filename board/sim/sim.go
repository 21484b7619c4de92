// Package sim is a board without hardware. Its buttons, relays and light are the ones of every board, on lines in memory;
// its sound card is a pair of recordings, silence, or the computer's own. Whatever runs on it runs in a synctest bubble.
package sim

import (
	"fmt"
	"sync"
	"time"

	"intercom/board"
	"intercom/hw/memline"
	"intercom/hw/soundcard"

	"periph.io/x/conn/v3/gpio"
)

// Source is what the microphone of card "wav" hears: it fills dst and returns how many samples there were; the rest is
// silence.
type Source = soundcard.Source

// Sink gets what the loudspeaker of card "wav" plays.
type Sink = soundcard.Sink

// DefaultRate is that of the cards "wav" and "null", Hz.
const DefaultRate = 8000

// Config says what is wired to the simulated board. Model, lines and pulls in Board are not needed.
type Config struct {
	Board board.Config

	// Rate of the cards "wav" and "null", Hz. 0 is DefaultRate.
	Rate int

	// Microphone and Speaker are those of card "wav". Nil is silence, and nobody.
	Microphone Source
	Speaker    Sink
}

// Board is a simulated board with the hands, ears and eyes of whoever stands before it.
type Board struct {
	*board.Board
	lines *lines
}

// New builds a simulated board.
func New(cfg Config) (*Board, error) {
	cfg.Board.Model = "sim"
	l := &lines{cfg: cfg, buttons: map[string]*memline.Input{}, doors: map[string]*memline.Output{}, hold: map[string]*hold{}}
	b, err := board.New(cfg.Board, l)
	if err != nil {
		return nil, err
	}
	return &Board{b, l}, nil
}

// Press closes a button's contact until Release.
func (b *Board) Press(name string) error { return b.lines.contact(name, gpio.High, 0) }

// Release opens a button's contact.
func (b *Board) Release(name string) error { return b.lines.contact(name, gpio.Low, 0) }

// Hold closes a button's contact and returns at once; it opens after d by itself, or by Release before.
func (b *Board) Hold(name string, d time.Duration) error { return b.lines.contact(name, gpio.High, d) }

// DoorIsOpen says whether current flows to a door's opener. A door that does not exist is shut.
func (b *Board) DoorIsOpen(name string) bool {
	pin := b.lines.doors[name]
	return pin != nil && pin.Level() == gpio.High
}

// LED is the name of the pattern that the status light shows.
func (b *Board) LED() string { return b.Shown(board.StatusLight) }

// Lit says whether the status light shines at this moment.
func (b *Board) Lit() bool { return b.lines.light != nil && b.lines.light.Level() == gpio.High }

// lines is the board's hardware. The maps are filled while it is opened and only read later.
type lines struct {
	cfg     Config
	buttons map[string]*memline.Input
	doors   map[string]*memline.Output
	light   *memline.Output

	mu   sync.Mutex
	hold map[string]*hold
}

// hold is a contact that will open by itself.
type hold struct{ timer *time.Timer }

func (l *lines) Model() string { return "simulated board" }

func (l *lines) Input(in board.InputLine) (gpio.PinIn, error) {
	pin := memline.NewInput(in.Use)
	l.buttons[in.Name] = pin
	return pin, nil
}

func (l *lines) Output(out board.OutputLine) (gpio.PinOut, error) {
	pin := memline.NewOutput(out.Use, gpio.Low)
	if out.Name == "" {
		l.light = pin
	} else {
		l.doors[out.Name] = pin
	}
	return pin, nil
}

func (l *lines) Sound(c board.SoundConfig, fault func(error)) (board.Sound, error) {
	o := soundcard.PacedOptions{Name: c.Card, Rate: l.cfg.Rate}
	if o.Rate == 0 {
		o.Rate = DefaultRate
	}
	switch c.Card {
	case "none":
		return nil, nil
	case "wav":
		o.Microphone, o.Speaker = l.cfg.Microphone, l.cfg.Speaker
		return paced(o)
	case "null":
		return paced(o)
	}
	return board.OpenCard(c, l.cfg.Board.Log, fault)
}

func paced(o soundcard.PacedOptions) (board.Sound, error) {
	p, err := soundcard.NewPaced(o)
	if err != nil {
		return nil, err // not p: a nil *Paced would be a Sound
	}
	return p, nil
}

// contact closes or opens a button's contact; with an end it opens again by itself.
func (l *lines) contact(name string, to gpio.Level, end time.Duration) error {
	pin := l.buttons[name]
	if pin == nil {
		return fmt.Errorf("sim: no button is called %q", name)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if h := l.hold[name]; h != nil {
		h.timer.Stop()
		delete(l.hold, name)
	}
	pin.Set(to)
	if end > 0 {
		h := new(hold)
		h.timer = time.AfterFunc(end, func() { l.letGo(name, h) })
		l.hold[name] = h
	}
	return nil
}

// letGo opens a contact whose time is over, unless somebody has touched it since.
func (l *lines) letGo(name string, h *hold) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.hold[name] == h {
		delete(l.hold, name)
		l.buttons[name].Set(gpio.Low)
	}
}

func (l *lines) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, h := range l.hold {
		h.timer.Stop()
	}
	clear(l.hold)
	return nil
}
