package ua_test

import (
	"testing"
	"time"
)

func TestEvents(t *testing.T) {
	for _, tt := range []struct {
		name   string
		method string
		lines  []string
		status int
		allow  string // Allow-Events
	}{
		{"SUBSCRIBE for an unknown event: 489 with Allow-Events (RFC 6665 §4.2.1.1)", "SUBSCRIBE", []string{"Event: presence"}, 489, "refer"},
		{"SUBSCRIBE without an event: 489", "SUBSCRIBE", nil, 489, "refer"},
		{"NOTIFY without an event: 489", "NOTIFY", nil, 489, "refer"},
		{"NOTIFY for nothing: 481 (RFC 6665 §4.1.3)", "NOTIFY", []string{"Event: presence"}, 481, ""},
		{"NOTIFY of a transfer that nobody began: 481", "NOTIFY", []string{"Event: refer"}, 481, ""},
		{"NOTIFY of waiting messages, though nobody asked: 200", "NOTIFY", []string{"Event: Message-Summary;id=1"}, 200, ""},
	} {
		for _, inside := range []bool{false, true} {
			place := " outside of a call"
			if inside {
				place = " in a call"
			}
			story(t, tt.name+place, func(h *house) {
				p := h.phone(phoneAddr)
				call := p.Call(h.addr, "door")
				if inside {
					call = h.callIn(p)
				}
				call.Request(tt.method, tt.lines...)
				if resp := call.Want(tt.status); resp.Get("Allow-Events") != tt.allow {
					h.Errorf("Allow-Events is %q, want %q", resp.Get("Allow-Events"), tt.allow)
				}
				h.wantQuiet(time.Minute)
			})
		}
	}
	story(t, "SUBSCRIBE to a transfer from outside: 403 (RFC 3515 §2.4.4)", func(h *house) {
		call := h.phone(phoneAddr).Call(h.addr, "door")
		call.Request("SUBSCRIBE", "Event: refer")
		call.Want(403)
	})
	story(t, "SUBSCRIBE to a transfer in a call that has none: 481", func(h *house) {
		call := h.callIn(h.phone(phoneAddr))
		call.Request("SUBSCRIBE", "Event: refer")
		call.Want(481)
	})
}
