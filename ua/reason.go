package ua

import "intercom/ua/sip"

// Cause says why a call ends (RFC 3326).
type Cause = sip.Cause

// explain adds why the call ends to its BYE or CANCEL.
func (c *call) explain(m *sip.Message) {
	if c.cause != (Cause{}) {
		m.Add("Reason", c.cause.String())
	}
}

// explained takes the peer's word for why the call ends; the first one that
// can be read counts.
func (c *call) explained(m *sip.Message) {
	for value := range m.Values("Reason") {
		if cause, err := sip.ParseCause(value); err == nil {
			c.cause = cause
			return
		}
	}
}
