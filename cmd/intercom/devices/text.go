package devices

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteText writes the list for people.
func (l List) WriteText(out io.Writer) error {
	var b strings.Builder
	if l.Model != "" {
		fmt.Fprintf(&b, "%s\n\n", l.Model)
	}
	for _, c := range l.Chips {
		c.write(&b)
	}
	if len(l.Chips) == 0 {
		b.WriteString("There are no GPIO chips.\n\n")
	}
	if len(l.Lights) > 0 {
		fmt.Fprintf(&b, "lights of the board, for [led]: %q\n\n", l.Lights)
	}
	for _, c := range l.Cards {
		c.write(&b)
	}
	if len(l.Cards) == 0 {
		b.WriteString("There is no sound card.\n")
	}
	for _, p := range l.Problems {
		fmt.Fprintf(&b, "! %s\n", p)
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func (c Chip) write(b *strings.Builder) {
	fmt.Fprintf(b, "%s (%s), %d lines\n", c.Label, c.Path, len(c.Lines))
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "  write it as\tpin\tthe kernel's name\ttaken by\n")
	for _, l := range c.Lines {
		pin := ""
		if l.Pin > 0 {
			pin = fmt.Sprint(l.Pin)
		}
		fmt.Fprintf(t, "  %q\t%s\t%s\t%s\n", l.Address, pin, shown(l.Name), shown(l.TakenBy))
	}
	_ = t.Flush() // a strings.Builder takes everything
	b.WriteString("\n")
}

func (c Card) write(b *strings.Builder) {
	name := c.ID
	if name == "" {
		name = c.Name
	}
	fmt.Fprintf(b, "card = %q: %s\n  microphone   %s\n  loudspeaker  %s\n", name, shown(c.Name), c.Microphone, c.Loudspeaker)
	if len(c.Mixer) > 0 {
		t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
		for _, m := range c.Mixer {
			fixed := ""
			if !m.Writable {
				fixed = "cannot be set"
			}
			fmt.Fprintf(t, "  %q\t%s\t%s\n", m.Name, m.Value, fixed)
		}
		_ = t.Flush()
	}
	b.WriteString("\n")
}

// shown is a name from elsewhere with nothing in it that a terminal would obey.
func shown(name string) string {
	quoted := fmt.Sprintf("%q", name)
	return quoted[1 : len(quoted)-1]
}
