package sdp

import (
	"net/netip"
	"strconv"
)

// Description is a session description (RFC 8866 §5). Lines that offer and
// answer need not are not kept.
type Description struct {
	Origin     string     // value of o=
	Name       string     // value of s=, "-" if there is none
	Connection netip.Addr // session-level c=; invalid if absent or not an IP address
	Time       string     // value of t=
	Attributes []Attribute
	Media      []Media
}

// Media is one m= line with what belongs to it.
type Media struct {
	Kind       string // "audio", "video", ...
	Port       uint16 // 0 refuses the line
	Proto      string // "RTP/AVP"
	Formats    []string
	Connection netip.Addr // own c=; see hasConnection
	Attributes []Attribute

	hasConnection bool // a c= of its own, even one that could not be read
}

// Attribute is an a= line: "a=ptime:20" or, without a value, "a=sendrecv".
type Attribute struct{ Name, Value string }

// get returns the value of the first attribute of that name.
func get(attributes []Attribute, name string) (string, bool) {
	for _, a := range attributes {
		if a.Name == name {
			return a.Value, true
		}
	}
	return "", false
}

// connection returns where the media of m goes. RFC 8866 §5.7: a c= line in
// the media section overrides the session-level one.
func (d *Description) connection(m *Media) netip.Addr {
	if m.hasConnection {
		return m.Connection
	}
	return d.Connection
}

// Append writes the description with CRLF line ends, in the order of RFC 8866 §5.
func (d *Description) Append(dst []byte) []byte {
	dst = append(dst, "v=0\r\no="...)
	dst = append(dst, d.Origin...)
	dst = append(dst, "\r\ns="...)
	dst = append(dst, d.Name...)
	dst = append(dst, "\r\n"...)
	dst = appendConnection(dst, d.Connection)
	dst = append(dst, "t="...)
	dst = append(dst, d.Time...)
	dst = append(dst, "\r\n"...)
	dst = appendAttributes(dst, d.Attributes)
	for i := range d.Media {
		dst = d.Media[i].append(dst)
	}
	return dst
}

func (m *Media) append(dst []byte) []byte {
	dst = append(dst, "m="...)
	dst = append(dst, m.Kind...)
	dst = append(dst, ' ')
	dst = strconv.AppendUint(dst, uint64(m.Port), 10)
	dst = append(dst, ' ')
	dst = append(dst, m.Proto...)
	for _, f := range m.Formats {
		dst = append(dst, ' ')
		dst = append(dst, f...)
	}
	dst = append(dst, "\r\n"...)
	dst = appendConnection(dst, m.Connection)
	return appendAttributes(dst, m.Attributes)
}

func appendConnection(dst []byte, addr netip.Addr) []byte {
	if !addr.IsValid() {
		return dst
	}
	dst = append(dst, "c="...)
	dst = append(dst, network(addr)...)
	dst = addr.WithZone("").AppendTo(dst)
	return append(dst, "\r\n"...)
}

// network is the nettype and addrtype in front of an address.
func network(addr netip.Addr) string {
	if addr.Is4() {
		return "IN IP4 "
	}
	return "IN IP6 "
}

func appendAttributes(dst []byte, attributes []Attribute) []byte {
	for _, a := range attributes {
		dst = append(dst, "a="...)
		dst = append(dst, a.Name...)
		if a.Value != "" {
			dst = append(dst, ':')
			dst = append(dst, a.Value...)
		}
		dst = append(dst, "\r\n"...)
	}
	return dst
}
