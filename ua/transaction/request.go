package transaction

import (
	"strconv"

	"intercom/ua/sip"
)

// NewAck builds the ACK to a final response of 300-699 (RFC 3261 §17.1.1.3).
func NewAck(invite, resp *sip.Message) *sip.Message {
	// "The To header field in the ACK MUST equal the To header field in the response being acknowledged, and therefore will
	// usually differ from the To header field in the original request by the addition of the tag parameter."
	return follow(invite, "ACK", resp.Get("To"))
}

// NewCancel builds the CANCEL of an INVITE (RFC 3261 §9.1).
func NewCancel(invite *sip.Message) *sip.Message {
	// "The Request-URI, Call-ID, To, the numeric part of CSeq, and From header fields in the CANCEL request MUST be identical
	// to those in the request being cancelled, including tags."
	return follow(invite, "CANCEL", invite.Get("To"))
}

// follow builds a request that goes where the INVITE went and is matched with it hop by hop.
func follow(invite *sip.Message, method, to string) *sip.Message {
	m := sip.NewRequest(method, invite.RequestURI)
	// §17.1.1.3: "The ACK MUST contain a single Via header field, and this MUST be equal to the top Via header field of the
	// original request." §9.1: "A CANCEL constructed by a client MUST have only a single Via header field value matching the
	// top Via value in the request being cancelled."
	for via := range invite.Values("Via") {
		m.Add("Via", via)
		break
	}
	// Both: "If the INVITE request whose response is being acknowledged had Route header fields, those header fields MUST
	// appear in the ACK."
	for route := range invite.Values("Route") {
		m.Add("Route", route)
	}
	m.Add("Max-Forwards", "70")
	m.Add("From", invite.Get("From"))
	m.Add("To", to)
	m.Add("Call-ID", invite.CallID())
	// "The CSeq header field in the ACK MUST contain the same value for the sequence number as was present in the original
	// request, but the method parameter MUST be equal to "ACK"."
	cseq, _ := invite.CSeq()
	m.Add("CSeq", strconv.FormatUint(uint64(cseq.Seq), 10)+" "+method)
	return m
}
