package ua

import (
	"fmt"
	"strconv"

	"intercom/ua/sip"
)

// acknowledgeProvisional answers a reliable provisional response to our INVITE
// with a PRACK, and tells whether the response is to be processed: plain ones
// are, reliable ones in their order and once. RFC 3262 §4: if the RSeq of
// another one "is not one higher than the value of the sequence number, that
// response MUST NOT be acknowledged with a PRACK, and MUST NOT be processed
// further by the UAC".
func (v *invitation) acknowledgeProvisional(f *fork, resp *sip.Message) bool {
	if !requires(resp, "100rel") {
		return true
	}
	n, err := strconv.ParseUint(resp.Get("RSeq"), 10, 32)
	if err != nil || n == 0 || f.rseq != 0 && uint32(n) != f.rseq+1 {
		return false
	}
	f.rseq = uint32(n)
	rack := fmt.Sprintf("%d %s", n, resp.Get("CSeq"))
	v.c.ask(f.dialog, "PRACK", func(m *sip.Message) { m.Add("RAck", rack) }, func(_ *sip.Message, err error) {
		if err != nil {
			v.c.l.log.Debug("PRACK without an answer", "call", string(v.c.id), "err", err)
		}
	})
	return true
}
