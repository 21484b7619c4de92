package devices

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"intercom/board"
)

func TestList(t *testing.T) {
	lines := make([]board.Line, 28)
	lines[17] = board.Line{Name: "GPIO17", Used: true, Consumer: "intercom button bell"}
	lines[27] = board.Line{Name: "odd\x1b[31m"}
	l := New(Sources{
		Survey: board.Survey{
			Model:    "Raspberry Pi Zero 2 W Rev 1.0",
			Chips:    []board.Chip{{Path: "/dev/gpiochip0", Label: "pinctrl-bcm2835", Lines: lines}},
			Header:   []board.HeaderPin{{Pin: 6, Text: "ground"}, {Pin: 11, Text: "GPIO17", Line: "pinctrl-bcm2835:17"}},
			LEDs:     []string{"ACT"},
			ChipsErr: errors.New("/dev/gpiochip1: permission denied"),
		},
		Cards: func() ([]board.SoundInfo, error) {
			return []board.SoundInfo{{Name: "USB Audio", ID: "Device", Capture: []board.SoundFormat{{Rate: 48000, Channels: 1, Sample: "S16"}}}}, nil
		},
		Mixer: func(id string) ([]board.MixerControl, error) {
			if id != "Device" {
				t.Errorf("asked for the mixer of %q", id)
			}
			return []board.MixerControl{{Name: "Mic Capture Volume", Kind: "level", Values: []int{16}, Writable: true}}, nil
		},
	})
	line := l.Chips[0].Lines[17]
	if line.Address != "GPIO17" || line.Pin != 11 || line.TakenBy != "intercom button bell" || l.Chips[0].Lines[3].Address != "pinctrl-bcm2835:3" {
		t.Errorf("%+v", l.Chips[0].Lines)
	}
	var b strings.Builder
	if err := l.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Zero 2 W", `"led:ACT"`, `"GPIO17"`, "11", "intercom button bell", `card = "Device"`, "48000 Hz", `"Mic Capture Volume"`, "! /dev/gpiochip1"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, b.String())
		}
	}
	if strings.ContainsRune(b.String(), 0x1b) {
		t.Error("a name reaches the terminal as it is")
	}
}

// Where no header is known, a line goes by its name if that is of one line alone.
func TestAddressesWithoutAHeader(t *testing.T) {
	l := New(Sources{
		Survey: board.Survey{Chips: []board.Chip{
			{Label: "a", Lines: []board.Line{{Name: "BUTTON"}, {Name: "TWICE"}, {}}},
			{Label: "b", Lines: []board.Line{{Name: "TWICE"}}},
		}},
		Cards: func() ([]board.SoundInfo, error) { return nil, errors.New("no sound system") },
	})
	var got []string
	for _, c := range l.Chips {
		for _, line := range c.Lines {
			got = append(got, line.Address)
		}
	}
	if strings.Join(got, " ") != "BUTTON a:1 a:2 b:0" || len(l.Problems) != 1 {
		t.Errorf("%q, %q", got, l.Problems)
	}
	text, err := json.Marshal(l)
	if err != nil || strings.Contains(string(text), "null") {
		t.Errorf("%v: a list is null in %s", err, text)
	}
}
