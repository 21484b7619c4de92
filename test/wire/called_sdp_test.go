package wire

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"intercom/ua/sip"
)

// judgeDescriptions holds every session description of the phone against RFC 8866, answers against their offers (RFC 3264
// §6), and the descriptions of each call against each other (§8).
func judgeDescriptions(transcript []saying) (faults []string) {
	type origin struct {
		id, version uint64
		text        string
	}
	last := map[string]origin{}
	for i, said := range transcript {
		m, err := sip.Parse([]byte(said.text))
		if !said.byPhone || err != nil || len(m.Body) == 0 || m.Get("Content-Type") != "application/sdp" {
			continue
		}
		blame := func(format string, args ...any) {
			faults = append(faults, fmt.Sprintf(format, args...)+":\n"+said.text)
		}
		d := readDescription(string(m.Body))
		for _, fault := range d.faults() {
			blame("%s", fault)
		}
		id, version, rest := d.origin()
		was, known := last[m.CallID()]
		switch {
		case known && was.id != id:
			blame("RFC 3264 §8: the session id was %d", was.id)
		case known && rest == was.text && version != was.version:
			blame("RFC 3264 §8: the version was %d, and nothing else has changed", was.version)
		case known && rest != was.text && version != was.version+1:
			blame("RFC 3264 §8: the version was %d, and must grow by one", was.version)
		}
		last[m.CallID()] = origin{id, version, rest}
		if m.IsRequest() {
			continue
		}
		if req := asked(transcript[:i], said, m); req != nil && len(req.Body) > 0 && req.Get("Content-Type") == "application/sdp" {
			for _, fault := range d.answers(readDescription(string(req.Body))) {
				blame("%s", fault)
			}
		}
	}
	return faults
}

// description is a session description as it is written.
type description struct {
	session []string
	media   []mediaLine
	text    string
}

type mediaLine struct {
	kind, port, proto string
	formats           []string
	lines             []string
}

func readDescription(text string) (d description) {
	d.text = text
	for _, line := range strings.Split(strings.TrimRight(text, "\r\n"), "\n") {
		line = strings.TrimRight(line, "\r")
		if value, ok := strings.CutPrefix(line, "m="); ok {
			if f := strings.Fields(value); len(f) >= 4 {
				d.media = append(d.media, mediaLine{kind: f[0], port: f[1], proto: f[2], formats: f[3:]})
			}
			continue
		}
		if n := len(d.media); n > 0 {
			d.media[n-1].lines = append(d.media[n-1].lines, line)
		} else {
			d.session = append(d.session, line)
		}
	}
	return d
}

// value is that of the first line which begins so, "" if there is none.
func value(lines []string, begin string) string {
	for _, line := range lines {
		if v, ok := strings.CutPrefix(line, begin); ok {
			return v
		}
	}
	return ""
}

// origin reads the session id and version, and returns the description without them.
func (d description) origin() (id, version uint64, rest string) {
	f := strings.Fields(value(d.session, "o="))
	if len(f) != 6 {
		return 0, 0, d.text
	}
	id, _ = strconv.ParseUint(f[1], 10, 63)
	version, _ = strconv.ParseUint(f[2], 10, 63)
	return id, version, strings.Replace(d.text, " "+f[2]+" ", " ", 1)
}

// faults are those against RFC 8866 §5.
func (d description) faults() (faults []string) {
	if strings.Count(d.text, "\n") != strings.Count(d.text, "\r\n") || !strings.HasSuffix(d.text, "\r\n") {
		faults = append(faults, "RFC 8866 §9: a line ends otherwise than with CRLF")
	}
	order := ""
	for _, line := range d.session {
		order += line[:1]
	}
	if trimmed := strings.TrimRight(order, "a"); trimmed != "vosct" {
		faults = append(faults, fmt.Sprintf("RFC 8866 §5: the lines of the session are %q", order))
	}
	if id, _, _ := d.origin(); id == 0 {
		faults = append(faults, "RFC 8866 §5.2: o= is not readable")
	}
	for _, m := range d.media {
		if m.port == "0" {
			continue
		}
		if port, err := strconv.ParseUint(m.port, 10, 16); err != nil || port%2 != 0 {
			faults = append(faults, "RFC 3550 §11: the RTP port is odd")
		}
		if n := len(m.directions()); n > 1 {
			faults = append(faults, fmt.Sprintf("RFC 8866 §6.7: %d directions", n))
		}
		for _, format := range m.formats {
			if n, err := strconv.Atoi(format); err != nil || n > 95 && m.mapped(format) == "" {
				faults = append(faults, "RFC 3264 §5.1: payload type "+format+" has no rtpmap")
			}
		}
	}
	return faults
}

func (m mediaLine) directions() (all []string) {
	for _, line := range m.lines {
		if slices.Contains([]string{"a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive"}, line) {
			all = append(all, line[2:])
		}
	}
	return all
}

// direction is that of a line, which it may have from the session.
func (d description) direction(m mediaLine) string {
	for _, lines := range [][]string{m.directions(), mediaLine{lines: d.session}.directions()} {
		if len(lines) > 0 {
			return lines[0]
		}
	}
	return "sendrecv"
}

// mapped is the encoding of a payload type, in lower case and without a single channel; that of the static ones needs no
// rtpmap (RFC 3551 §6).
func (m mediaLine) mapped(format string) string {
	if v := value(m.lines, "a=rtpmap:"+format+" "); v != "" {
		return strings.TrimSuffix(strings.ToLower(v), "/1")
	}
	return map[string]string{"0": "pcmu/8000", "3": "gsm/8000", "8": "pcma/8000", "9": "g722/8000", "18": "g729/8000"}[format]
}

// answers says what is wrong with d as an answer to an offer (RFC 3264 §6).
func (d description) answers(offer description) (faults []string) {
	if len(d.media) != len(offer.media) {
		return []string{fmt.Sprintf("RFC 3264 §6: %d m= lines answer %d", len(d.media), len(offer.media))}
	}
	if got, want := value(d.session, "t="), value(offer.session, "t="); got != want {
		faults = append(faults, fmt.Sprintf("RFC 3264 §6: t=%s answers t=%s", got, want))
	}
	for i, m := range d.media {
		o := offer.media[i]
		if m.kind != o.kind || m.proto != o.proto {
			faults = append(faults, fmt.Sprintf("RFC 3264 §6: m=%s %s answers m=%s %s", m.kind, m.proto, o.kind, o.proto))
		}
		if m.port == "0" {
			continue
		}
		if strings.HasPrefix(o.port, "0") {
			faults = append(faults, "RFC 3264 §6: a line that was offered as refused is accepted")
		}
		for _, format := range m.formats {
			if !slices.Contains(o.formats, format) || m.mapped(format) != o.mapped(format) {
				faults = append(faults, fmt.Sprintf("RFC 3264 §6.1: payload type %s is %q, was offered as %q", format, m.mapped(format), o.mapped(format)))
			}
		}
		may := map[string][]string{
			"sendrecv": {"sendrecv", "sendonly", "recvonly", "inactive"}, "sendonly": {"recvonly", "inactive"},
			"recvonly": {"sendonly", "inactive"}, "inactive": {"inactive"},
		}[offer.direction(o)]
		if got := d.direction(m); !slices.Contains(may, got) {
			faults = append(faults, fmt.Sprintf("RFC 3264 §6.1: %s answers %s", got, offer.direction(o)))
		}
		for _, extra := range []string{"a=rtcp-mux", "a=crypto:", "a=candidate:", "a=fingerprint:", "a=rtcp-fb:", "a=mid:"} {
			if has := slices.ContainsFunc(m.lines, func(l string) bool { return strings.HasPrefix(l, extra) }); has &&
				!slices.ContainsFunc(o.lines, func(l string) bool { return strings.HasPrefix(l, extra) }) {
				faults = append(faults, fmt.Sprintf("RFC 3264 §6: %s was not offered", extra))
			}
		}
	}
	return faults
}
