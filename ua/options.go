package ua

import (
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
