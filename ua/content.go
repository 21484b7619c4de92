package ua

import (
	"bytes"
	"io"
	"mime/multipart"
	"strings"

	"intercom/ua/sip"
)

// content is a body of a message, or one part of it.
type content struct {
	kind     string // media type in lower case
	boundary string // of a multipart body
	purpose  string // disposition type in lower case, "" if it is not said
	encoding string // in lower case, "" for none
	optional bool   // whoever does not understand it may pass over it
	octets   []byte
}

const (
	// maxParts and maxNested bound what is looked at of a multipart body.
	maxParts  = 16
	maxNested = 3
)

// contentOf reads the header fields that say what a body is.
func contentOf(get func(field string) string, octets []byte) content {
	kind, params := cutParams(get("Content-Type"))
	purpose, how := cutParams(get("Content-Disposition"))
	encoding := strings.ToLower(strings.TrimSpace(get("Content-Encoding")))
	if encoding == "identity" {
		encoding = ""
	}
	boundary, _ := params.Get("boundary")
	// RFC 3261 §20.11: "If this parameter is missing, the value of "required"
	// SHOULD be assumed."
	handling, _ := how.Get("handling")
	return content{kind, boundary, purpose, encoding, strings.EqualFold(handling, "optional"), octets}
}

// cutParams cuts "type/subtype;a=b" behind the type, which comes back in lower
// case.
func cutParams(value string) (string, sip.Params) {
	i := strings.IndexByte(value, ';')
	if i < 0 {
		i = len(value)
	}
	return strings.ToLower(strings.TrimSpace(value[:i])), sip.Params(value[i:])
}

// session returns the session description in the content, nil if there is none;
// understood is false if it is, or has in it, what must be understood and is not.
func (c content) session(nested int) (description []byte, understood bool) {
	switch {
	case c.encoding != "":
	case c.kind == sessionDescription && (c.purpose == "" || c.purpose == "session"):
		// RFC 3261 §20.11: without a disposition "bodies of Content-Type
		// application/sdp [are] "session"".
		return c.octets, true
	case strings.HasPrefix(c.kind, "multipart/") && nested < maxNested:
		description, understood = c.sessionInside(nested)
	}
	return description, understood || c.optional
}

// sessionInside looks at the parts of a multipart body. RFC 2046 §5.1.4: of
// alternatives the last that is understood is the best, and one is enough; all
// others are read as multipart/mixed (§5.1.3), of which each part counts.
func (c content) sessionInside(nested int) (description []byte, understood bool) {
	parts, ok := c.parts()
	if !ok {
		return nil, false
	}
	choice, some, all := c.kind == "multipart/alternative", false, true
	for _, part := range parts {
		found, ok := part.session(nested + 1)
		some, all = some || ok, all && ok
		if found != nil && (description == nil || choice) {
			description = found
		}
	}
	if choice {
		return description, some
	}
	if !all {
		return nil, false
	}
	return description, true
}

// parts takes a multipart body apart; false if it cannot be.
func (c content) parts() (parts []content, ok bool) {
	if c.boundary == "" {
		return nil, false
	}
	for r := multipart.NewReader(bytes.NewReader(c.octets), c.boundary); ; {
		part, err := r.NextRawPart()
		if err == io.EOF && len(parts) > 0 {
			return parts, true
		}
		if err != nil || len(parts) == maxParts {
			return nil, false
		}
		octets, err := io.ReadAll(part)
		if err != nil {
			return nil, false
		}
		one := contentOf(part.Header.Get, octets)
		switch strings.ToLower(part.Header.Get("Content-Transfer-Encoding")) {
		case "", "binary", "8bit", "7bit":
		default:
			one.encoding = "transfer"
		}
		parts = append(parts, one)
	}
}

// sessionBody returns the session description in the body of a message, nil if
// there is none or the body cannot be understood.
func sessionBody(m *sip.Message) []byte {
	if len(m.Body) == 0 {
		return nil
	}
	description, understood := contentOf(m.Get, m.Body).session(0)
	if !understood {
		return nil
	}
	return description
}

// refuseContent tells whether the body of a request is one that we cannot read
// but should, and with which header field the 415 says what would be right. RFC
// 3261 §8.2.3: "If there are any bodies whose type [...] or encoding [...] are
// not understood, and that body part is not optional [...], the UAS MUST reject
// the request with a 415".
func refuseContent(req *sip.Message) (name, value string, refused bool) {
	if len(req.Body) == 0 {
		return "", "", false
	}
	c := contentOf(req.Get, req.Body)
	switch _, understood := c.session(0); {
	case understood:
		return "", "", false
	case c.encoding != "":
		return "Accept-Encoding", "identity", true
	}
	return "Accept", accept, true
}

// accepts tells whether the sender of a request takes a session description in
// the response. RFC 3261 §20.1: "An empty Accept header field means that no
// formats are acceptable", and without one it "SHOULD assume a default value of
// application/sdp".
func accepts(req *sip.Message) bool {
	for value := range req.Values("Accept") {
		kind, params := cutParams(value)
		weight, _ := params.Get("q")
		if refused := weight != "" && strings.Trim(weight, "0.") == ""; refused {
			continue
		}
		if kind == sessionDescription || kind == "application/*" || kind == "*/*" {
			return true
		}
	}
	return !req.Has("Accept")
}
