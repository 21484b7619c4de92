package mixer

import (
	"fmt"
	"strings"
)

// Kind is what a control is.
type Kind string

// The kinds of controls.
const (
	Switch Kind = "switch"
	Level  Kind = "level"
	Choice Kind = "choice"
	Other  Kind = "other" // which cannot be set here
)

// Control is one of a card's, with its value when it was asked.
type Control struct {
	// Name is the kernel's, such as "Speaker Playback Volume"; the second of a name has ",1" behind it.
	Name string

	Kind     Kind
	Writable bool

	// Values are one for each channel: a level, 0 or 1 for a switch, the index of a choice. None if it cannot be read.
	Values []int

	Min, Max int      // of a level
	Items    []string // of a choice

	id    elementID
	count int // of channels
	scale scale
}

// Value is what the control is set to, for people: "on", "109 (-12 dB)", "Stereo"; channel by channel if they differ.
func (c Control) Value() string {
	if len(c.Values) == 0 {
		return "unknown"
	}
	words := make([]string, len(c.Values))
	same := true
	for i, v := range c.Values {
		words[i] = c.word(v)
		same = same && v == c.Values[0]
	}
	if same {
		return words[0]
	}
	return strings.Join(words, ", ")
}

func (c Control) word(v int) string {
	switch {
	case c.Kind == Switch && v == 0:
		return "off"
	case c.Kind == Switch:
		return "on"
	case c.Kind == Choice && v >= 0 && v < len(c.Items):
		return c.Items[v]
	case c.scale != nil:
		return fmt.Sprintf("%d (%s)", v, Decibels(c.scale.decibels(v)))
	}
	return fmt.Sprint(v)
}

// Range is what the control can be set to, for people: "off or on", "0 to 127 (silent to 6 dB)", `"Stereo" or "Mono"`.
func (c Control) Range() string {
	switch c.Kind {
	case Switch:
		return "off or on"
	case Choice:
		return `"` + strings.Join(c.Items, `" or "`) + `"`
	case Level:
		levels := fmt.Sprintf("%d to %d", c.Min, c.Max)
		if c.scale == nil {
			return levels
		}
		return fmt.Sprintf("%s (%s to %s)", levels, Decibels(c.scale.decibels(c.Min)), Decibels(c.scale.decibels(c.Max)))
	}
	return "cannot be set here"
}

// maxItems bounds what a driver may call the names of a choice.
const maxItems = 1024

// control asks for everything about an element.
func (c *Card) control(id elementID) (Control, error) {
	info := elementInfo{id: id}
	if err := c.device.info(&info); err != nil {
		return Control{}, fmt.Errorf("mixer: %s: %q cannot be asked what it is: %w", c.ID, nameOf(id), err)
	}
	o := Control{Name: nameOf(id), Kind: Other, id: id, count: min(int(info.count), most),
		Writable: info.access&accessWrite != 0 && info.access&accessLock == 0}
	var err error
	switch info.kind {
	case typeBoolean:
		o.Kind = Switch
	case typeInteger:
		o.Kind = Level
		o.Min, o.Max = info.longs()[0], info.longs()[1]
		o.scale = c.scale(info, o)
	case typeEnumerated:
		o.Kind = Choice
		o.Items, err = c.items(info)
	}
	if err == nil && o.Kind != Other && info.access&accessRead != 0 {
		o.Values, err = c.values(o)
	}
	return o, err
}

// items asks for the names of a choice, one by one as the kernel has it.
func (c *Card) items(info elementInfo) ([]string, error) {
	all := make([]string, min(info.item().items, maxItems))
	for i := range all {
		info.item().item = uint32(i)
		if err := c.device.info(&info); err != nil {
			return nil, fmt.Errorf("mixer: %s: %q cannot be asked for its choices: %w", c.ID, nameOf(info.id), err)
		}
		all[i] = text(info.item().name[:])
	}
	return all, nil
}

func (c *Card) values(o Control) ([]int, error) {
	v := elementValue{id: o.id}
	if err := c.device.read(&v); err != nil {
		return nil, fmt.Errorf("mixer: %s: %q cannot be read: %w", c.ID, o.Name, err)
	}
	all := make([]int, o.count)
	for i := range all {
		if o.Kind == Choice {
			all[i] = int(v.items()[i])
		} else {
			all[i] = v.longs[i]
		}
	}
	return all, nil
}

// scale asks for the decibels of a level. A driver that tells them wrongly tells none.
func (c *Card) scale(info elementInfo, o Control) scale {
	if info.access&accessTLVRead == 0 {
		return nil
	}
	data := make([]uint32, 1024) // as alsa-lib allows
	if err := c.device.tlv(o.id.number, data); err != nil {
		return nil
	}
	s, err := parseScale(data, o.Min, o.Max)
	if err != nil || len(s) == 0 {
		return nil
	}
	return s
}

func nameOf(id elementID) string {
	name := text(id.name[:])
	if id.index > 0 {
		return fmt.Sprintf("%s,%d", name, id.index)
	}
	return name
}

func text(b []byte) string {
	s, _, _ := strings.Cut(string(b), "\x00")
	return s
}
