package dtmf

import (
	"fmt"
	"mime"
	"strconv"
	"strings"
	"time"
)

// Info is a digit from the body of a SIP INFO request.
type Info struct {
	Digit    byte          // 0-9 * # A-D
	Duration time.Duration // 0 if the body does not say
}

// maxInfo is far more than any phone writes into such a body, in octets.
const maxInfo = 512

// ParseInfo reads a digit from an INFO body of type application/dtmf-relay ("Signal=5", "Duration=160") or
// application/dtmf (the digit alone). Neither was ever standardised: spaces, the case of names, missing line ends and the
// numbers 10 to 15 of RFC 4733 for * # A-D are taken as phones send them. A hook flash is an error, as is anything else
// that is no digit.
func ParseInfo(contentType string, body []byte) (Info, error) {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return Info{}, fmt.Errorf("dtmf: INFO has the Content-Type %q, which is none; want application/dtmf-relay or application/dtmf", contentType)
	}
	if len(body) > maxInfo {
		return Info{}, fmt.Errorf("dtmf: INFO body of %d octets is too long for a digit; at most %d are read", len(body), maxInfo)
	}
	switch kind {
	case "application/dtmf-relay":
		return parseRelay(string(body))
	case "application/dtmf":
		digit, err := parseSignal(string(body))
		return Info{Digit: digit}, err
	}
	return Info{}, fmt.Errorf("dtmf: INFO of type %q carries no digit; want application/dtmf-relay or application/dtmf", kind)
}

func parseRelay(body string) (info Info, err error) {
	for line := range strings.Lines(body) {
		name, value, found := strings.Cut(line, "=")
		if !found {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "signal":
			if info.Digit != 0 {
				return Info{}, fmt.Errorf("dtmf: INFO body %q has more than one Signal; want one digit a request", body)
			}
			if info.Digit, err = parseSignal(value); err != nil {
				return Info{}, err
			}
		case "duration":
			if info.Duration, err = parseDuration(value); err != nil {
				return Info{}, err
			}
		}
	}
	if info.Digit == 0 {
		return Info{}, fmt.Errorf("dtmf: INFO body %q has no Signal; want a line like Signal=5", body)
	}
	return info, nil
}

func parseSignal(text string) (byte, error) {
	s := strings.TrimSpace(text)
	if len(s) == 1 {
		if event, err := eventOf(s[0]); err == nil {
			return digits[event], nil
		}
	}
	switch s {
	case "10", "11", "12", "13", "14", "15":
		return digits[10+s[1]-'0'], nil
	}
	return 0, fmt.Errorf("dtmf: INFO signal %q is no digit; want one of 0-9, *, #, A-D", text)
}

// parseDuration reads milliseconds.
func parseDuration(text string) (time.Duration, error) {
	ms, err := strconv.ParseUint(strings.TrimSpace(text), 10, 16)
	if err != nil {
		return 0, fmt.Errorf("dtmf: INFO duration %q is no number of milliseconds up to 65535", text)
	}
	return time.Duration(ms) * time.Millisecond, nil
}
