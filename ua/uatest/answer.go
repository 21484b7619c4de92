package uatest

import (
	"intercom/ua/sip"
)

// As makes further replies carry another To tag: a fork.
func (m *Message) As(tag string) *Message {
	fork := *m
	fork.tag = tag
	return &fork
}

// Reply answers a request with a status and lines such as "Retry-After: 5" or
// SDP(...).
func (m *Message) Reply(status int, lines ...string) {
	m.peer.T.Helper()
	resp := sip.NewResponse(m.Message, status, "")
	if to, err := resp.To(); err == nil && to.Tag() == "" && status > 100 {
		resp.Set("To", to.WithTag(m.tag).String())
	}
	if m.Method == "INVITE" && status > 100 {
		resp.Add("Contact", m.peer.contact("peer"))
	}
	fill(resp, lines)
	m.peer.SendMessage(m.Source, resp)
}

// Within begins a request of the called side in the dialog that the INVITE m
// and our replies to it made.
func (m *Message) Within() *Dialog {
	from, to := m.Get("From"), m.Get("To")
	if a, err := sip.ParseAddress(to); err == nil {
		to = a.WithTag(m.tag).String()
	}
	contact, _ := m.Contact()
	return &Dialog{Peer: m.peer, To: m.Source, Target: contact.URI.String(), CallID: m.CallID(), Local: to, Remote: from, Seq: 100}
}
