package sip

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// SessionExpires is the value of a Session-Expires header field (RFC 4028 §4): how long a session lasts without a refresh,
// and who of the two sides of this transaction refreshes it: "uac", "uas", or "" where it is left to the UAS.
type SessionExpires struct {
	Interval  time.Duration // whole seconds
	Refresher string
}

// ParseSessionExpires reads the value of a Session-Expires header field. A refresher that is neither is an error; other
// parameters are passed over.
func ParseSessionExpires(s string) (SessionExpires, error) {
	digits, params, _ := strings.Cut(s, ";")
	seconds, err := parseUint32(trim(digits))
	if err != nil {
		return SessionExpires{}, fmt.Errorf("Session-Expires %q: %w", excerpt(s), err)
	}
	e := SessionExpires{Interval: time.Duration(seconds) * time.Second}
	for params != "" {
		var param string
		param, params, _ = strings.Cut(params, ";")
		name, value, _ := strings.Cut(param, "=")
		if !strings.EqualFold(trim(name), "refresher") {
			continue
		}
		switch e.Refresher = strings.ToLower(trim(value)); e.Refresher {
		case "uac", "uas":
		default:
			return SessionExpires{}, fmt.Errorf(`Session-Expires %q: refresher is neither "uac" nor "uas"`, excerpt(s))
		}
	}
	return e, nil
}

func (e SessionExpires) String() string {
	s := Seconds(e.Interval)
	if e.Refresher != "" {
		s += ";refresher=" + e.Refresher
	}
	return s
}

// ParseSeconds reads a delta-seconds value such as that of Min-SE; parameters behind it are passed over.
func ParseSeconds(s string) (time.Duration, error) {
	digits, _, _ := strings.Cut(s, ";")
	n, err := parseUint32(trim(digits))
	return time.Duration(n) * time.Second, err
}

// Seconds writes a time as delta-seconds.
func Seconds(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }
