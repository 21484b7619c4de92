package ua

import (
	"mime"
	"strings"
	"unicode/utf8"

	"intercom/ua/sip"
	"intercom/ua/transport"
)

// textPlain is the only content of MESSAGE that is read.
const textPlain = "text/plain"

// maxText is the longest text of a MESSAGE that is passed on, in octets.
const maxText = 4096

// receiveMessage takes a text outside of any dialog from somebody trusted (RFC
// 3428). It has a transaction, so that a copy is not read twice.
func (l *loop) receiveMessage(p transport.Packet, user string) {
	if l.merged[mergeKeyOf(p.Msg)] != nil {
		l.refuse(p, 482, "") // RFC 3261 §8.2.2.2, as with INVITE
		return
	}
	s, ok := l.serve(p, maxHeld/2)
	if !ok {
		l.refuse(p, 503, "")
		return
	}
	s.user = user
	if missing := unsupported(p.Msg); missing != "" {
		l.reply(s, withUnsupported(l.response(p.Msg, 420, "", l.statelessTag(p.Msg)), missing))
		return
	}
	l.takeMessage(s, "", l.calledAccount(p.Msg, p.Remote.Addr().Unmap()))
}

// takeMessage answers a MESSAGE and tells of it. RFC 3428 §7: "A 200 OK
// response [...] when the message has been delivered to the user".
func (l *loop) takeMessage(s *server, call CallID, a *account) {
	req := s.req
	refuse := func(status int, name, value string) {
		resp := l.response(req, status, "", l.statelessTag(req))
		if name != "" {
			resp.Add(name, value)
		}
		l.reply(s, resp)
	}
	text, readable := plainText(req)
	switch {
	case !plainEncoding(req):
		refuse(415, "Accept-Encoding", "identity")
	case !readable:
		refuse(415, "Accept", textPlain)
	case len(text) > maxText:
		refuse(413, "", "")
	case len(l.events) > maxUnread:
		refuse(503, "", "")
	default:
		refuse(200, "", "")
		from, _ := req.From() // Validate has read both
		to, _ := req.To()
		e := Message{
			Call: call, From: from.URI.String(), FromName: from.Display, User: s.user, To: to.URI.String(), Source: s.flow.Remote, Text: text,
		}
		if a != nil {
			e.Account = a.Name
		}
		l.tell(e)
	}
}

// plainText reads the body of a MESSAGE; a body without a type is text.
func plainText(m *sip.Message) (string, bool) {
	kind, params := textPlain, map[string]string(nil)
	if field := m.Get("Content-Type"); field != "" || len(m.Body) > 0 && m.Has("Content-Type") {
		var err error
		if kind, params, err = mime.ParseMediaType(field); err != nil {
			return "", false
		}
	}
	if kind != textPlain {
		return "", false
	}
	switch strings.ToLower(params["charset"]) {
	case "", "utf-8", "us-ascii":
		return string(m.Body), utf8.Valid(m.Body)
	case "iso-8859-1":
		return latin1(m.Body), true
	}
	return "", false
}

// latin1 reads ISO 8859-1, whose octets are the first code points of Unicode.
func latin1(b []byte) string {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}
