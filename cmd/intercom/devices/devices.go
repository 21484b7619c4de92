// Package devices lists what a station may be wired to: the lines of the GPIO chips, with the pin of the header and with who
// has taken them, and the sound cards with what they can do and how their mixers are set: "intercom devices".
package devices

import (
	"fmt"

	"intercom/board"
)

// Schema is the number of the form of List as JSON. It changes when a field goes or changes its meaning, not when one is added.
const Schema = 1

// List is everything.
type List struct {
	Schema   int      `json:"schema"`
	Model    string   `json:"model"` // empty if nothing tells
	Chips    []Chip   `json:"chips"`
	Lights   []string `json:"lights"` // of the board itself, as they may be written in a configuration
	Cards    []Card   `json:"cards"`
	Problems []string `json:"problems"` // what could not be looked at, and why
}

// Chip is one GPIO chip.
type Chip struct {
	Label string `json:"label"`
	Path  string `json:"path"`
	Lines []Line `json:"lines"`
}

// Line is one line of a chip.
type Line struct {
	Offset  int    `json:"offset"`
	Name    string `json:"name"`    // the kernel's; empty if it has none
	Address string `json:"address"` // as it may be written in a configuration
	Pin     int    `json:"pin"`     // of the header; 0 if it is on none, or the header is not known
	TakenBy string `json:"taken_by"`
}

// Card is one sound card.
type Card struct {
	Name        string    `json:"name"`
	ID          string    `json:"id"` // as it may be written in a configuration; empty if it has none
	Default     bool      `json:"default"`
	Microphone  string    `json:"microphone"`
	Loudspeaker string    `json:"loudspeaker"`
	Mixer       []Control `json:"mixer"`
}

// Control is one volume, switch or choice of a card's mixer.
type Control struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"` // "level", "switch", "choice" or "other"
	Value    string `json:"value"`
	Writable bool   `json:"writable"`
}

// Sources are where the facts come from.
type Sources struct {
	Survey board.Survey
	Cards  func() ([]board.SoundInfo, error)
	Mixer  func(id string) ([]board.MixerControl, error)
}

// New puts the list together.
func New(s Sources) List {
	l := List{Schema: Schema, Model: s.Survey.Model, Chips: chips(s.Survey), Lights: []string{}, Cards: []Card{}, Problems: []string{}}
	l.failed(s.Survey.ChipsErr)
	for _, name := range s.Survey.LEDs {
		l.Lights = append(l.Lights, "led:"+name)
	}
	cards, err := s.Cards()
	l.failed(err)
	for _, c := range cards {
		one := Card{Name: c.Name, ID: c.ID, Default: c.Default, Microphone: board.SoundSummary(c.Capture), Loudspeaker: board.SoundSummary(c.Playback), Mixer: []Control{}}
		if c.ID != "" {
			controls, err := s.Mixer(c.ID)
			l.failed(err)
			for _, m := range controls {
				one.Mixer = append(one.Mixer, Control{m.Name, string(m.Kind), m.Value(), m.Writable})
			}
		}
		l.Cards = append(l.Cards, one)
	}
	return l
}

func (l *List) failed(err error) {
	if err != nil {
		l.Problems = append(l.Problems, err.Error())
	}
}

// chips lists the lines, with the simplest address that means one alone.
func chips(s board.Survey) []Chip {
	pins := map[string]board.HeaderPin{}
	for _, p := range s.Header {
		if p.Line != "" {
			pins[p.Line] = p
		}
	}
	named := map[string]int{}
	for _, c := range s.Chips {
		for _, l := range c.Lines {
			named[l.Name]++
		}
	}
	all := []Chip{}
	for _, c := range s.Chips {
		chip := Chip{Label: c.Label, Path: c.Path, Lines: []Line{}}
		for i, l := range c.Lines {
			address := fmt.Sprintf("%s:%d", c.Label, i)
			line := Line{Offset: i, Name: l.Name, Address: address, TakenBy: l.Holder()}
			if pin, ok := pins[address]; ok {
				line.Pin, line.Address = pin.Pin, pin.Text
			} else if l.Name != "" && named[l.Name] == 1 && len(s.Header) == 0 {
				line.Address = l.Name
			}
			chip.Lines = append(chip.Lines, line)
		}
		all = append(all, chip)
	}
	return all
}
