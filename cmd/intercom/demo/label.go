package demo

import (
	"fmt"

	"intercom/ua"
)

// rungOf draws a SIP message of the door's user agent as a rung. Responses name the request that they answer.
func rungOf(t ua.Trace) rung {
	r := rung{at: t.At, fromDoor: t.Out, label: t.Msg.Method}
	if !t.Msg.IsRequest() {
		r.label = fmt.Sprintf("%d %s", t.Msg.Status, t.Msg.Reason)
		if cseq, err := t.Msg.CSeq(); err == nil && cseq.Method != "INVITE" {
			r.label += " (" + cseq.Method + ")"
		}
	}
	return r
}
