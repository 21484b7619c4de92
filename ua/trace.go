package ua

import (
	"intercom/ua/sdp"
	"intercom/ua/sip"
	"intercom/ua/transport"
)

// traced is the message as a trace may show it: without the keys of SRTP.
func traced(m *sip.Message) *sip.Message {
	body, cut := sdp.Redact(m.Body)
	if !cut {
		return m
	}
	shown := m.Clone()
	shown.Body = body
	return shown
}

// trace tells the owner of a message that goes out.
func (l *loop) trace(to transport.Flow, m *sip.Message) {
	if l.opts.Trace == nil {
		return
	}
	t := Trace{At: l.now, Out: true, Local: to.Local, Remote: to.Remote, Transport: transportOf(to), Msg: traced(m)}
	if !t.Local.IsValid() {
		t.Local = l.net.LocalAddr(t.Transport)
	}
	l.opts.Trace(t)
}
