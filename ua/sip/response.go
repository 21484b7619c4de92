package sip

// NewResponse begins a response to a request (RFC 3261 §8.2.6.2): From, Call-ID, CSeq, every Via in order and To are the
// request's. To gets no tag here; a response other than 100 must carry one. An empty reason becomes the standard phrase.
func NewResponse(req *Message, status int, reason string) *Message {
	if reason == "" {
		reason = ReasonPhrase(status)
	}
	m := newMessage()
	m.Status, m.Reason, m.Version = status, reason, "SIP/2.0"
	for _, h := range req.Headers {
		if h.Name == "Via" {
			m.Headers = append(m.Headers, h)
		}
	}
	for _, name := range [...]string{"From", "To", "Call-ID", "CSeq"} {
		m.copyHeader(req, name)
	}
	// RFC 3261 §8.2.6.1: "When a 100 (Trying) response is generated, any Timestamp header field present in the request
	// MUST be copied into this 100 (Trying) response."
	if status == 100 {
		m.copyHeader(req, "Timestamp")
	}
	return m
}

// copyHeader appends the first header field of that canonical name, if req has one.
func (m *Message) copyHeader(req *Message, name string) {
	for _, h := range req.Headers {
		if h.Name == name {
			m.Headers = append(m.Headers, h)
			return
		}
	}
}
