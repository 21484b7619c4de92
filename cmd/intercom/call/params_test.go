package call

import (
	"testing"

	"intercom/ua"
)

func negotiated() ua.Session {
	return ua.Session{
		Codec: ua.Format{PayloadType: 8, Name: "PCMA", ClockRate: 8000},
		Receive: []ua.Format{
			{PayloadType: 8, Name: "PCMA", ClockRate: 8000},
			{PayloadType: 101, Name: "Telephone-Event", ClockRate: 8000},
		},
		Send: true, Recv: true,
	}
}

// A key pressed in early media must open nothing: neither then, nor when the answer has come.
func TestEarlyMediaHasNoDigits(t *testing.T) {
	early := params(negotiated(), false)
	if name, ok := early.Receive[101]; ok {
		t.Errorf("before the answer payload type 101 is taken for %q", name)
	}
	if early.Receive[8] != "PCMA" {
		t.Error("early media has no sound")
	}
	if answered := params(negotiated(), true); answered.Receive[101] == "" {
		t.Error("after the answer payload type 101 is not taken")
	}
}
