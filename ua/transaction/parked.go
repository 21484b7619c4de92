package transaction

import (
	"slices"

	"intercom/ua/sip"
)

// parked is a response that is kept in case its request comes again. A server holds it for half a minute after every
// request that it answered, so it is kept as octets, a third of what the message takes, and read again when it is needed.
type parked []byte

func park(resp *sip.Message) parked {
	var room [2048]byte
	return slices.Clone(resp.Append(room[:0]))
}

// send asks for the retransmission. Nothing is sent while there is no response, nor for one of more header fields than
// sip.Parse takes.
func (p parked) send() Out {
	if p == nil {
		return Out{}
	}
	m, err := sip.Parse(p)
	if err != nil {
		return Out{}
	}
	return send(m)
}
