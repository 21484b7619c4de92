package sip

import (
	"fmt"
	"strconv"
	"strings"
)

// Cause is one value of a Reason header field (RFC 3326 §2): why a request was sent, in the numbers of a protocol: "SIP"
// with a status code, or "Q.850" with a cause of the telephone network.
type Cause struct {
	Protocol string
	Code     int    // 0 if there is none
	Text     string // "" if there is none
}

// ParseCause reads one value of a Reason header field.
func ParseCause(s string) (Cause, error) {
	protocol, rest, found := strings.Cut(s, ";")
	c := Cause{Protocol: trim(protocol)}
	if !isToken(c.Protocol) {
		return Cause{}, fmt.Errorf("header field Reason %q does not begin with a protocol such as SIP", excerpt(s))
	}
	if !found {
		return c, nil
	}
	params, err := parseParams(";" + rest)
	if err != nil {
		return Cause{}, fmt.Errorf("header field Reason %q: %w", excerpt(s), err)
	}
	c.Text, _ = params.Get("text")
	code, ok := params.Get("cause")
	if !ok {
		return c, nil
	}
	n, err := strconv.ParseUint(code, 10, 16)
	if err != nil {
		return Cause{}, fmt.Errorf("header field Reason %q: cause %q is no number", excerpt(s), excerpt(code))
	}
	c.Code = int(n)
	return c, nil
}

func (c Cause) String() string {
	s := c.Protocol
	if c.Code != 0 {
		s += ";cause=" + strconv.Itoa(c.Code)
	}
	if c.Text != "" {
		s += `;text="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", " ", "\n", " ").Replace(c.Text) + `"`
	}
	return s
}
