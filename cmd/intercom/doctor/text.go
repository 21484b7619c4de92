package doctor

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

const (
	width  = 80 // of the text, in columns
	indent = 11 // of what stands behind the level
)

// titles are the headings, by the first word of a finding's ID.
func titles() map[string]string {
	return map[string]string{"config": "Configuration", "board": "Board", "lines": "Lines", "relays": "Relays", "sound": "Sound",
		"network": "Network", "sip": "Telephone system", "service": "Service"}
}

// WriteText writes the report for people, its sum last.
func (r Report) WriteText(out io.Writer) error {
	var b strings.Builder
	group := ""
	for _, f := range r.Findings {
		if g, _, _ := strings.Cut(f.ID, "."); g != group {
			if group != "" {
				b.WriteString("\n")
			}
			group = g
			fmt.Fprintln(&b, titles()[g])
		}
		fmt.Fprintf(&b, "  %-8s %s\n", f.Level, wrap(f.Found, ""))
		if f.Do != "" && f.Level != OK {
			fmt.Fprintf(&b, "%*s%s\n", indent, "", wrap("→ "+f.Do, "  "))
		}
	}
	fmt.Fprintf(&b, "\n%s\n", wrapAt(r.sum(), 0, ""))
	_, err := io.WriteString(out, b.String())
	return err
}

// sum is one sentence: how many of each, and which is the first to look at.
func (r Report) sum() string {
	count := map[Level]int{}
	var first Finding
	for _, f := range r.Findings {
		count[f.Level]++
		if first.ID == "" && f.Level == r.Worst {
			first = f
		}
	}
	if r.Worst != Fault && r.Worst != Warning {
		return fmt.Sprintf("All is well: %d looked at, %s, %d skipped.", len(r.Findings), several(count[Note], "note"), count[Skipped])
	}
	return fmt.Sprintf("%s, %s, %s, %d skipped. Look first at: %s", several(count[Fault], "fault"), several(count[Warning], "warning"),
		several(count[Note], "note"), count[Skipped], first.Found)
}

func several(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// wrap breaks a text into lines behind the level.
func wrap(text, hang string) string { return wrapAt(text, indent, hang) }

func wrapAt(text string, left int, hang string) string {
	var b strings.Builder
	at := left
	for i, word := range strings.Fields(text) {
		size := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case at+1+size > width:
			b.WriteString("\n" + strings.Repeat(" ", left) + hang)
			at = left + len(hang)
		default:
			b.WriteString(" ")
			at++
		}
		b.WriteString(word)
		at += size
	}
	return b.String()
}
