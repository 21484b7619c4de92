package sdp

import (
	"bytes"
	"strconv"
)

// Author writes the descriptions of one side of one dialog, so that they
// carry one session id and count their version. RFC 3264 §8: "the origin line
// of the new SDP MUST be identical to that in the previous SDP, except that the
// version in the origin field MUST increment by one from the previous SDP",
// and stays the same when the description does.
type Author struct {
	ID      uint64 // sess-id; below 2^63 so that every peer can count it
	version uint64
	last    []byte // last description, without its o= value
}

// Write returns the text of d with the o= line that is due.
func (a *Author) Write(d *Description) []byte {
	d.Origin = ""
	text := d.Append(nil)
	if !bytes.Equal(text, a.last) {
		a.version++
		a.last = text
	}
	d.Origin = "- " + strconv.FormatUint(a.ID, 10) + " " + strconv.FormatUint(a.version, 10) +
		" " + network(d.Connection) + d.Connection.String()
	return d.Append(nil)
}
