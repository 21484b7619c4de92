package ua

import (
	"fmt"
	"strings"

	"intercom/ua/dialog"
	"intercom/ua/sip"
	"intercom/ua/transport"
)

// receiveRefer takes a REFER outside of any dialog. Calls are placed for those
// alone whom we are in a call with. They name it with Target-Dialog (RFC 4538),
// and whoever knows its tags has the rights of its peer, and no more.
func (l *loop) receiveRefer(p transport.Packet, user string) {
	if missing := unsupported(p.Msg); missing != "" {
		l.respond(p.Flow, withUnsupported(l.response(p.Msg, 420, "", l.statelessTag(p.Msg)), missing))
		return
	}
	if _, status, err := referTo(p.Msg); err != nil {
		l.refuse(p, status, "")
		return
	}
	in, err := l.targetDialog(p.Msg)
	if err != nil || in.caller != user {
		l.refuse(p, 403, "")
		return
	}
	tag := l.token()
	d, err := dialog.NewUAS(p.Msg, tag)
	if err != nil {
		l.refuse(p, 400, "Bad Contact")
		return
	}
	s, ok := l.serve(p, maxHeld/2)
	if !ok {
		l.refuse(p, 503, "")
		return
	}
	in.takeRefer(s, d, tag)
}

// targetDialog finds the dialog that a request is about. RFC 4538 §7: the
// local-tag is that of the sender, so it is the remote one here.
func (l *loop) targetDialog(req *sip.Message) (leg, error) {
	value := req.Get("Target-Dialog")
	callID, params, _ := strings.Cut(value, ";")
	all := sip.Params(";" + params)
	theirs, _ := all.Get("local-tag")
	ours, _ := all.Get("remote-tag")
	in, ok := l.dialogs[dialog.ID{CallID: strings.TrimSpace(callID), LocalTag: ours, RemoteTag: theirs}]
	if !ok {
		return leg{}, fmt.Errorf("header field Target-Dialog %q names no call", value)
	}
	return in, nil
}
