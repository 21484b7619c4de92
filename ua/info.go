package ua

import (
	"errors"
	"fmt"
	"mime"
	"slices"
	"strings"

	"intercom/ua/dialog"
	"intercom/ua/sip"
)

// The bodies of INFO that are passed on. Neither is standardised; they are how
// telephones send keys where RFC 4733 is not spoken.
const (
	dtmfRelay = "application/dtmf-relay"
	dtmf      = "application/dtmf"
	acceptsOf = dtmfRelay + ", " + dtmf // INFO
)

const (
	// maxInfoBody is the longest body of INFO that is passed on, in octets.
	maxInfoBody = 1024
	// maxInfos is how many INFO of ours may wait in one call.
	maxInfos = 64
)

// receiveInfo takes an INFO (RFC 6086). What it says reaches the owner only in
// a call that is up: a key pressed before the answer must open nothing.
func (in leg) receiveInfo(s *server) {
	c, l, req := in.call, in.l, s.req
	refuse := func(status int, reason string, more ...sip.Header) {
		resp := l.response(req, status, reason, "")
		resp.Headers = append(resp.Headers, more...)
		l.reply(s, resp)
	}
	kind := mediaType(req)
	switch {
	case c.ended:
		refuse(481, "")
	case req.Has("Info-Package"):
		// RFC 6086 §4.2.2: for a package that the UA did not say it would receive
		// "the UA MUST send a 469 (Bad Info Package) response", and §10.10: "A
		// 469 response MUST contain a Recv-Info header field". Ours is empty.
		refuse(469, "", sip.Header{Name: "Recv-Info"})
	case len(req.Body) == 0:
		// RFC 2976 §2.2: "A 200 OK response MUST be sent by a UAS for an INFO
		// request with no message body if the INFO request was successfully
		// received for an existing call."
		refuse(200, "")
	case !plainEncoding(req):
		refuse(415, "", sip.Header{Name: "Accept-Encoding", Value: "identity"})
	case kind != dtmfRelay && kind != dtmf:
		refuse(415, "", sip.Header{Name: "Accept", Value: acceptsOf})
	case len(req.Body) > maxInfoBody:
		refuse(413, "")
	case !c.up || c.dialog != in.dialog:
		refuse(403, "Not Answered Yet")
	default:
		refuse(200, "")
		l.tell(Info{c.id, kind, slices.Clone(req.Body)})
	}
}

// mediaType is the type of a body in lower case, without parameters; "" if the
// message has none that can be read.
func mediaType(m *sip.Message) string {
	kind, _, err := mime.ParseMediaType(m.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return kind
}

// plainEncoding tells whether a body is as its Content-Type says.
func plainEncoding(m *sip.Message) bool {
	encoding := m.Get("Content-Encoding")
	return encoding == "" || strings.EqualFold(encoding, "identity")
}

// infoBody is one INFO of ours that waits for its turn.
type infoBody struct {
	kind string
	body []byte
}

// sendInfo queues an INFO. Over UDP two requests at a time could overtake each
// other, and the peer would refuse the older: each waits for the answer to the
// one before.
func (l *loop) sendInfo(id CallID, kind string, body []byte) {
	c := l.calls[id]
	var why error
	switch {
	case c == nil || !c.up || c.ended:
		why = errors.New("the call is not up")
	case len(c.infos) >= maxInfos:
		why = fmt.Errorf("%d INFO requests are waiting already", maxInfos)
	case strings.ContainsAny(kind, "\r\n\x00") || kind == "":
		why = fmt.Errorf("%q is no content type", kind)
	}
	if why != nil {
		l.log.Warn("INFO not sent", "call", string(id), "err", why)
		return
	}
	c.infos = append(c.infos, infoBody{kind, body})
	if len(c.infos) == 1 {
		c.nextInfo()
	}
}

// nextInfo sends the first INFO of the queue, which leaves it when answered.
func (c *call) nextInfo() {
	if c.ended {
		c.infos = nil
		return
	}
	next := c.infos[0]
	c.ask(c.dialog, "INFO", func(m *sip.Message) {
		m.Add("Content-Type", next.kind)
		m.Body = next.body
	}, c.infoDone)
}

func (c *call) infoDone(resp *sip.Message, err error) {
	c.infos = c.infos[1:]
	switch {
	case err != nil:
		c.l.log.Warn("INFO not answered", "call", string(c.id), "err", err)
	case resp.Status >= 300:
		c.l.log.Warn("INFO refused", "call", string(c.id), "status", resp.Status, "reason", resp.Reason)
	}
	c.lost(c.dialog, resp)
	if len(c.infos) > 0 {
		c.nextInfo()
	}
}

// lost ends a call that the peer knows nothing of. RFC 3261 §12.2.1.2: "If the
// response for a request within a dialog is a 481 (Call/Transaction Does Not
// Exist) [...] the UAC SHOULD terminate the dialog."
func (c *call) lost(d *dialog.Dialog, resp *sip.Message) {
	if resp == nil || resp.Status != 481 || c.ended || d != c.dialog {
		return
	}
	c.stopAwaiting()
	c.bye(d)
	c.end(481, "the peer does not know the call any more", true)
}
