package ua

import (
	"fmt"
	"slices"
	"strings"

	"intercom/ua/dialog"
	"intercom/ua/sip"
)

// replacing finds the call whose place an INVITE is to take, nil if it names
// none; or the status that refuses the INVITE (RFC 3891 §3).
func (l *loop) replacing(req *sip.Message) (old *call, status int, err error) {
	var values []string
	for value := range req.Values("Replaces") {
		values = append(values, value)
	}
	if len(values) == 0 {
		return nil, 0, nil
	}
	// "If more than one Replaces header field is present in an INVITE [...] the
	// UAS MUST reject the request with a 400 Bad Request response", and so it
	// must if there is a Join as well.
	if len(values) > 1 || req.Has("Join") {
		return nil, 400, fmt.Errorf("INVITE with Replaces %q names more than one call", values)
	}
	r, err := sip.ParseReplaces(values[0])
	if err != nil {
		return nil, 400, err
	}
	in, ok := l.leg(r)
	switch {
	case !ok && l.over(r):
		// "If the Replaces header field matches a dialog which has already
		// terminated, the UA SHOULD decline the request with a 603 Declined".
		return nil, 603, fmt.Errorf("header field Replaces %q names a call that is over", values[0])
	case !ok:
		return nil, 481, fmt.Errorf("header field Replaces %q names no call", values[0])
	case in.ended:
		return nil, 603, fmt.Errorf("header field Replaces %q names a call that is over", values[0])
	case in.dialog.Confirmed() && r.EarlyOnly:
		// "If the flag is present, the UA rejects the request with a 486 Busy".
		return nil, 486, fmt.Errorf("header field Replaces %q names a call that is up", values[0])
	case !in.dialog.Confirmed() && in.out == nil:
		// "If the Replaces header field matches an early dialog that was not
		// initiated by this UA, it returns a 481".
		return nil, 481, fmt.Errorf("header field Replaces %q names a call that rings here", values[0])
	}
	return in.call, 0, nil
}

// leg finds the dialog that Replaces names: its to-tag is ours. "For
// compatibility with dialogs initiated by RFC 2543 compliant UAs, a tag of zero
// matches both tags of zero and null."
func (l *loop) leg(r sip.Replaces) (leg, bool) {
	in, ok := l.dialogs[dialog.ID{CallID: r.CallID, LocalTag: r.ToTag, RemoteTag: r.FromTag}]
	if !ok && r.FromTag == "0" {
		in, ok = l.dialogs[dialog.ID{CallID: r.CallID, LocalTag: r.ToTag}]
	}
	return in, ok
}

// maxGone is how many dialogs that are over are remembered.
const maxGone = 32

// gone remembers a dialog that is over.
func (l *loop) gone(id dialog.ID) {
	if len(l.past) == maxGone {
		l.past = slices.Delete(l.past, 0, 1)
	}
	l.past = append(l.past, dialog.ID{
		CallID: strings.Clone(id.CallID), LocalTag: strings.Clone(id.LocalTag), RemoteTag: strings.Clone(id.RemoteTag),
	})
}

// over tells whether Replaces names a dialog that has just ended.
func (l *loop) over(r sip.Replaces) bool {
	return slices.Contains(l.past, dialog.ID{CallID: r.CallID, LocalTag: r.ToTag, RemoteTag: r.FromTag})
}

// supersede ends the call whose place this one has taken. RFC 3891 §3: the UA
// sends "a BYE request" in a dialog that is confirmed, and gives an early one up
// "by sending a CANCEL".
func (c *call) supersede() {
	if old := c.replaces; old != nil && !old.ended {
		old.successor = c.id
		old.hangup()
	}
}

// misplaced: RFC 3891 §3: "If [...] a Replaces header field is present in a
// request other than INVITE, the UAS MUST reject the request with a 400".
func misplaced(req *sip.Message) bool { return req.Method != "INVITE" && req.Has("Replaces") }
