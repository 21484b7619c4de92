package register

import (
	"strconv"
	"time"

	"intercom/ua/sip"
)

// build makes the next REGISTER (RFC 3261 §10.2). The Request-URI has no user
// part: "The 'userinfo' and '@' components of the SIP URI MUST NOT be present".
func (r *Registration) build() {
	// §10.2: "All registrations from a UAC SHOULD use the same Call-ID", and
	// "A UA MUST increment the CSeq value by one for each REGISTER request".
	r.seq++
	m := sip.NewRequest("REGISTER", r.c.Registrar.String())
	m.Add("Max-Forwards", "70")
	m.Add("From", r.c.AOR.WithTag(r.c.Tag).String())
	m.Add("To", r.c.AOR.String())
	m.Add("Call-ID", r.c.CallID)
	m.Add("CSeq", sip.CSeq{Seq: r.seq, Method: "REGISTER"}.String())
	m.Add("Contact", sip.Address{URI: r.contact}.String())
	m.Add("Supported", "path") // RFC 3327 §5.1: else a proxy on the way may not add itself
	m.Add("Expires", strconv.Itoa(r.lifetime()))
	if r.c.UserAgent != "" {
		m.Add("User-Agent", r.c.UserAgent)
	}
	r.last = m
}

// lifetime is what the REGISTER asks for, in seconds. RFC 3261 §10.2.2: a
// binding is removed "by specifying an expiration interval of '0'".
func (r *Registration) lifetime() int {
	if r.stopping {
		return 0
	}
	return int(r.expires / time.Second)
}
