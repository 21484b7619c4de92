package call

import (
	"slices"
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
// plain is a switchboard as it is without settings.
var plain = New(nil, nil, Config{})

func TestEarlyMediaHasNoDigits(t *testing.T) {
	early := plain.params(negotiated(), false)
	if name, ok := early.Receive[101]; ok {
		t.Errorf("before the answer payload type 101 is taken for %q", name)
	}
	if early.Receive[8] != "PCMA" {
		t.Error("early media has no sound")
	}
	if answered := plain.params(negotiated(), true); answered.Receive[101] == "" {
		t.Error("after the answer payload type 101 is not taken")
	}
}

// Comfort noise comes unasked from some gateways, with its static payload type; another use of that goes first.
func TestComfortNoiseIsTaken(t *testing.T) {
	session := negotiated()
	if name := plain.params(session, false).Receive[13]; name != "CN" {
		t.Errorf("payload type 13 is %q", name)
	}
	session.Receive[0].PayloadType = 13
	if name := plain.params(session, true).Receive[13]; name != "PCMA" {
		t.Errorf("payload type 13, given to PCMA, is %q", name)
	}
}

// Every codec is offered with its payload type of RFC 3551 and a clock of 8000 Hz, in the order of the configuration.
func TestOffer(t *testing.T) {
	exchange(t, func(t *testing.T, s *Switchboard, _ *agent) {
		s.config.Codecs = []string{"g722", "PCMA", "PCMU"}
		m := s.offer(s.legs["in-1"])
		want := []ua.Format{
			{PayloadType: 9, Name: "g722", ClockRate: 8000},
			{PayloadType: 8, Name: "PCMA", ClockRate: 8000},
			{PayloadType: 0, Name: "PCMU", ClockRate: 8000},
			{PayloadType: 13, Name: "CN", ClockRate: 8000},
			{PayloadType: 101, Name: "telephone-event", ClockRate: 8000, Fmtp: "0-15"},
		}
		if !slices.Equal(m.Formats, want) {
			t.Errorf("the offer has %+v, want %+v", m.Formats, want)
		}
	})
}
