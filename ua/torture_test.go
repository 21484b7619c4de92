package ua_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/sip"
	"intercom/ua/uatest"
)

// manifest is a table of messages and what a user agent server owes them.
type manifest struct{ file, owed string }

// torture reads the messages of RFC 4475 or RFC 5118.
func torture(t *testing.T, dir, messages, column string) []manifest {
	text, err := os.ReadFile(filepath.Join(dir, "MANIFEST.tsv"))
	if err != nil {
		t.Skipf("the torture messages are not here: %v", err)
	}
	var rows []manifest
	at := -1
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		fields := strings.Split(line, "\t")
		if i == 0 {
			for j, name := range fields {
				if name == column {
					at = j
				}
			}
			continue
		}
		rows = append(rows, manifest{filepath.Join(dir, messages, fields[0]), fields[at]})
	}
	return rows
}

// owes tells whether a status is among those of a row: "400|2xx|drop".
func owes(owed string, status int) bool {
	for _, word := range strings.Split(owed, "|") {
		switch {
		case word == "-", word == fmt.Sprint(status), word == "2xx" && status/100 == 2,
			word == "drop" && status == 0, word == "response" && status == 0, owed == "":
			return true
		}
	}
	return false
}

func TestTortureMessages(t *testing.T) { // RFC 4475, RFC 5118
	rows := torture(t, "../../shared/data/rfc4475", "", "uas")
	rows = append(rows, torture(t, "../../shared/data/rfc5118", "wire-crlf", "uas")...)
	for _, row := range rows {
		text, err := os.ReadFile(row.file)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		story(t, filepath.Base(row.file), func(h *house) {
			p := h.phone(phoneAddr)
			status := 0
			h.net.Tap(func(from, _ netip.AddrPort, data []byte) {
				if m, err := sip.Parse(data); err == nil && from.Port() == 5060 && from.Addr() == h.addr.Addr() && m.Status > 100 && status == 0 {
					status = m.Status
				}
			})
			p.SendBytes(h.addr, text)
			if in, ok := h.next(time.Second).(ua.Incoming); ok {
				h.ua.Ring(in.Call)
				time.Sleep(time.Second)
			}
			h.net.Tap(nil)
			if !owes(row.owed, status) && row.owed != "drop" {
				h.Errorf("got %d, owed %s", status, row.owed)
			}
			if row.owed == "drop" && status != 0 {
				h.Errorf("got %d, owed silence", status)
			}
			for p.Receive(time.Second) != nil {
			}
			call := p.Call(h.addr, "door")
			call.Request("OPTIONS")
			for m := p.Receive(time.Minute); ; m = p.Receive(time.Minute) {
				if m == nil {
					h.Fatal("dead afterwards")
				} else if m.CallID() == call.CallID && m.Status == 200 {
					break
				}
			}
		})
	}
}

func TestMutatedMessages(t *testing.T) { // robustness
	story(t, "2000 broken copies of good requests do not end a call", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		dice := rand.New(rand.NewPCG(1, 2))
		for i := range 2000 {
			method := []string{"INVITE", "REGISTER", "OPTIONS", "BYE", "CANCEL", "ACK"}[i%6]
			other := p.Call(h.addr, "door")
			text := other.Build(method, uatest.SDP(rtp(p)), "Contact: <sip:11@192.0.2.20>").Append(nil)
			for range 1 + dice.IntN(8) {
				switch at := dice.IntN(len(text)); dice.IntN(3) {
				case 0:
					text[at] = byte(dice.IntN(256))
				case 1:
					text = append(text[:at], text[min(len(text), at+dice.IntN(20)):]...)
				default:
					text = append(text[:at:at], append([]byte(text[dice.IntN(len(text)):][:1]), text[at:]...)...)
				}
				if len(text) == 0 {
					text = []byte{0}
				}
			}
			p.SendBytes(h.addr, text)
			if i%50 == 0 {
				time.Sleep(time.Second)
			}
		}
		for e := h.next(time.Second); e != nil; e = h.next(time.Second) {
			switch e := e.(type) {
			case ua.Ended:
				if e.Call == "in-1" {
					h.Fatalf("the call has ended: %+v", e)
				}
			case ua.Updated:
				h.Fatalf("the call has changed: %+v", e)
			case ua.Incoming:
				h.ua.Reject(e.Call, 486, "")
			}
		}
		for m := p.Receive(40 * time.Second); m != nil; m = p.Receive(40 * time.Second) {
		}
		call.Request("BYE")
		for m := p.Receive(time.Minute); m.CallID() != call.CallID || m.Status != 200; m = p.Receive(time.Minute) {
		}
	})
}
