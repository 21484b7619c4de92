package sdp

// Direction is one of the four direction attributes of RFC 8866 §6.7.
type Direction uint8

// The zero value is what a description without an attribute means.
const (
	SendRecv Direction = iota
	SendOnly
	RecvOnly
	Inactive
)

var directions = [...]string{"sendrecv", "sendonly", "recvonly", "inactive"}

func (d Direction) String() string { return directions[d] }

func (d Direction) sends() bool    { return d == SendRecv || d == SendOnly }
func (d Direction) receives() bool { return d == SendRecv || d == RecvOnly }

func makeDirection(send, recv bool) Direction {
	switch {
	case send && recv:
		return SendRecv
	case send:
		return SendOnly
	case recv:
		return RecvOnly
	}
	return Inactive
}

// direction reads the attribute of m, else that of the session.
func (d *Description) direction(m *Media) Direction {
	for _, attributes := range [][]Attribute{m.Attributes, d.Attributes} {
		for _, a := range attributes {
			for i, name := range directions {
				if a.Name == name {
					return Direction(i)
				}
			}
		}
	}
	return SendRecv
}

// agree returns our direction for a line that the peer describes as theirs,
// of which we would like want. RFC 3264 §6.1: a stream offered as sendonly is
// answered recvonly or inactive, and so on.
func agree(theirs, want Direction) Direction {
	return makeDirection(want.sends() && theirs.receives(), want.receives() && theirs.sends())
}
