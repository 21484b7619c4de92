package main

import (
	"math"
	"time"

	"intercom/cmd/intercom/audit"
	"intercom/cmd/intercom/call"
	"intercom/cmd/intercom/station"
	"intercom/media"
)

// entryOf is what the audit log keeps of a record of the rules.
func entryOf(r station.Record) audit.Entry {
	return audit.Entry{
		Kind: string(r.Kind), Button: r.Button, Door: r.Door, Input: r.Input, Person: r.Person, Peer: r.Peer, Way: r.Way,
		Call: string(r.Call), Reason: r.Reason,
	}
}

// qualityOf is what it keeps of a call's sound; nothing where there was none.
func qualityOf(e call.Ended) (audit.Entry, bool) {
	s := e.Media
	if s.Played == 0 {
		return audit.Entry{}, false
	}
	return audit.Entry{Kind: audit.Quality, Call: string(e.Call), Sound: figuresOf(s)}, true
}

func figuresOf(s media.Stats) *audit.Figures {
	ms := func(d time.Duration) float64 { return round(d.Seconds()*1000, 1) }
	total := s.Played + s.Concealed
	f := &audit.Figures{
		Codec: s.Codec, Seconds: round(total.Seconds(), 1), Concealed: round(s.Concealed.Seconds()/total.Seconds(), 4),
		Jitter: ms(s.Jitter), Delay: ms(s.MeanDelay), MOS: round(s.MOS, 2),
	}
	if expected := float64(s.Lost) + float64(s.Received); expected > 0 {
		f.Lost = round(float64(s.Lost)/expected, 4)
	}
	return f
}

// round keeps so many digits behind the point.
func round(v float64, digits int) float64 {
	scale := math.Pow10(digits)
	return math.Round(v*scale) / scale
}
