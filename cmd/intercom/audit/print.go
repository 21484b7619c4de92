package audit

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Print writes a record for people, on one line, with its time in a place.
func Print(w io.Writer, r Record, place *time.Location) error {
	_, err := fmt.Fprintf(w, "%s  %-12s%s\n", r.Time.In(place).Format("2006-01-02 15:04:05"), r.Kind, r.Entry.details())
	return err
}

func (e Entry) details() string {
	var b strings.Builder
	for _, f := range [][2]string{{"door", e.Door}, {"person", e.Person}, {"way", e.Way}, {"button", e.Button}, {"input", e.Input},
		{"peer", e.Peer}, {"call", e.Call}, {"reason", e.Reason}} {
		switch {
		case f[1] == "":
		case strings.ContainsFunc(f[1], func(c rune) bool { return c <= ' ' || c == '"' || c > '~' }):
			fmt.Fprintf(&b, " %s=%q", f[0], f[1])
		default:
			fmt.Fprintf(&b, " %s=%s", f[0], f[1])
		}
	}
	if s := e.Sound; s != nil {
		fmt.Fprintf(&b, " %s %.0fs lost=%.1f%% concealed=%.1f%% jitter=%.0fms delay=%.0fms MOS=%.1f",
			s.Codec, s.Seconds, 100*s.Lost, 100*s.Concealed, s.Jitter, s.Delay, s.MOS)
	}
	return b.String()
}
