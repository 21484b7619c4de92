package sdp

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// maxMedia bounds the m= lines that are read and so the lines of an answer.
const maxMedia = 32

// Parse reads a session description. It asks for "v=0" at the start and for
// m= lines that can be answered; a c= or a= that cannot be read only makes
// its media unusable, which matters when that media is wanted.
func Parse(body []byte) (*Description, error) {
	d := &Description{Name: "-", Time: "0 0"}
	number := 0
	for line := range strings.Lines(string(body)) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			continue
		}
		if len(line) < 2 || line[1] != '=' {
			return nil, fmt.Errorf("session description, line %d: %q is not of the form x=value", number, clip(line))
		}
		if number == 1 && line != "v=0" {
			return nil, fmt.Errorf(`session description, line 1: %q where "v=0" belongs`, clip(line))
		}
		if err := d.parseLine(line[0], line[2:]); err != nil {
			return nil, fmt.Errorf("session description, line %d: %w", number, err)
		}
	}
	if number == 0 {
		return nil, errors.New("session description is empty")
	}
	return d, nil
}

func (d *Description) parseLine(kind byte, value string) error {
	switch kind {
	case 'o':
		d.Origin = value
	case 's':
		d.Name = value
	case 't':
		// RFC 8866 §5.9: several t= lines are legal; the first one counts here.
		if f := strings.Fields(value); len(f) == 2 && d.Time == "0 0" {
			d.Time = f[0] + " " + f[1]
		}
	case 'c':
		d.parseConnection(value)
	case 'a':
		d.parseAttribute(value)
	case 'm':
		if len(d.Media) == maxMedia {
			return fmt.Errorf("more than %d m= lines", maxMedia)
		}
		m, err := parseMedia(value)
		if err != nil {
			return err
		}
		d.Media = append(d.Media, m)
	}
	return nil
}

// parseConnection reads "IN IP4 192.0.2.1", with the TTL or count of
// multicast addresses ("/127") cut off.
func (d *Description) parseConnection(value string) {
	var addr netip.Addr
	if fields := strings.Fields(value); len(fields) == 3 && fields[0] == "IN" {
		text, _, _ := strings.Cut(fields[2], "/")
		addr, _ = netip.ParseAddr(text) // a host name stays invalid
		addr = addr.Unmap().WithZone("")
	}
	if len(d.Media) == 0 {
		d.Connection = addr
		return
	}
	m := &d.Media[len(d.Media)-1]
	if !m.hasConnection {
		m.Connection, m.hasConnection = addr, true
	}
}

func (d *Description) parseAttribute(value string) {
	name, rest, _ := strings.Cut(value, ":")
	a := Attribute{name, strings.TrimSpace(rest)}
	if len(d.Media) == 0 {
		d.Attributes = append(d.Attributes, a)
		return
	}
	m := &d.Media[len(d.Media)-1]
	m.Attributes = append(m.Attributes, a)
}

// parseMedia reads "audio 49170/2 RTP/AVP 0 8 101" (RFC 8866 §5.14).
func parseMedia(value string) (Media, error) {
	fields := strings.Fields(value)
	if len(fields) < 4 {
		return Media{}, fmt.Errorf("m=%q needs kind, port, profile and a format", clip(value))
	}
	text, _, _ := strings.Cut(fields[1], "/")
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return Media{}, fmt.Errorf("m=%q: %q is no port from 0 to 65535", clip(value), clip(fields[1]))
	}
	return Media{Kind: fields[0], Port: uint16(port), Proto: fields[2], Formats: fields[3:]}, nil
}

// clip keeps a quoted line short in an error, and keys out of it.
func clip(s string) string {
	if shown, cut := Redact([]byte(s)); cut {
		s = string(shown)
	}
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}
