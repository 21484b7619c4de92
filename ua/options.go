package ua

import (
	"strings"

	"intercom/ua/sip"
	"intercom/ua/transport"
)

// receiveOptions tells what this user agent can do (RFC 3261 §11.2). Servers
// ask to see whether a registered device is alive.
func (l *loop) receiveOptions(p transport.Packet) {
	if missing := unsupported(p.Msg); missing != "" {
		l.respond(p.Flow, withUnsupported(l.response(p.Msg, 420, "", l.statelessTag(p.Msg)), missing))
		return
	}
	l.respond(p.Flow, capabilities(l.response(p.Msg, 200, "", l.statelessTag(p.Msg))))
}

// capabilities adds what a 200 to OPTIONS says.
func capabilities(resp *sip.Message) *sip.Message {
	resp.Add("Allow", allow)
	resp.Add("Accept", accept)
	resp.Add("Accept-Encoding", "identity")
	resp.Add("Supported", extensions)
	return resp
}

// refuseContent tells whether a body is one we cannot read, and with which
// header field the 415 says what would be right (RFC 3261 §8.2.3).
func refuseContent(req *sip.Message) (name, value string, refused bool) {
	if len(req.Body) == 0 {
		return "", "", false
	}
	if encoding := req.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return "Accept-Encoding", "identity", true
	}
	kind, _, _ := strings.Cut(req.Get("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(kind), accept) {
		return "Accept", accept, true
	}
	return "", "", false
}
