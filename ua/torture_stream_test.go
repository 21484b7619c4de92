package ua_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

// TestTortureMessagesOverTCP sends each message octet by octet: it is owed what
// it is owed as a datagram, and the next connection is served as ever.
func TestTortureMessagesOverTCP(t *testing.T) { // RFC 4475, RFC 5118
	rows := torture(t, "../../shared/data/rfc4475", "", "uas")
	rows = append(rows, torture(t, "../../shared/data/rfc5118", "wire-crlf", "uas")...)
	for _, row := range rows {
		text, err := os.ReadFile(row.file)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		name := filepath.Base(row.file)
		if name == "clerr.dat" {
			row.owed = "drop" // on a stream the rest of the body may still come (RFC 3261 §18.3)
		}
		story(t, name, func(h *house) {
			p := h.connects(phoneAddr)
			for i := range text {
				p.SendBytes(h.addr, text[i:i+1])
				synctest.Wait()
			}
			if in, ok := h.next(time.Second).(ua.Incoming); ok {
				h.ua.Ring(in.Call)
			}
			status := answered(p)
			if !owes(row.owed, status) {
				h.Errorf("got %d, owed %s", status, row.owed)
			}
			next := h.connects(netip.MustParseAddrPort("192.0.2.21:5060"))
			next.Call(h.addr, "door").Request("OPTIONS")
			next.WantResponse(200)
		})
	}
}

// answered is the first status above 100 that comes within a second, 0 if none
// does.
func answered(p *uatest.Peer) int {
	for m := p.Receive(time.Second); m != nil; m = p.Receive(time.Second) {
		if m.Status > 100 {
			return m.Status
		}
	}
	return 0
}
