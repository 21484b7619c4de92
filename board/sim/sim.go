// Package sim is a board without hardware. Its buttons, inputs, relays and light are the ones of every board, on lines in memory;
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
	l := &lines{cfg: cfg, contacts: map[string]*contact{}, doors: map[string]*memline.Output{}, hold: map[string]*hold{}}
	b, err := board.New(cfg.Board, l)
	if err != nil {
		return nil, err
	}
	return &Board{b, l}, nil
}

// Press presses a button until Release. For an input it makes true what the input stands for: the door is open, the exit button
// pressed, the housing open.
func (b *Board) Press(name string) error { return b.lines.press(name, true, 0) }

// Release lets a button go, and an input be at rest.
func (b *Board) Release(name string) error { return b.lines.press(name, false, 0) }

// Hold presses a button, or an input, and returns at once; after d it lets go by itself, or by Release before.
func (b *Board) Hold(name string, d time.Duration) error { return b.lines.press(name, true, d) }

// Contact closes or opens the contact of a button or an input, as it is wired.
func (b *Board) Contact(name string, closed bool) error {
	c := b.lines.contacts[name]
	if c == nil {
		return noContact(name)
	}
	return b.lines.press(name, closed != bool(c.rest), 0)
}

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
	cfg      Config
	contacts map[string]*contact
	doors    map[string]*memline.Output
	light    *memline.Output

	mu   sync.Mutex
	hold map[string]*hold
}

// contact is that of a button or an input; high is closed.
type contact struct {
	*memline.Input
	rest gpio.Level
}

// press sets the contact to what it is while it is pressed, or at rest.
func (c *contact) press(pressed bool) { c.Set(c.rest != gpio.Level(pressed)) }

// hold is a press that will end by itself.
type hold struct{ timer *time.Timer }

func (l *lines) Model() string { return "simulated board" }

func (l *lines) Input(in board.InputLine) (gpio.PinIn, error) {
	c := &contact{memline.NewInput(in.Use), in.Rest}
	c.press(false)
	l.contacts[in.Name] = c
	return c.Input, nil
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
	return board.SteadyCard(c, l.cfg.Board.Log, fault)
}

func paced(o soundcard.PacedOptions) (board.Sound, error) {
	p, err := soundcard.NewPaced(o)
	if err != nil {
		return nil, err // not p: a nil *Paced would be a Sound
	}
	return p, nil
}

func noContact(name string) error { return fmt.Errorf("sim: no button or input is called %q", name) }

// press presses or lets go; with an end it lets go again by itself.
func (l *lines) press(name string, pressed bool, end time.Duration) error {
	c := l.contacts[name]
	if c == nil {
		return noContact(name)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if h := l.hold[name]; h != nil {
		h.timer.Stop()
		delete(l.hold, name)
	}
	c.press(pressed)
	if end > 0 {
		h := new(hold)
		h.timer = time.AfterFunc(end, func() { l.letGo(name, h) })
		l.hold[name] = h
	}
	return nil
}

// letGo ends a press whose time is over, unless somebody has touched it since.
func (l *lines) letGo(name string, h *hold) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.hold[name] == h {
		delete(l.hold, name)
		l.contacts[name].press(false)
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
