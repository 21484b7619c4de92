package register

import (
	"strconv"
	"time"

	"intercom/ua/sip"
)

// build makes the next REGISTER of an attempt.
func (r *Registration) build() {
	m := r.compose(r.contact, r.lifetime())
	if old := r.boundAt; !old.IsZero() && old.String() != r.contact.String() && !r.replaced {
		// Our address has changed. RFC 3261 §10.2.2: a UA "requests the immediate
		// removal of a binding by specifying an expiration interval of '0' for that
		// contact address", lest calls go to somebody else.
		m.Add("Contact", sip.Address{URI: old, Params: ";expires=0"}.String())
	}
	r.last = m
}

// compose makes a REGISTER. The Request-URI has no user part: RFC 3261 §10.2:
// "The 'userinfo' and '@' components of the SIP URI MUST NOT be present".
func (r *Registration) compose(contact sip.URI, lifetime time.Duration) *sip.Message {
	// §10.2: "All registrations from a UAC SHOULD use the same Call-ID", and
	// "A UA MUST increment the CSeq value by one for each REGISTER request".
	r.seq++
	m := sip.NewRequest("REGISTER", r.c.Registrar.String())
	m.Add("Max-Forwards", "70")
	m.Add("From", r.c.AOR.WithTag(r.c.Tag).String())
	m.Add("To", r.c.AOR.String())
	m.Add("Call-ID", r.c.CallID)
	m.Add("CSeq", sip.CSeq{Seq: r.seq, Method: "REGISTER"}.String())
	m.Add("Contact", r.binding(contact).String())
	m.Add("Supported", r.supported())
	m.Add("Expires", strconv.Itoa(int(lifetime/time.Second)))
	if r.c.UserAgent != "" {
		m.Add("User-Agent", r.c.UserAgent)
	}
	return m
}

// named tells whether the device says its name.
func (r *Registration) named() bool { return r.c.Instance != "" && !r.plain }

// binding is the Contact. RFC 5626 §4.2: "the UA MUST include in the REGISTER
// request's Contact header field a 'reg-id' parameter and a '+sip.instance'
// media feature tag".
func (r *Registration) binding(contact sip.URI) sip.Address {
	a := sip.Address{URI: contact}
	if r.named() {
		a.Params = sip.Params(`;+sip.instance="<` + r.c.Instance + `>";reg-id=1`)
	}
	return a
}

// supported: without path a proxy on the way may not add itself (RFC 3327
// §5.1); RFC 5626 §4.2.1: UAs "MUST include the Supported header field with the
// 'outbound' option-tag".
func (r *Registration) supported() string {
	if r.named() {
		return "path, outbound"
	}
	return "path"
}

// lifetime is what the REGISTER asks for. RFC 3261 §10.2.2: a binding is
// removed "by specifying an expiration interval of '0'".
func (r *Registration) lifetime() time.Duration {
	if r.stopping {
		return 0
	}
	return r.expires.Truncate(time.Second)
}
