package transport

import (
	"bytes"
	"strconv"

	"intercom/ua/sip"
)

// framer cuts what comes on a stream into messages and keep-alives (RFC 3261 §18.3, RFC 5626 §4.4.1). It holds at most
// one message with what has come behind it, and looks at no octet of a head twice, in whatever pieces it comes.
type framer struct {
	buf   []byte // come, and not yet cut
	half  bool   // one CRLF has come that may be the first half of a ping
	seen  int    // octets of buf in which no head ends
	whole int    // octets of buf that are needed before its first message is there; 0 if that is not known
}

// piece is what a framer cuts off.
type piece int

const (
	nothing piece = iota // more octets are needed
	message
	ping   // a double CRLF, to be answered by a single one
	pong   // the single CRLF that was awaited
	broken // the end of the message cannot be known; what there is of it is its head
)

const (
	firstRead  = 2048               // octets of buffer for a connection that says little
	mostUnread = sip.MaxMessage + 1 // beyond which Split finds a message or an error
)

// room returns where the next octets are to be read to.
func (f *framer) room() []byte {
	if len(f.buf) == cap(f.buf) {
		f.buf = append(make([]byte, 0, min(max(2*cap(f.buf), firstRead), mostUnread)), f.buf...)
	}
	return f.buf[len(f.buf):cap(f.buf)]
}

// grow takes n octets that were read into room.
func (f *framer) grow(n int) { f.buf = f.buf[:len(f.buf)+n] }

// partial reports whether a message has begun.
func (f *framer) partial() bool { return len(f.buf) > 0 }

// cut cuts the next piece off. What it returns is good until the next room.
func (f *framer) cut(awaitsPong bool) (piece, []byte, error) {
	if p := f.cutLineBreaks(awaitsPong); p != nothing {
		return p, nil, nil
	}
	if half := len(f.buf) == 0 || f.buf[0] == '\r'; half || !f.complete() {
		return nothing, nil, nil
	}
	n, err := sip.Split(f.buf)
	switch {
	case err != nil:
		return broken, f.take(n), err
	case n == 0:
		f.whole = f.seen + contentLength(f.buf[:f.seen])
		return nothing, nil, nil
	}
	return message, f.take(n), nil
}

// cutLineBreaks takes line breaks from between messages. RFC 3261 §7.5: "Implementations processing SIP messages over
// stream-oriented transports MUST ignore any CRLF appearing before the start-line". RFC 5626 §3.5.1: "the client
// periodically sends a double-CRLF (the "ping") then waits to receive a single CRLF (the "pong")".
func (f *framer) cutLineBreaks(awaitsPong bool) piece {
	if f.seen > 0 {
		return nothing // in the middle of a message
	}
	for len(f.buf) > 0 {
		switch {
		case bytes.HasPrefix(f.buf, []byte("\r\n")):
			f.take(2)
			switch {
			case f.half:
				f.half = false
				return ping
			case awaitsPong && !bytes.HasPrefix(f.buf, []byte("\r\n")):
				return pong
			}
			f.half = true
		case f.buf[0] == '\r' && len(f.buf) == 1:
			return nothing
		case f.buf[0] == '\r' || f.buf[0] == '\n':
			f.take(1)
		default:
			f.half = false
			return nothing
		}
	}
	return nothing
}

// complete reports whether it is worth while to call Split: a head has come whole with its body, or too much without.
func (f *framer) complete() bool {
	if f.whole > 0 {
		return len(f.buf) >= f.whole
	}
	for f.seen < len(f.buf) {
		i := bytes.IndexByte(f.buf[f.seen:], '\n')
		if i < 0 {
			f.seen = len(f.buf)
			break
		}
		next := f.seen + i + 1
		switch rest := f.buf[next:]; {
		case len(rest) > 0 && rest[0] == '\n':
			f.seen = next + 1
			return true
		case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
			f.seen = next + 2
			return true
		case len(rest) == 0 || len(rest) == 1 && rest[0] == '\r':
			f.seen += i // undecided: look at this line break again
			return len(f.buf) >= mostUnread
		}
		f.seen = next
	}
	return len(f.buf) >= mostUnread
}

// head is the head of a message whose body has not come whole, nothing if there is none.
func (f *framer) head() []byte {
	if f.whole == 0 {
		return nil
	}
	return f.buf[:f.seen]
}

// take cuts n octets off. They are overwritten by the next read.
func (f *framer) take(n int) []byte {
	b := f.buf[:n:n]
	f.buf, f.seen, f.whole = f.buf[n:], 0, 0
	return b
}

// contentLength reads the length of a head in which Split has found it to be a number.
func contentLength(head []byte) int {
	m, err := sip.Parse(head)
	if err != nil {
		return 0
	}
	n, _ := strconv.Atoi(m.Get("Content-Length"))
	return n
}
