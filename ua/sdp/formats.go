package sdp

import (
	"strconv"
	"strings"
	"time"
)

// formats returns the payload types of m that can be understood, in order.
// An a=rtpmap that cannot be read leaves its payload type out, unless the
// type is a static one.
func (m *Media) formats() []Format {
	var out []Format
	for _, text := range m.Formats {
		number, err := strconv.ParseUint(text, 10, 7)
		if err != nil {
			continue
		}
		f, ok := m.mapped(uint8(number))
		if !ok {
			f, ok = static(uint8(number))
		}
		if !ok {
			continue
		}
		f.Fmtp = m.fmtp(text)
		out = append(out, f)
	}
	return out
}

// mapped reads "a=rtpmap:101 telephone-event/8000" for one payload type.
func (m *Media) mapped(number uint8) (Format, bool) {
	for _, a := range m.Attributes {
		if a.Name != "rtpmap" {
			continue
		}
		text, encoding, _ := strings.Cut(a.Value, " ")
		if n, err := strconv.ParseUint(text, 10, 7); err != nil || uint8(n) != number {
			continue
		}
		name, rest, _ := strings.Cut(strings.TrimSpace(encoding), "/")
		rate, channels, _ := strings.Cut(rest, "/")
		hz, err := strconv.Atoi(rate)
		if err != nil || name == "" || hz <= 0 || (channels != "" && channels != "1") {
			continue
		}
		return Format{PayloadType: number, Name: name, ClockRate: hz}, true
	}
	return Format{}, false
}

func (m *Media) fmtp(number string) string {
	for _, a := range m.Attributes {
		if text, parameters, ok := strings.Cut(a.Value, " "); a.Name == "fmtp" && ok && text == number {
			return strings.TrimSpace(parameters)
		}
	}
	return ""
}

// The packet lengths that can be sent, and the one to use when the peer names
// none (RFC 3551 §4.2).
const (
	minPtime     = 10 * time.Millisecond
	defaultPtime = 20 * time.Millisecond
	maxPtime     = 60 * time.Millisecond
)

// ptime returns the packet length that the peer asks for, in whole tens of
// milliseconds and bounded.
func (m *Media) ptime() time.Duration {
	d := defaultPtime
	if v, ok := m.milliseconds("ptime"); ok {
		d = v
	}
	if v, ok := m.milliseconds("maxptime"); ok {
		d = min(d, v)
	}
	return min(max(d.Truncate(minPtime), minPtime), maxPtime)
}

func (m *Media) milliseconds(name string) (time.Duration, bool) {
	text, ok := get(m.Attributes, name)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || n == 0 {
		return 0, false
	}
	return time.Duration(n) * time.Millisecond, true
}
