package demo

import (
	"fmt"
	"io"
	"strings"
	"time"

	"intercom/media"
)

// visit is what is known of one call when it is over.
type visit struct {
	number     int
	rungs      []rung
	door       media.Stats // as measured at the door
	house      media.Stats // as measured at the phone
	houseHeard string      // WAV file of the phone's loudspeaker
	doorHeard  string      // WAV file of the door's loudspeaker; empty if it is a real one
}

// text is the report of the visit.
func (v visit) text(doorAddr, houseAddr string) string {
	var b strings.Builder
	v.write(&b, doorAddr, houseAddr)
	return b.String()
}

func (v visit) write(w io.Writer, doorAddr, houseAddr string) {
	fmt.Fprintf(w, "\nVisit %d\n\n", v.number)
	writeLadder(w, "door "+doorAddr, "house "+houseAddr, v.rungs)
	fmt.Fprintf(w, "\n  RTP               packets    lost    jitter     delay  concealed  round trip\n")
	writeDirection(w, "door → house", v.door, v.house)
	writeDirection(w, "house → door", v.house, v.door)
	fmt.Fprintf(w, "\n  what the house heard    %s\n", v.houseHeard)
	if v.doorHeard != "" {
		fmt.Fprintf(w, "  what the visitor heard  %s\n", v.doorHeard)
	}
	fmt.Fprintln(w)
}

// writeDirection prints the figures of what from sent and to received.
func writeDirection(w io.Writer, name string, from, to media.Stats) {
	fmt.Fprintf(w, "  %-16s %4d/%-4d %6d %9s %9s %10s %11s\n", name, to.Received, from.Sent, to.Lost,
		ms(to.Jitter), ms(to.MeanDelay), ms(to.Concealed), ms(from.RoundTrip))
}

// ms prints a duration in milliseconds with one decimal.
func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond)) }
