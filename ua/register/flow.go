package register

import (
	"strings"
	"time"

	"intercom/ua/sip"
)

// Flow is what a server that has granted a binding said of the way that the
// REGISTER came by.
type Flow struct {
	// Outbound: the registrar binds us to the flow (RFC 5626 §4.2.1), and the
	// first hop answers keep-alives of either kind.
	Outbound bool
	// Timer is within which time the server wants to hear a keep-alive (§5.4),
	// 0 if it does not say.
	Timer time.Duration
}

// The bounds of what is believed of a Flow-Timer.
const (
	leastFlowTimer = 10 * time.Second
	mostFlowTimer  = time.Hour
)

func flowIn(resp *sip.Message) (f Flow) {
	// RFC 5626 §4.2.1: "If the response [...] contains a Require header field
	// with the option-tag 'outbound'", the registrar does what it says.
	for option := range resp.Values("Require") {
		f.Outbound = f.Outbound || strings.EqualFold(option, "outbound")
	}
	if d, ok := seconds(resp.Get("Flow-Timer")); ok && d > 0 {
		f.Timer = min(max(d, leastFlowTimer), mostFlowTimer)
	}
	return f
}
